"""TAP, the Test Anything Protocol, versions 12, 13 and 14."""

from __future__ import annotations

from typing import TYPE_CHECKING

from picklebot.reports.tap.parser import Parser

if TYPE_CHECKING:
    from picklebot.model import Report

__all__ = ["parse_tap"]


def parse_tap(text: str) -> Report:
    r"""Read a TAP report.

    All versions are read alike: by the rules of TAP 14, which describes the practice of producers of TAP 13.
    Where versions differ, the rule that can hide no failure wins.

    Text is TAP if, outside of subtests, it has one of

    - a version line,
    - a plan,
    - a test line with a dash (``ok - …``) or with a directive in place of a description,
    - a numbered test line whose number is possible: from 1 to the number of test lines,
    - two or more test lines with white space behind ``ok`` and nothing else but blank lines and comments,
    - ``Bail out!`` before anything else.

    So "ok, all tests passed", "ok 300 tests passed" and "Not OK with you?" are not TAP; in text that is, every line
    that matches ``/^(not )?ok\b/`` counts as a test (TAP 13, "Harness behavior"), but for "ok, so far" where the plan
    or the numbers of the others say that it is none.

    ``1..N # comment`` is a plan in reports that say they are TAP 14: Perl's TAP::Parser takes it for none, unless N is
    0 or the comment says SKIP. YAML blocks are no TAP, whatever they quote and whether they belong to a point or not.

    A report without a plan is accepted with a note, other than in TAP 14: testers on wikis rarely print one. A report
    that ran fewer or more points than planned, has its plan in the middle or twice, or numbers a point outside of it
    has an error of the kind ``plan``.

    :return: a report; with an empty ``format`` if the text is not TAP. Nothing is raised.
    """
    return Parser(text).parse()
