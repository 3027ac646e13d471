"""Makes a baseline by running all suites of a wiki: alone, and then in batches as a gate runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from picklebot import __version__
from picklebot.discovery import read_suites, wanted
from picklebot.discovery.pages import list_pages, tester_match
from picklebot.errors import WikiError, WorkError
from picklebot.evaluation.batch_confirmation import Batches
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.planned import may_batch
from picklebot.gate.baseline_file import BaselineFile, BaselinePage, BaselineSuite, WikiEntry
from picklebot.gate.machine import Machine, keep_asking
from picklebot.gate.pages import PageNow, pages_now
from picklebot.gate.selection import Selection, Tier, in_order
from picklebot.gate.software import Description, read_lua_names, software_entry
from picklebot.gate.suites import entry_of, needs_console, planned_of
from picklebot.gate.threads import spread
from picklebot.model import BatchMiss, Page, Suite
from picklebot.reports.fingerprint import same_outline
from picklebot.strategy.selection import TitleMatch
from picklebot.wiki import Wiki
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = ["discovered", "find_testers", "make_baseline"]

# Of the wiki's list of most used templates: so many requests of 500 rows.
_LISTS_OF_USE = 10
_ROWS = 500


@dataclass(frozen=True, slots=True)
class _Discovered:
    """A suite, and whether it is of a draft."""

    suite: Suite
    draft: bool


def make_baseline(
    machine: Machine,
    description: Description,
    selection: Selection,
    *,
    concurrency: int,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> BaselineFile:
    """Run suites, and keep how they ended.

    :param progress: hears how many suites have run, and of how many
    :raises WikiError: the wiki could not be read
    :raises WorkError: the time was over before all suites had run
    """
    made = datetime.now(UTC)
    began = machine.wiki.clock
    found = discovered(machine, selection)
    inventory = description.inventory
    with suppress(WikiError):  # some wikis keep the console from strangers
        inventory = inventory.model_copy(update={"lua": read_lua_names(machine.wiki, machine.site)})
    entries: list[BaselineSuite] = []
    for entry in spread(lambda each: _run(machine, each), found, concurrency):
        entries.append(entry)
        progress(len(entries), len(found))
    if machine.deadline.over:
        raise WorkError(f"the time was over after {len(entries)} of {len(found)} suites: no baseline is made")
    titles = dict.fromkeys(title for entry in entries for title in entry.titles)
    pages = _settled(keep_asking(lambda: pages_now(machine.wiki, titles), machine.deadline), began)
    used = _use(machine.wiki)
    entries = [entry.model_copy(update={"used_on": used.get(entry.testee)}) for entry in entries]
    entries = _seen_in_batches(machine, in_order(entries), pages)
    return BaselineFile(
        format="picklebot-baseline",
        version=1,
        made=made,
        picklebot=__version__,
        strategies=machine.strategies.digest,
        wiki=WikiEntry(key=machine.site.key, url=machine.wiki.shown, main_page=machine.main_page.title),
        software=software_entry(description.side),
        inventory=inventory,
        pages=pages,
        suites=sorted(entries, key=lambda entry: entry.tester),
    )


def find_testers(machine: Machine) -> Iterator[tuple[Page, TitleMatch]]:
    """Pages of a wiki whose titles are testers', drafts included.

    :raises WikiError: the wiki could not be read
    """
    for page in list_pages(machine.wiki, MODULE_NAMESPACE):
        match = tester_match(page, machine.site, machine.strategies, drafts=True)
        if match is not None:
            yield page, match


def discovered(machine: Machine, selection: Selection) -> list[_Discovered]:
    """The suites that are asked for, by the wiki's pages.

    :raises WikiError: the wiki could not be read
    """
    machine_runner = machine.evaluator().runner
    site, strategies = machine.site, machine.strategies
    testers = list(keep_asking(lambda: list(find_testers(machine)), machine.deadline))
    settled = {
        page.title
        for page in (page for page, _ in testers)
        if tester_match(page, site, strategies, drafts=False) is not None
    }
    pages = [page for page, _ in testers if selection.tier is Tier.ALL or page.title in settled]
    read = keep_asking(
        lambda: list(read_suites(machine.wiki, site, strategies, machine_runner.offers, pages)), machine.deadline
    )
    suites = [each.suite for each in read if wanted(selection.only, each.suite, site)]
    if selection.titles is not None:
        titles = selection.titles
        suites = [each for each in suites if not titles.isdisjoint((each.tester.title, each.testee.title))]
    return [_Discovered(suite, suite.tester.title not in settled) for suite in suites]


def _run(machine: Machine, found: _Discovered) -> BaselineSuite:
    """A suite, run alone; it has no state where its run came to none."""
    if machine.deadline.over:
        return BaselineSuite(tester=found.suite.tester.title, testee=found.suite.testee.title)
    run = machine.run_alone(found.suite, detail=False)
    shown = True
    if run.result is not None and needs_console(run.result):
        run, shown = machine.run_alone(found.suite, detail=True), False
    if run.result is None:
        entry = BaselineSuite(tester=found.suite.tester.title, testee=found.suite.testee.title)
        return entry.model_copy(update={"error": run.fatal or run.why, "draft": found.draft})
    return entry_of(run.result, shown=shown, draft=found.draft)


def _seen_in_batches(
    machine: Machine, entries: Sequence[BaselineSuite], pages: dict[str, BaselinePage]
) -> list[BaselineSuite]:
    """Suites with the fingerprint that they have in a batch, and whether they disagree with themselves."""
    if not may_batch(machine.wiki, machine.site):
        return list(entries)
    by_tester = {entry.tester: entry for entry in entries}
    able = [entry for entry in entries if entry.fingerprint and entry.candidates and entry.state is not None]
    context = RunContext(machine.wiki, machine.site, machine.evaluator(), machine.deadline)
    batches = Batches(context, [planned_of(entry, pages) for entry in able], in_order=True)
    while (results := batches.step()) is not None:
        for planned, result in results:
            entry = by_tester[planned.suite.tester.title]
            if isinstance(result, BatchMiss) or not result.fingerprint:
                continue
            changes: dict[str, object] = {"batch_fingerprint": result.fingerprint}
            if not same_outline(result.fingerprint, entry.fingerprint):
                changes |= _seen_otherwise(machine, entry, planned.suite)
            by_tester[entry.tester] = entry.model_copy(update=changes)
    return list(by_tester.values())


def _seen_otherwise(machine: Machine, entry: BaselineSuite, suite: Suite) -> dict[str, object]:
    """The finding of another run of a suite that looks otherwise in a batch: it needs its title, or tosses a coin."""
    again = machine.run_alone(suite, detail=False).result
    flaky = again is not None and not same_outline(again.fingerprint, entry.fingerprint)
    return {"flaky": True} if flaky else {"title_dependent": True}


def _settled(pages: dict[str, PageNow], began: datetime) -> dict[str, BaselinePage]:
    """Pages as a baseline keeps them; one that was edited meanwhile counts as changed from the beginning."""
    return {
        title: BaselinePage(page_id=now.page.page_id) if now.edited is not None and now.edited >= began else now.page
        for title, now in pages.items()
    }


def _use(wiki: Wiki) -> dict[str, int]:
    """How many pages transclude others, by title, the most used first; nothing where the wiki does not tell."""
    found: dict[str, int] = {}
    with suppress(WikiError):
        for number in range(_LISTS_OF_USE):
            answer = wiki.get(
                action="query",
                list="querypage",
                qppage="Mostlinkedtemplates",
                qplimit=_ROWS,
                qpoffset=number * _ROWS,
            )
            rows = _rows(answer["query"].get("querypage", {}))
            found |= rows
            if len(rows) < _ROWS:
                break
    return found


def _rows(listed: object) -> dict[str, int]:
    rows: Iterable[object] = listed.get("results", ()) if isinstance(listed, dict) else ()
    return {str(row["title"]): int(row["value"]) for row in rows if isinstance(row, dict)}
