"""Raw text to :class:`picklebot.model.Report`: one parser for each format, pure, without I/O.

Bad reports are data: no parser raises anything, and each takes time and memory in proportion to its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, cast

from picklebot.model import Report

__all__ = ["PARSERS", "Parse", "parse"]

#: Reads the text of a report; must not raise on any text, and returns ``Report("")`` for a text of another format.
Parse = Callable[[str], Report]


def _on_first_use(module: str, name: str) -> Parse:
    """A parser that is imported when it is called: commands that run nothing need none, a harvest one or two."""

    def parse_text(text: str) -> Report:
        return cast(Parse, getattr(import_module(f"{__name__}.{module}"), name))(text)

    return parse_text


PARSERS: Final[Mapping[str, Parse]] = {
    "pickle": _on_first_use("pickle", "parse_pickle"),
    "scribuntounit": _on_first_use("scribuntounit", "parse_scribuntounit"),
    "specs": _on_first_use("specs", "parse_specs"),
    "tap": _on_first_use("tap", "parse_tap"),
    "unittests-enwiki": _on_first_use("unittests_enwiki", "parse_unittests_enwiki"),
    "unittests-forks": _on_first_use("unittests_forks", "parse_unittests_forks"),
    "unittests-frwiktionary": _on_first_use("unittests_frwiktionary", "parse_unittests_frwiktionary"),
    "unittests-wiktionary": _on_first_use("unittests_wiktionary", "parse_unittests_wiktionary"),
}
"""Report formats by the names that strategies call them."""


def parse(report_format: str, text: str) -> Report:
    """Read a text as a report of that format.

    :return: a report; with an empty ``format`` if the text is none of that format
    :raises KeyError: if there is no such format
    """
    return PARSERS[report_format](text)
