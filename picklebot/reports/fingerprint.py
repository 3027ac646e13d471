"""Whether two reports say the same, point by point, without keeping either. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict

from picklebot.model import Report
from picklebot.text.html import in_div

__all__ = ["as_exact_as", "fingerprint", "same_outline", "says_the_same", "without_wording"]

# Where a table or function lies in memory: another place in each run.
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")
# Characters of each of the two halves of a fingerprint.
_HALF = 16


def fingerprint(report: Report, page: str = "") -> str:
    """The same for reports whose points went alike, one by one, and of which the same points failed.

    :param page: HTML of which every word must be the same too

    Names of points that passed, and the values that failed ones compare, may hold a time or a place in memory: they
    decide nothing, and are left out. The first half is the outline, how the points went; the second is the wording,
    names of points that failed and the message of an error.
    """
    plan = report.plan and (report.plan.count, report.plan.skip_all)
    counts = report.counts
    outline = (
        report.format,
        (counts.total, counts.passed, counts.failed, counts.skipped, counts.todo),
        plan,
        report.error and report.error.kind,
        [(point.ok, point.directive) for point in report.points],
        in_div(page).text_content().split() if page.strip() else (),
    )
    wording = (
        report.error and _ADDRESS.sub("0x", report.error.message),
        report.error and report.error.note and asdict(report.error.note),
        [_ADDRESS.sub("0x", point.description) for point in report.points if not point.ok],
    )
    return _digest(outline) + _digest(wording)


def without_wording(one: str) -> str:
    """A fingerprint of a suite whose failures are worded otherwise under another title, or from run to run."""
    return one[:_HALF]


def as_exact_as(known: str, new: str) -> str:
    """A new fingerprint of a suite, without its wording where that is known to vary."""
    return without_wording(new) if len(known) == _HALF else new


def same_outline(one: str, other: str) -> bool:
    """Whether points went alike, whatever the failed ones are called; never where there is nothing to compare."""
    return bool(one) and one[:_HALF] == other[:_HALF]


def says_the_same(one: str, other: str) -> bool:
    """Whether reports are the same as far as their fingerprints go: one without wording says nothing of it."""
    return same_outline(one, other) and (one == other or _HALF in (len(one), len(other)))


def _digest(said: object) -> str:
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=_HALF // 2).hexdigest()
