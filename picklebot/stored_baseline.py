"""A baseline from the knowledge that harvests keep: no suite is run, and the wiki is asked what it is.

Only states that suites came to under the wiki's present software are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

from picklebot import __version__
from picklebot.errors import WikiError, WorkError
from picklebot.evaluation.evaluate import with_evaluator_version
from picklebot.gate.baseline_file import BaselineFile, BaselinePage, BaselineSuite, WikiEntry
from picklebot.gate.compare import tallies
from picklebot.gate.machine import Machine
from picklebot.gate.software import Description, read_lua_names, software_entry
from picklebot.gate.suites import entry_of
from picklebot.model import Report, RunResult, SuiteRecord
from picklebot.store.store import Store
from picklebot.wiki import Wiki
from picklebot.wiki.revisions import text_digests

__all__ = ["baseline_from_store"]


def baseline_from_store(machine: Machine, found: Description, store: Store) -> BaselineFile:
    """The baseline of a wiki, by what its store knows.

    :param found: the wiki as it describes itself now
    :raises WikiError: the wiki could not be read
    :raises StoreError: the store could not be read
    :raises WorkError: no suite came to a state under the wiki's present software
    """
    software = with_evaluator_version(machine.site, machine.strategies).software_digest
    records = {
        id_: record
        for id_, record in store.knowledge().suites.items()
        if record.state is not None and record.baseline.software == software and record.schedule.must_run is None
    }
    if not records:
        raise WorkError("the store knows no state of the wiki's present software: run picklebot harvest first")
    dependencies = store.dependencies(records)
    pages = _pages(machine.wiki, records.values(), dependencies.values())
    inventory = found.inventory
    with suppress(WikiError):
        inventory = inventory.model_copy(update={"lua": read_lua_names(machine.wiki, machine.site)})
    ran = [record.schedule.ran_at for record in records.values() if record.schedule.ran_at is not None]
    return BaselineFile(
        format="picklebot-baseline",
        version=1,
        made=max(ran, default=datetime.now(UTC)),
        picklebot=__version__,
        strategies=machine.strategies.digest,
        wiki=WikiEntry(key=machine.site.key, url=machine.wiki.shown, main_page=machine.main_page.title),
        software=software_entry(found.side),
        inventory=inventory,
        pages=pages,
        suites=sorted(
            (_entry(record, dependencies.get(id_, {})) for id_, record in records.items()),
            key=lambda entry: entry.tester,
        ),
    )


def _entry(record: SuiteRecord, pages: Mapping[str, int]) -> BaselineSuite:
    baseline, status = record.baseline, record.status
    result = RunResult(
        record.suite,
        baseline.strategy,
        baseline.call,
        Report("", points=status.failing, declared=status.counts, error=status.error),
        baseline.state,
        duration_ms=status.duration_ms,
        cost=baseline.cost,
        depends_on=tuple(pages),
        fingerprint=baseline.fingerprint,
    )
    alike = baseline.title_dependent is False and record.schedule.run_alone is None
    return entry_of(result, shown=baseline.page_counts is not None).model_copy(
        update={
            "points": tallies(status.failing),
            "batch_fingerprint": baseline.fingerprint if alike else "",
            "title_dependent": baseline.title_dependent,
            "flaky": baseline.flaky,
        }
    )


def _pages(
    wiki: Wiki, records: Iterable[SuiteRecord], dependencies: Iterable[Mapping[str, int]]
) -> dict[str, BaselinePage]:
    """Pages at the revisions that runs saw, with their digests."""
    ids: dict[str, int] = {}
    revisions: dict[str, int] = {}
    for record in records:
        for page in (record.suite.tester, record.suite.testee):
            revisions[page.title], ids[page.title] = page.revision, page.page_id
    for each in dependencies:
        revisions |= each
    digests = text_digests(wiki, {revision for revision in revisions.values() if revision})
    return {
        title: BaselinePage(revision=revision, page_id=ids.get(title, 0), sha1=digests.get(revision, ""))
        for title, revision in revisions.items()
    }
