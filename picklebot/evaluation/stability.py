"""Whether a run saw the pages as they are now: pages that changed meanwhile, and servers that lag behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from picklebot.errors import WikiError
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.repeat import RepeatedRun
from picklebot.invocation.packing import NEAR
from picklebot.model import (
    LUA_MODEL,
    BatchMiss,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Page,
    PlannedRun,
    Report,
    Rule,
    RuleCode,
    RunAloneReason,
    RunResult,
    State,
    Suite,
    SuiteError,
)
from picklebot.wiki import Wiki
from picklebot.wiki.changes import RecentEdit, Touched, pages_touched, recent_edits
from picklebot.wiki.revisions import Current, text_digests

__all__ = ["Landmarks", "StableRuns", "accept_stable_runs", "saw_newest", "sure_before", "unseen"]

# Servers' clocks differ by as much, and edits that are saved at the same time may become visible in another order.
_MARGIN = timedelta(seconds=10)
# Older than any edit.
_NO_TIME = datetime.min.replace(tzinfo=UTC)
# Of recent edits so many are asked about in each run: each is a look-up, and those of modules and templates (their
# namespaces have the same numbers on all wikis) are likely to be depended on.
_LIKELY = frozenset({10, 828})
_MAX_LIKELY_ASKED = 10
_MAX_EDITS_KEPT = 100
# Limits of size depend on the neighbours in a batch, too.
_BY_LIMITS = (ErrorKind.TIME, ErrorKind.MEMORY, ErrorKind.OUTPUT)


class Landmarks:
    """The newest edits of a wiki, by which a run tells how far its server is.

    A server takes edits over in the order in which they were saved: where it has one, it has all that came before, so
    that of pages of which nothing was known before the run it is known as well which revision it saw.
    """

    def __init__(self, edits: Iterable[RecentEdit] = ()) -> None:
        self._edits: list[RecentEdit] = []
        self.add(edits)

    @classmethod
    def of(cls, wiki: Wiki) -> Landmarks:
        """The newest edits of a wiki; none where it does not say: then each new page is asked about."""
        try:
            return cls(recent_edits(wiki))
        except WikiError:
            return cls()

    def add_own_pages(self, planned: Iterable[PlannedRun]) -> None:
        """Take in the revisions that suites' own pages are known to have: an import is in no recent changes."""
        own = (page for each in planned for page in (each.suite.tester, each.suite.testee) if page.exists)
        self.add(RecentEdit(page.title, page.revision, _NO_TIME) for page in own)

    def add(self, edits: Iterable[RecentEdit]) -> None:
        """Take in edits, of which only the newest are of use."""
        newest: dict[str, RecentEdit] = {}
        for edit in sorted((*self._edits, *edits), key=lambda edit: (edit.revision, edit.at)):
            newest.pop(edit.title, None)
            newest[edit.title] = edit
        self._edits = list(reversed(newest.values()))[:_MAX_EDITS_KEPT]

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the pages that a run is to tell of, the newest first.

        On a busy wiki a server that is well may not have the very newest edit: the newest is joined by an older one.
        """
        if not self._edits:
            return ()
        first = self._edits[0]
        settled = next((edit for edit in self._edits if first.at - edit.at >= _MARGIN), first)
        likely = [edit.title for edit in self._edits if edit.namespace in _LIKELY][:_MAX_LIKELY_ASKED]
        return tuple(dict.fromkeys((first.title, settled.title, *likely)))


def sure_before(started: datetime) -> datetime:
    """The time before which a page must have changed for a run to have seen that, where its server had all edits."""
    return started - min(_MARGIN, started - _NO_TIME)


def unseen(
    result: RunResult,
    pages: Mapping[str, Page],
    known: Mapping[str, int],
    asked: Iterable[str],
) -> tuple[tuple[str, ...], bool]:
    """Titles of pages that a run should tell of and did not, and whether it must run again for that.

    It need not for pages that it depends on for the first time, where its server is known to have them as they are. A
    call that used up the look-ups that the wiki allows tells of no landmark: then all pages are asked about.

    :param pages: the pages that it depended on, as they are now
    :param known: revisions by title that its last run depended on
    :param asked: titles of which the run was asked to tell before any others
    """
    reached = result.reached
    left = pages.keys() - {*asked, *result.seen}
    beyond = {title for title in left if reached is not None and pages[title].revision > reached}
    found = [
        title for title in pages if title in left and (title in beyond or known.get(title) != pages[title].revision)
    ]
    return tuple(found), any(reached is None or title in known or title in beyond for title in found)


def saw_newest(
    result: RunResult,
    pages: Mapping[str, Page],
    changed_since: Iterable[str],
    before: Mapping[str, int],
) -> bool:
    """Whether a run saw pages as they are now.

    Mostly it tells. Of other pages only times speak: one that changed about when the run began may have changed in it,
    unless it is known to have had the same revision before.

    :param pages: the pages that it depended on, as they are now
    :param changed_since: titles of pages that changed in the run, or so short before that it may not have seen it
    :param before: revisions by title, before the run
    """
    seen = result.seen
    if any(seen[title] != page.revision for title, page in pages.items() if title in seen):
        return False
    others = {title: page for title, page in pages.items() if title not in seen}
    if any(title in result.there and not page.exists and title not in before for title, page in others.items()):
        return False  # it went meanwhile, and recent changes need not tell of that
    as_before = all(before.get(title) == page.revision for title, page in others.items())
    return as_before or others.keys().isdisjoint(changed_since)


@dataclass(frozen=True, slots=True)
class StableRuns:
    """Runs, parted by whether they saw the pages as they are now.

    :param outcomes: of the runs that did, or of which nothing can be said
    :param again: suites that must run again
    :param revisions: of the pages as they are now, by title
    """

    outcomes: list[RunOutcome] = field(default_factory=list)
    again: list[PlannedRun] = field(default_factory=list)
    revisions: Mapping[str, int] = field(default_factory=dict)


def accept_stable_runs(
    wiki: Wiki, runs: Sequence[RepeatedRun], before: Mapping[str, int], landmarks: Landmarks
) -> StableRuns:
    """Accept the runs that saw the pages as they are now.

    :param before: revisions by title, before these runs, as far as they are known
    :param landmarks: brought up to date
    """
    titles = dict.fromkeys(title for run in runs for title in (*_own_titles(run), *run.result.depends_on))
    try:
        touched = pages_touched(wiki, titles, sure_before(min((run.started for run in runs), default=wiki.clock)))
        same = _same_texts(wiki, runs, touched)
    except WikiError as error:
        why = Inconclusive.by(InconclusiveCode.DEPENDENCIES_UNREAD, error)
        return StableRuns([_inconclusive(run, why) for run in runs], revisions=before)
    landmarks.add(touched.edits)
    revisions = {title: each.page.revision for title, each in touched.current.items()}
    stable = StableRuns(revisions={**before, **revisions})
    for run in runs:
        again = _must_run_again(run, touched, before, same)
        if again is not None:
            stable.again.append(again)
        else:
            stable.outcomes.append(_outcome(run, touched.current))
    return stable


def _same_texts(wiki: Wiki, runs: Sequence[RepeatedRun], touched: Touched) -> Mapping[int, int]:
    """By older revisions that runs saw, the newest ones of the same pages that have the same text.

    A protection gives a page a new revision without a new text, and servers that have the page's older one in their
    cache go on telling it, for up to a day (MediaWiki's `LinkCache` keeps pages of Module).

    :raises WikiError: the wiki could not be read
    """
    newest = {
        seen: touched.current[title].page.revision
        for run in runs
        for title, seen in run.result.seen.items()
        if title in run.result.depends_on and title in touched.current and seen
    }
    older = {seen: now for seen, now in newest.items() if now not in (0, seen)}
    digests = text_digests(wiki, {*older, *older.values()}) if older else {}
    return {seen: now for seen, now in older.items() if seen in digests and digests[seen] == digests.get(now)}


def _must_run_again(
    run: RepeatedRun, touched: Touched, before: Mapping[str, int], same: Mapping[int, int]
) -> PlannedRun | None:
    """The next run of a suite whose run did not see the pages as they are now; None where it did.

    :param same: newer revisions of the same text, by older ones
    """
    planned, pages = run.planned, _pages_of(run, touched.current)
    doubtful, must_ask = unseen(run.result, pages, planned.baseline.dependencies, planned.doubtful)
    changed = {title for title, at in touched.at.items() if at >= sure_before(run.started)}
    result = replace(run.result, seen={title: same.get(seen, seen) for title, seen in run.result.seen.items()})
    if run.torn or must_ask or not saw_newest(result, pages, changed, before):
        return replace(planned, doubtful=(*doubtful, *planned.doubtful))
    return None


def _outcome(run: RepeatedRun, current: Mapping[str, Current]) -> RunOutcome:
    """The outcome of a run that saw the pages as they are now.

    A suite whose tester or module is another page by now, or none, has no state: the next harvest makes it anew.
    """
    own = (run.result.suite.tester, run.result.suite.testee)
    if any(_is_another(current[page.title].page, page) for page in own if page.title in current):
        return _inconclusive(run, Inconclusive(InconclusiveCode.PAGES_MOVED))
    pages = _pages_of(run, current)
    result = replace(run.result, suite=_as_tested(run.result.suite, pages))
    if result.state is None:
        return RunOutcome.of(run.planned, result)
    result = _with_model(result, current)
    return RunOutcome(
        run.planned.suite,
        run.planned.reason,
        result,
        dependencies={title: page.revision for title, page in pages.items()},
        flaky=run.flaky,
        run_alone=_run_alone_reason(run.planned, result, flaky=run.flaky),
        title_open=run.title_open,
    )


def _inconclusive(run: RepeatedRun, why: Inconclusive) -> RunOutcome:
    return RunOutcome.of(run.planned, RunResult(run.planned.suite, inconclusive=why))


def _pages_of(run: RepeatedRun, current: Mapping[str, Current]) -> dict[str, Page]:
    """The pages that a run depended on, as they are now, by title."""
    return {title: current[title].page for title in run.result.depends_on if title in current}


def _own_titles(run: RepeatedRun) -> tuple[str, str]:
    """Titles of the pages that a suite was made of."""
    return run.result.suite.tester.title, run.result.suite.testee.title


def _with_model(result: RunResult, current: Mapping[str, Current]) -> RunResult:
    """A result as it stands where the module itself is no Lua any more: then nothing that it says is tested."""
    testee = result.suite.testee
    now = current[testee.title].page if testee.title in current else testee
    if not testee.exists or now.content_model in ("", LUA_MODEL):
        return result
    note = Note(NoteCode.NO_LUA, (testee.title, now.content_model))
    report = Report("", error=SuiteError(ErrorKind.SCRIPT, note=note))
    rule = Rule(RuleCode.ERROR, error=ErrorKind.SCRIPT, note=note)
    return replace(result, report=report, state=State.FAIL, rule=rule, page_counts=None)


def _is_another(now: Page, made_of: Page) -> bool:
    """Whether a page is not the one that it was, or only leads to another by now: a redirect has no content model."""
    if made_of.exists:
        return now.page_id != made_of.page_id or not now.content_model
    return now.content_model == LUA_MODEL


def _as_tested(suite: Suite, pages: Mapping[str, Page]) -> Suite:
    """A suite with the revisions that its run saw: its pages may have changed since they were listed."""

    def newest(page: Page) -> Page:
        now = pages.get(page.title)
        return replace(page, revision=now.revision) if now and now.page_id == page.page_id and page.exists else page

    return replace(suite, testee=newest(suite.testee), tester=newest(suite.tester))


def _run_alone_reason(planned: PlannedRun, result: RunResult, *, flaky: bool) -> RunAloneReason | None:
    """Why a suite that has run alone does not run beside others from now on, until its pages change."""
    baseline, before = planned.baseline, planned.schedule.run_alone
    if result.state is None or flaky:
        return before
    error = result.report.error if result.report else None
    as_it_was = result.state == baseline.state and result.fingerprint == baseline.fingerprint
    if planned.batch_miss is BatchMiss.DIFFERENT_OUTPUT and as_it_was and not result.title_dependent:
        return RunAloneReason.DIFFERENT_OUTPUT
    if result.limit_usage >= NEAR or (error is not None and error.kind in _BY_LIMITS):
        return RunAloneReason.NEAR_LIMIT
    # Near a limit it would have been found again; other reasons to run alone hold until its pages change.
    kept = before is not RunAloneReason.NEAR_LIMIT and planned.schedule.must_run is None
    return before if kept else None
