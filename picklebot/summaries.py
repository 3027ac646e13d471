"""Summaries of a wiki's modules, from their suites and their last changes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from picklebot.model import Counts, LastChange, ModuleStatus, ModuleSummary, SuiteRecord

__all__ = ["summarise"]


def summarise(
    modules: Iterable[ModuleStatus], suites: Iterable[SuiteRecord], last: Mapping[int, LastChange]
) -> Iterator[ModuleSummary]:
    """A summary of each module, in their order.

    :param last: the changes to the states that modules are in, by page id
    """
    by_subject: dict[int, list[SuiteRecord]] = {}
    for record in suites:
        by_subject.setdefault(record.subject.page_id, []).append(record)
    for module in modules:
        mine = sorted(by_subject.get(module.page.page_id, ()), key=lambda record: record.suite.tester.title)
        change = last.get(module.page.page_id)
        tested = max((record.status.revision for record in mine), default=0)
        yield ModuleSummary(
            replace(module.page, revision=tested or module.page.revision),
            module.state,
            change.at if change else None,
            Counts.sum(record.status.counts for record in mine),
            tuple((record.suite.tester.title, record.state) for record in mine),
            tuple(point for record in mine for point in record.status.failing),
            tuple(record.status.error for record in mine if record.status.error),
            change.cause if change else None,
            any(record.baseline.flaky for record in mine),
        )
