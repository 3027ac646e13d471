"""Raw text to :class:`picklebot.model.Report`: one parser for each format, pure, without I/O.

Bad reports are data: no parser raises anything, and each takes time and memory in proportion to its text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from picklebot.model import Report
from picklebot.reports.pickle import parse_pickle
from picklebot.reports.scribuntounit import parse_scribuntounit
from picklebot.reports.tap import parse_tap
from picklebot.reports.unittests_enwiki import parse_unittests_enwiki
from picklebot.reports.unittests_frwiktionary import parse_unittests_frwiktionary
from picklebot.reports.unittests_wiktionary import parse_unittests_wiktionary

__all__ = ["PARSERS", "Parse", "parse"]

Parse = Callable[[str], Report]

PARSERS: Final[Mapping[str, Parse]] = {
    "pickle": parse_pickle,
    "scribuntounit": parse_scribuntounit,
    "tap": parse_tap,
    "unittests-enwiki": parse_unittests_enwiki,
    "unittests-frwiktionary": parse_unittests_frwiktionary,
    "unittests-wiktionary": parse_unittests_wiktionary,
}
"""Report formats by the names that strategies call them."""


def parse(report_format: str, text: str) -> Report:
    """Read a text as a report of that format.

    :return: a report; with an empty ``format`` if the text is none of that format
    :raises KeyError: if there is no such format
    """
    return PARSERS[report_format](text)
