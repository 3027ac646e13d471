"""The decision as one page of HTML: a matrix of suites and machines. Without scripts, and nothing is loaded. Pure."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from picklebot import __version__
from picklebot.gate.model import Decision, JudgedSuite, SuiteOutcome, WikiDecision
from picklebot.output.gate.results import reason
from picklebot.output.gate.wording import attempt_line, detail_lines, loss_lines, side_line
from picklebot.text.printable import xml_text

__all__ = ["html_text"]

_TEMPLATE = "decision.html.jinja"


def html_text(decision: Decision) -> str:
    """The decision as a page."""
    environment = Environment(
        loader=PackageLoader("picklebot.output.gate", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wikis = [_wiki(decision, wiki) for wiki in decision.wikis]
    page = environment.get_template(_TEMPLATE).render(decision=decision, wikis=wikis, picklebot=__version__)
    return xml_text(page) + "\n"


def _wiki(decision: Decision, wiki: WikiDecision) -> dict[str, Any]:
    machines = list(dict.fromkeys(side.name for side in wiki.candidates))
    order = list(SuiteOutcome)
    suites = sorted(wiki.suites, key=lambda suite: order.index(suite.outcome))
    old = wiki.second or wiki.baseline
    return {
        "name": wiki.name,
        "old": side_line(old) if old else "unknown software",
        "new": [side_line(side) for side in wiki.candidates],
        "same_software": wiki.same_software,
        "counts": [(outcome, count) for outcome, count in wiki.counts.items() if count],
        "total": len(wiki.suites),
        "coverage": wiki.coverage,
        "problems": [problem.message for problem in wiki.problems],
        "losses": list(loss_lines(wiki.losses)),
        "machines": machines,
        "rows": [_row(decision, suite, machines) for suite in suites],
    }


def _row(decision: Decision, suite: JudgedSuite, machines: list[str]) -> dict[str, Any]:
    seen = {each.machine: each.outcome for each in suite.machines}
    return {
        "suite": suite,
        "cells": [seen.get(machine, suite.outcome) for machine in machines],
        "reason": reason(decision, suite),
        "details": [*detail_lines(suite), *map(attempt_line, suite.attempts)],
        # Only these lead to a page: an address of another kind could be a script.
        "edits": [(edit, edit.diff if edit.diff.startswith(("https://", "http://")) else "") for edit in suite.edits],
    }
