"""Whether a wiki's ``#invoke`` calls are apart from each other, so that one suite cannot change another's result."""

from __future__ import annotations

from picklebot.wiki import Site, Wiki
from picklebot.wiki.site import HELPER_MODULE

__all__ = ["invocations_isolated"]

# Says how often it was called in this environment.
_COUNTING = "local p = {} function p.times() times = ( times or 0 ) + 1 return times end return p"


def invocations_isolated(wiki: Wiki, site: Site) -> bool:
    """Whether two invocations in one request are known not to see each other's globals.

    Costs a request where the software can do otherwise. Where the wiki has TemplateSandbox, the module that tells is
    one that nobody saved; elsewhere it can be known only by our module on the wiki.

    :raises WikiError: the wiki could not be asked
    """
    if not site.may_share_invocations:
        return True
    probe = f"{{{{#invoke:{HELPER_MODULE}|times}}}}"
    unsaved: dict[str, str] = {}
    if "TemplateSandbox" in site.extensions:
        title = f"{site.module_prefix}{HELPER_MODULE}"
        unsaved = {"templatesandboxtitle": title, "templatesandboxtext": _COUNTING}
    answer = wiki.get(action="expandtemplates", text=f"{probe}|{probe}", prop="wikitext", title="API", **unsaved)
    return str(answer["expandtemplates"].get("wikitext", "")).split("|") == ["1", "1"]
