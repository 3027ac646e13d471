"""The JSON document of a harvest; docs/operators.md, "The JSON document", describes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import indent
from typing import Any

from picklebot.harvest import Harvest
from picklebot.model import Cause, ModuleStatus, SuiteRecord, Transition
from picklebot.output.calls import other_document
from picklebot.output.reports import error_document, failing_document
from picklebot.output.transitions import inconclusive_document, software_document, summary_document
from picklebot.text.terminal import json_text

__all__ = ["document", "document_text"]


def document(harvest: Harvest) -> dict[str, Any]:
    """Everything known after a harvest, suites that did not run in it included."""
    return {**{name: list(entries) for name, entries in _lists(harvest).items()}, "ended": harvest.ending}


def document_text(harvest: Harvest) -> Iterator[str]:
    """The same as JSON, in parts: of ten thousand suites the whole takes as much memory as all else."""
    before = "{"
    for name, entries in _lists(harvest).items():
        yield f'{before}\n  "{name}": ['
        between = "\n"
        for entry in entries:
            yield between + indent(json_text(entry), "    ")
            between = ",\n"
        yield "]" if between == "\n" else "\n  ]"
        before = ","
    yield f'{before}\n  "ended": {json_text(harvest.ending)}\n}}\n'


def _lists(harvest: Harvest) -> dict[str, Iterator[dict[str, Any]]]:
    return {
        "suites": map(_suite, harvest.suites),
        "modules": map(_module, harvest.modules),
        "transitions": map(_transition, harvest.transitions),
    }


def _suite(record: SuiteRecord) -> dict[str, Any]:
    suite, baseline, status = record.suite, record.baseline, record.status
    return {
        "testee": suite.testee.title,
        "testee_exists": suite.testee.exists,
        "tester": suite.tester.title,
        "strategy": baseline.strategy,
        "state": baseline.state,
        "points": asdict(status.counts),
        "failing": [failing_document(point) for point in status.failing],
        "error": error_document(status.error),
        **inconclusive_document(status.inconclusive),
        "ran": status.ran,
        "revision": status.revision,
        "duration_ms": status.duration_ms,
        "title_dependent": baseline.title_dependent,
        "flaky": baseline.flaky,
        "other": other_document(status.other),
        "stands_alone": record.subject == suite.tester,
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
        **summary_document(transition),
        "cause": _cause(transition.cause) if transition.cause else None,
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {"pages": [asdict(page) for page in cause.pages], **software_document(cause.software)}
