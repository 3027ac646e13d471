"""The JSON document of a harvest; docs/operators.md, "The JSON document", describes it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from picklebot.harvest import Harvest
from picklebot.model import ModuleStatus, SuiteStatus, Transition
from picklebot.output.calls import other_document

__all__ = ["document"]


def document(harvest: Harvest) -> dict[str, Any]:
    """Everything known after a harvest, suites that did not run in it included."""
    return {
        "suites": [_suite(suite) for suite in harvest.suites],
        "modules": [_module(module) for module in harvest.modules],
        "transitions": [_transition(transition) for transition in harvest.transitions],
    }


def _suite(suite: SuiteStatus) -> dict[str, Any]:
    return {
        "testee": suite.testee.title,
        "testee_exists": suite.testee.exists,
        "tester": suite.tester.title,
        "strategy": suite.strategy,
        "state": suite.state,
        "points": asdict(suite.counts),
        "failing": [
            {
                "number": point.number,
                "description": point.description,
                "expected": point.expected,
                "actual": point.actual,
                "message": point.message,
            }
            for point in suite.failing
        ],
        "error": {"kind": suite.error.kind, "message": suite.error.message} if suite.error else None,
        "inconclusive": suite.inconclusive,
        "ran": suite.ran,
        "revision": suite.revision,
        "duration_ms": suite.duration_ms,
        "title_dependent": suite.title_dependent,
        "flaky": suite.flaky,
        "other": other_document(suite.other),
        "stands_alone": suite.subject == suite.tester,
    }


def _module(module: ModuleStatus) -> dict[str, Any]:
    return {
        "title": module.page.title,
        "page_id": module.page.page_id,
        "state": module.state,
        "previous_state": module.previous,
        "revision": module.page.revision,
    }


def _transition(transition: Transition) -> dict[str, Any]:
    return {
        "title": transition.page.title,
        "page_id": transition.page.page_id,
        "old": transition.old,
        "new": transition.new,
        "summary": transition.summary,
        "cause": transition.cause.to_json() if transition.cause else None,
    }
