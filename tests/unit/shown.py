"""All that commands show people of harvests, stories and standings, in any language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from rich.console import Console

from picklebot.harvest import Harvest
from picklebot.model import (
    Call,
    Cause,
    ChangedPage,
    Counts,
    DisregardedCall,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    ModuleStatus,
    OutboxEntry,
    Page,
    Point,
    Reason,
    RunAloneReason,
    RunReason,
    SoftwareChange,
    State,
    SuiteError,
    SuiteRecord,
    Transition,
)
from picklebot.output.comparison import comparison_lines
from picklebot.output.history import story_lines
from picklebot.output.overview import Standing, overview_lines
from picklebot.output.table import print_table
from picklebot.store.history import Overview, PastHarvest, PastRun, RecordedTransition, Story, SuiteStory, Waiting
from picklebot.text.messages import Messages
from tests.factories import FOO, NOW, a_record, a_report, a_result, a_suite, words

__all__ = ["harvest_shown", "standing_shown", "story_shown", "trial_shown"]

_FAILING = tuple(Point(ok=False, description="adds", expected="1", actual="2", message="no") for _ in range(12))
_SILENT = Inconclusive(InconclusiveCode.NOT_RUN)
_ERROR = SuiteError(ErrorKind.TIME, "too long")
_OTHER = DisregardedCall(Call("run", ("x",), found_on="Module:Foo/doc"), State.GOOD)


def _records() -> Iterator[SuiteRecord]:
    """Suites with each remark that a table makes."""
    record = a_record(State.FAIL, counts=Counts(14, 1, 11, 1, 1), reason=Reason(RunReason.NEW), ran_at=NOW)
    yield replace(record, status=replace(record.status, failing=_FAILING, error=_ERROR, other=_OTHER, ran=True))
    yield replace(a_record(None), status=replace(record.status, inconclusive=_SILENT))
    yield replace(a_record(), baseline=replace(a_record().baseline, flaky=True), stands_alone=True)
    yield replace(a_record(), baseline=replace(a_record().baseline, title_dependent=True))
    yield a_record(suite=a_suite(testee=Page("Module:Gone")))


def harvest_shown(say: Messages) -> str:
    """The table of a harvest."""
    modules = (ModuleStatus(FOO, State.FAIL), ModuleStatus(FOO, State.MISSING))
    out = io.StringIO()
    print_table(Harvest(tuple(_records()), modules, ()), Console(file=out, width=200), say)
    return out.getvalue()


def standing_shown(say: Messages) -> Iterator[str]:
    """How wikis stand: before a harvest, during one, after one that was broken off, and after a whole one."""
    last = PastHarvest(NOW, None, 1, 1, 1, 1, "")
    outbox = {"tags": Waiting(2, NOW), "log": Waiting()}
    suites = tuple(replace(a_record(), baseline=replace(a_record().baseline, flaky=True)) for _ in range(22))
    for harvest, held in ((None, False), (last, True), (last, False), (replace(last, ended=NOW + timedelta(1)), False)):
        found = Overview({State.GOOD: 1}, suites, {"Module:A/testcases": _SILENT}, outbox, harvest, held)
        yield from overview_lines(Standing("wiki", found, 1), say)


def story_shown(say: Messages) -> Iterator[str]:
    """The story of a module in which all happened that can."""
    edited, created, gone = (ChangedPage("Module:A", *ids) for ids in ((1, 2), (0, 2), (1, 0)))
    pages = tuple(replace(page, user=user) for user, page in product(("", "Ann"), (edited, created, gone)))
    told = []
    for cause in (None, Cause(), Cause(pages, SoftwareChange({}, {"PHP": "9"}))):
        change = Transition(FOO, State.GOOD, State.FAIL, Counts(2, 1, 1), cause=cause)
        told.append(RecordedTransition(OutboxEntry(1, "0123456789", NOW, change), {"log": NOW} if cause else {}))
    runs = (
        PastRun(NOW, State.FAIL, Counts(2, 1, 1), _ERROR, None, 1, 1, Reason(RunReason.NEW)),
        PastRun(NOW, None, Counts(), None, _SILENT, 1, 1, Reason(RunReason.RECHECK)),
    )
    for record in _records():
        schedule = replace(record.schedule, run_alone=RunAloneReason.NEAR_LIMIT)
        story = Story(FOO, None, (SuiteStory(replace(record, schedule=schedule), runs),), tuple(told))
        yield from story_lines(story, "https://wiki.example.org/w/api.php", ["log", "tags"], say)


def trial_shown(say: Messages) -> Iterator[str]:
    """Tests against unsaved text: with a run before, and without a result."""
    saved = a_result(State.GOOD, report=a_report(Point(ok=True, description="one"), Point(ok=True, description="gone")))
    points = (Point(ok=False, description="one"), Point(ok=False, description="new", expected="1", actual="2"))
    unsaved = a_result(State.FAIL, report=a_report(*points, error=_ERROR, notes=(words("a note"),)))
    yield from comparison_lines(saved, unsaved, say)
    yield from comparison_lines(None, a_result(None), say)
