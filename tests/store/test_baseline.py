"""What a run is compared with may come from a store, from a file, or from another run."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.repeat import run_repeated
from picklebot.invocation import Output
from picklebot.model import (
    Baseline,
    Call,
    Candidate,
    Cost,
    Page,
    PlannedRun,
    Reason,
    RunReason,
    Schedule,
    State,
    Suite,
    SuiteRecord,
)
from picklebot.plugins.manager import load_plugins
from picklebot.store.database import Database
from picklebot.store.store import Store, StoreUpdate
from picklebot.strategy import load_strategies
from picklebot.tracking.transitions import updated

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CALL = Call("tap", ("a=1",), "Module:Foo/testcases", "Module:Foo/testcases/doc")
SUITE = Suite(Page("Module:Foo", 1, 1), Page("Module:Foo/testcases", 2, 2), (Candidate("tap", CALL),))
DEPENDENCIES = {"Module:Foo": 1, "Module:Foo/testcases": 2}
PASSES, FAILS = "1..1\nok 1", "1..1\nnot ok 1 - adds"


def evaluator(*texts: str) -> SuiteEvaluator:
    left = list(texts)
    runner = SimpleNamespace(
        run=lambda *_: Output(text=left.pop(0), cost=Cost(5, 6, 7)),
        detail=lambda *_: None,
        error_at_home=lambda error, _: error,
    )
    plugins = load_plugins()
    return SuiteEvaluator(runner, load_strategies(plugins), plugins)  # type: ignore[arg-type]


def outcome() -> RunOutcome:
    """Of a run that passes."""
    result = evaluator(PASSES).evaluate(SUITE)
    return RunOutcome(SUITE, Reason(RunReason.NEW), result, DEPENDENCIES)


def from_another_run() -> Baseline:
    return outcome().baseline("digest")


def from_a_file() -> Baseline:
    return Baseline.from_json(json.loads(json.dumps(from_another_run().to_json())))


def from_a_store() -> Baseline:
    result = outcome().result
    assert result
    record = updated(SuiteRecord(SUITE), result, NOW, "digest")
    with Store(Database("sqlite://"), "wiki") as store:
        store.advance(StoreUpdate({2: record}, depends_on={2: DEPENDENCIES}), NOW)
        kept, depends_on = store.knowledge().suites[2], store.dependencies([2])[2]
    return (
        PlannedRun(kept.suite, kept.baseline, kept.schedule, Reason(RunReason.RECHECK))
        .depending_on(depends_on)
        .baseline
    )


SOURCES = [from_another_run, from_a_file, from_a_store]


def test_all_three_are_the_same() -> None:
    assert from_a_file() == from_a_store() == from_another_run()
    assert from_another_run().state is State.GOOD
    assert from_another_run().dependencies == DEPENDENCIES


@pytest.mark.parametrize("source", SOURCES)
def test_a_run_is_compared_with_each_of_them(source: object) -> None:
    assert callable(source)
    planned = PlannedRun(SUITE, source(), Schedule(), Reason(RunReason.RECHECK))
    once = run_repeated(evaluator(PASSES), planned, NOW, batches_follow=False)
    assert (once.result.state, once.flaky) == (State.GOOD, False)
    coin = run_repeated(evaluator(FAILS, PASSES), planned, NOW, batches_follow=False)
    assert coin.flaky, "a state that differs is seen twice"


def test_a_run_without_a_state_is_nothing_to_compare_with() -> None:
    confirmed = RunOutcome(SUITE, Reason(RunReason.RECHECK), None)
    with pytest.raises(ValueError, match="came to no state"):
        confirmed.baseline("digest")
