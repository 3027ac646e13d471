"""The story of a module, for people and for programs; docs/operators.md, "The story of a module", names the keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from picklebot.model import Cause, ChangedPage
from picklebot.output.reports import error_document
from picklebot.output.transitions import inconclusive_document, software_document, summary_document
from picklebot.store.history import PastRun, RecordedTransition, Story, SuiteStory
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import (
    change_words,
    counts_words,
    error_words,
    inconclusive_words,
    reason_words,
    run_alone_words,
    software_words,
    state_words,
    summary_words,
    whose_software,
)

__all__ = ["diff_url", "moment", "story_document", "story_lines"]


def diff_url(api: str, page: ChangedPage) -> str:
    """The URL at which a wiki compares two revisions; empty where there is nothing to compare."""
    index = api.removesuffix("api.php") + "index.php"
    return f"{index}?oldid={page.old}&diff={page.new}" if page.old and page.new else ""


def moment(time: datetime | None) -> str | None:
    """A time as JSON has it: ISO 8601, UTC, whole seconds."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}" if time else None


def story_document(story: Story, api: str, recorders: Collection[str]) -> dict[str, Any]:
    """The story as values that JSON knows."""
    module = story.module
    return {
        "title": story.page.title,
        "page_id": story.page.page_id,
        "state": module.state if module else None,
        "previous_state": module.previous if module else None,
        "suites": [_suite(suite) for suite in story.suites],
        "transitions": [_transition(told, api, recorders) for told in story.transitions],
    }


def story_lines(story: Story, api: str, recorders: Collection[str], say: Messages = ENGLISH) -> Iterator[str]:
    """The story as lines of text, the latest first."""
    yield f"{plain(story.page.title)}: {state_words(story.module.state if story.module else None, say)}"
    for told in story.transitions:
        yield ""
        yield from _told_lines(told, api, recorders, say)
    for suite in story.suites:
        yield ""
        yield from _suite_lines(suite, say)


def _told_lines(told: RecordedTransition, api: str, recorders: Collection[str], say: Messages) -> Iterator[str]:
    transition = told.found.transition
    change = say("change", *change_words(transition, say))
    said = [plain(summary_words(transition, say))]
    said += [say("log-revision", transition.page.revision)] if transition.page.revision else []
    yield f"{_time(told.found.at)}  {change}: {say('comma').join(said)}"
    if transition.cause:
        yield from (f"    {line}" for line in _cause_lines(transition.cause, api, say))
    waits = [name for name in recorders if name not in told.recorded]
    parts = [f"{name} {_time(at)}" for name, at in told.recorded.items()]
    recorded = [say("frame-recorded", say("comma").join(parts)) if parts else say("frame-not-recorded")]
    recorded += [say("frame-waits-for", say("comma").join(waits))] if waits else []
    yield f"    {'; '.join(recorded)}  [{told.found.token}]"


def _cause_lines(cause: Cause, api: str, say: Messages) -> Iterator[str]:
    if not cause.pages and not cause.software:
        yield say("cause-unknown")
    if len(cause.pages) > 1:
        yield say("frame-changed-in-order")
    for page in cause.pages:
        change = "edited" if page.old and page.new else "created" if page.new else "removed"
        by = (plain(page.user),) if page.user else ()
        changed = say.of("frame", f"{change}-by" if by else change, plain(page.title), *by)
        yield f"{changed}{f' {page.at}' if page.at else ''} {diff_url(api, page)}".rstrip()
    if cause.software:
        before, now = software_words(cause.software, say)
        yield f"{whose_software(cause.software, say)}: {plain(before, 2000)} → {plain(now, 2000)}"


def _suite_lines(suite: SuiteStory, say: Messages) -> Iterator[str]:
    record = suite.record
    baseline, schedule = record.baseline, record.schedule
    marks = [say("frame-flaky")] if baseline.flaky else []
    marks += [say("frame-runs-alone")] if schedule.run_alone is not None else []
    marked = f" ({say('comma').join(marks)})" if marks else ""
    strategy = f", {baseline.strategy}" if baseline.strategy else ""
    yield f"{plain(record.suite.tester.title)}{strategy}: {state_words(baseline.state, say)}{marked}"
    if schedule.ran_at:
        counts = counts_words(record.status.counts, say)
        yield f"    {say('frame-last-state', _time(schedule.ran_at), counts)}"
    if schedule.must_run:
        yield f"    {say('frame-must-run', plain(reason_words(schedule.must_run, say)))}"
    for run in suite.runs:
        yield f"    {_time(run.at)}  {_outcome(run, say)}, {run.duration_ms} ms; {plain(reason_words(run.reason, say))}"


def _outcome(run: PastRun, say: Messages) -> str:
    if run.inconclusive:
        return f"{say('frame-inconclusive')}: {plain(inconclusive_words(run.inconclusive, say))}"
    error = f", {say.of('error', run.error.kind)}: {plain(error_words(run.error, say))}" if run.error else ""
    return f"{state_words(run.state, say)}, {counts_words(run.counts, say)}{error}"


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}"


def _suite(suite: SuiteStory) -> dict[str, Any]:
    record, schedule = suite.record, suite.record.schedule
    return {
        "tester": record.suite.tester.title,
        "testee": record.suite.testee.title,
        "strategy": record.baseline.strategy,
        "state": record.baseline.state,
        "points": asdict(record.status.counts),
        "flaky": record.baseline.flaky,
        "runs_alone": run_alone_words(schedule.run_alone) if schedule.run_alone else None,
        "runs_alone_code": schedule.run_alone,
        "last_verdict": moment(schedule.ran_at),
        "must_run": reason_words(schedule.must_run) if schedule.must_run else None,
        "must_run_code": schedule.must_run.code if schedule.must_run else None,
        "must_run_titles": list(schedule.must_run.titles) if schedule.must_run else [],
        "runs": [
            {
                "at": moment(run.at),
                "state": run.state,
                "points": asdict(run.counts),
                "error": error_document(run.error),
                **inconclusive_document(run.inconclusive),
                "duration_ms": run.duration_ms,
                "lua_ms": run.lua_ms,
                "reason": reason_words(run.reason),
                "reason_code": run.reason.code,
                "reason_titles": list(run.reason.titles),
            }
            for run in suite.runs
        ],
    }


def _transition(told: RecordedTransition, api: str, recorders: Collection[str]) -> dict[str, Any]:
    transition = told.found.transition
    cause = None
    if transition.cause:
        pages = [{**asdict(page), "diff": diff_url(api, page) or None} for page in transition.cause.pages]
        cause = {"pages": pages, **software_document(transition.cause.software)}
    return {
        "token": told.found.token,
        "at": moment(told.found.at),
        "title": transition.page.title,
        "revision": transition.page.revision,
        "old": transition.old,
        "new": transition.new,
        **summary_document(transition),
        "testers": list(transition.testers),
        "cause": cause,
        "recorded": {name: moment(at) for name, at in told.recorded.items()},
        "waits_for": [name for name in recorders if name not in told.recorded],
    }
