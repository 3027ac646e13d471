"""Whether a wiki's ``#invoke`` calls are apart from each other, so that one suite cannot change another's result."""

from __future__ import annotations

from picklebot.wiki import Site, Wiki
from picklebot.wiki.site import HELPER_MODULE

__all__ = ["invocations_isolated"]


def invocations_isolated(wiki: Wiki, site: Site) -> bool:
    """Whether two invocations in one request are known not to see each other's globals.

    Costs a request where the software can do otherwise; without our module on the wiki it cannot be known.

    :raises WikiError: the wiki could not be asked
    """
    if not site.may_share_invocations:
        return True
    probe = f"{{{{#invoke:{HELPER_MODULE}|times}}}}"
    answer = wiki.get(action="expandtemplates", text=f"{probe}|{probe}", prop="wikitext", title="API")
    return str(answer["expandtemplates"].get("wikitext", "")).split("|") == ["1", "1"]
