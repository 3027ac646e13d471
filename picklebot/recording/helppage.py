"""Wikitext of the pages that explain: help, categories, the template's documentation. All words are messages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from picklebot.config import Settings
from picklebot.model import State
from picklebot.recording.wikitext import fill, tag_name
from picklebot.text.messages import Messages
from picklebot.wiki import Site
from picklebot.wiki.site import CATEGORY_NAMESPACE

__all__ = ["category_text", "help_text", "template_text"]

_TEMPLATE = "{{Test status|Module:Foo$1}}"
_FORMATS = ("line", "icon", "state", "tests")
_FRAMEWORKS = ("ScribuntoUnit", "UnitTests")


def category_text(states: Sequence[State], settings: Settings, prefix: str, say: Messages) -> str:
    """The text of a tracking category's page.

    :param states: that it holds
    :param prefix: of links to categories, such as ``:Category:``
    """
    tags = say("comma").join(f"<code>{tag_name(state)}</code>" for state in states)
    own = settings.categories[states[0]]
    others = (name for name in dict.fromkeys(settings.categories.values()) if name != own)
    return "\n\n".join(
        (
            say("setup-category", say("setup-or").join(f"''{say.of('status', state)}''" for state in states)),
            say("setup-category-kept", tags, len(states)),
            say("setup-category-others", " · ".join(f"[[{prefix}{name}|{name}]]" for name in others)),
            say("setup-category-help", f"[[{settings.help_page}]]"),
            "__HIDDENCAT__",
        )
    )


def template_text(say: Messages) -> str:
    """The documentation of the template."""
    rows = [(_call(f"|format={name}" if name != "line" else ""), _format(name, say)) for name in _FORMATS]
    rows.append((_call("|lang=de"), say("setup-format-lang")))
    return f"{say('setup-template')}\n\n{_table((say('setup-format'), say('setup-shows')), rows)}"


def help_text(site: Site, settings: Settings, observer: str, say: Messages) -> str:
    """The text of the help page.

    :param observer: name of the account that records
    """
    prefix = f":{site.namespaces[CATEGORY_NAMESPACE]}:"
    user = f"User:{observer}"
    stop_page = fill(settings.stop_page, {"user": observer})
    log_folder = fill(settings.log_page, {"user": observer}).partition("/{")[0]
    categories = (f"[[{prefix}{name}|{name}]]" for name in dict.fromkeys(settings.categories.values()))
    frameworks = (f"[[Module:{name}]]" for name in _FRAMEWORKS)
    parts = (
        say("help-intro", f"[[{user}|{observer}]]"),
        _heading(say("help-states")),
        _table(
            (say("help-result"), say("help-meaning"), say("help-tag")),
            ((say.of("status", state), say.of("help", state), f"<code>{tag_name(state)}</code>") for state in State),
        ),
        say("help-inconclusive"),
        _heading(say("help-where")),
        _list(
            (
                say("help-where-page"),
                say("help-where-categories", " · ".join(categories)),
                say("help-where-history"),
                say("help-where-log", f"[[Special:Log/tag/{observer}]]"),
                say("help-where-pages", " · ".join(f"[[{page}]]" for page in (f"{user}/Status", log_folder))),
                say("help-where-template", _call("")),
            )
        ),
        _heading(say("help-write")),
        _list(
            (
                say("help-write-where", "<code>Module:Foo/testcases</code>"),
                say("help-write-framework", say("comma").join(frameworks)),
                say("help-write-mark"),
            )
        ),
        _heading(say("help-stop")),
        say("help-stop-how", f"[[{stop_page}]]"),
    )
    return "\n\n".join(parts)


def _format(name: str, say: Messages) -> str:
    return say.of("setup-format", name, say("comma").join(f"<code>{state}</code>" for state in State))


def _call(more: str) -> str:
    return f"<code><nowiki>{_TEMPLATE.replace('$1', more)}</nowiki></code>"


def _heading(words: str) -> str:
    return f"== {words} =="


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"* {item}" for item in items)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def lines() -> Iterator[str]:
        yield '{| class="wikitable"'
        yield "! " + " !! ".join(f'scope="col" | {head}' for head in heads)
        for row in rows:
            yield "|-"
            yield "| " + " || ".join(row)
        yield "|}"

    return "\n".join(lines())
