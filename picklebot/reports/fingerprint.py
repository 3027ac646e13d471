"""Whether two reports say the same, point by point, without keeping either. Pure."""

from __future__ import annotations

import hashlib
import json
import re

from picklebot.model import Report
from picklebot.text.html import in_div

__all__ = ["fingerprint"]

# Where a table or function lies in memory: another place in each run.
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+\b")


def fingerprint(report: Report, page: str = "") -> str:
    """The same for reports whose points went alike, one by one, and of which the same points failed.

    :param page: HTML of which every word must be the same too

    Names of points that passed, and the values that failed ones compare, may hold a time or a place in memory: they
    decide nothing, and are left out.
    """
    points = [
        (point.ok, point.directive, None if point.ok else _ADDRESS.sub("0x", point.description))
        for point in report.points
    ]
    plan = report.plan and (report.plan.count, report.plan.skip_all)
    counts = report.counts
    said = (
        report.format,
        (counts.total, counts.passed, counts.failed, counts.skipped, counts.todo),
        plan,
        report.error and (report.error.kind, _ADDRESS.sub("0x", report.error.message)),
        points,
        in_div(page).text_content().split() if page.strip() else (),
    )
    return hashlib.blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()
