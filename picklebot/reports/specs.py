"""The full report of Module:Pickle: TAP 14 whose text is safe to stand on a page.

On a page a ``<`` could begin a tag, and ``[[`` a link: Module:Pickle writes such characters as numeric character
references, and each ``&`` too, so that nothing but references stands for them. Readers see the text without.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from picklebot.model import Report
from picklebot.reports.tap import parse_tap

__all__ = ["parse_specs"]

_HEAD: Final = re.compile(r"\s*TAP version 14\r?\n1\.\.\d", re.ASCII)
# Its reason for a plan of none: nothing was skipped, there is nothing yet.
_EMPTY: Final = "no cases"
# Of printable ASCII only: no reference makes a line of its own.
_REFERENCE: Final = re.compile(r"&#(3[2-9]|[4-9]\d|1[01]\d|12[0-6]);", re.ASCII)


def parse_specs(text: str) -> Report:
    """Read a report of Module:Pickle.

    :return: the report that TAP comes to; with an empty ``format`` if the text does not begin as that module's do
    """
    if _HEAD.match(text) is None:
        return Report(format="")
    report = parse_tap(_REFERENCE.sub(lambda found: chr(int(found[1])), text))
    if report.plan is not None and report.plan.skip_all and report.plan.reason == _EMPTY:
        return replace(report, plan=None)
    return report
