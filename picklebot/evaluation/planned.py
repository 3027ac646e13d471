"""Runs all suites that are planned, in the order in which they cost the wiki least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from picklebot.errors import WikiError
from picklebot.evaluation.batch_confirmation import confirm_in_batches, may_be_confirmed, needs_title_probe
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.runs import run_alone
from picklebot.invocation.environment import invocations_isolated
from picklebot.model import BatchMiss, PlannedRun
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki

__all__ = ["RunOrder", "order_runs", "run_planned"]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Which suites run alone, and which are expected to stand, so that batches may confirm them."""

    alone: Sequence[PlannedRun]
    in_batches: Sequence[PlannedRun]


def order_runs(wiki: Wiki, site: Site, strategies: Strategies, planned: Sequence[PlannedRun]) -> RunOrder:
    """Part the suites that must run alone from ones that batches may confirm; on some wikis there are no batches."""
    standing = [each for each in planned if may_be_confirmed(each, strategies)]
    if not (standing and _may_batch(wiki, site)):
        return RunOrder(planned, ())
    return RunOrder([each for each in planned if not may_be_confirmed(each, strategies)], standing)


def run_planned(context: RunContext, planned: Sequence[PlannedRun]) -> Iterator[list[RunOutcome]]:
    """Run suites and yield their outcomes a few at a time, first of suites whose result is expected to change.

    A suite may have two outcomes: one that has just passed is confirmed in a batch, to see whether its title matters.
    One has none where the time is over before.
    """
    order = order_runs(context.wiki, context.site, context.evaluator.strategies, planned)
    probes: list[PlannedRun] = []
    for outcomes in run_alone(context, order.alone):
        yield outcomes
        probes += _title_probes(context, outcomes)
    if probes and not _may_batch(context.wiki, context.site):
        probes = []
    unconfirmed: list[PlannedRun] = []
    for confirmed, missed in confirm_in_batches(context, [*order.in_batches, *probes]):
        yield confirmed
        unconfirmed += missed
    for outcomes in run_alone(context, [each for each in unconfirmed if _runs_alone(each)]):
        yield outcomes


def _title_probes(context: RunContext, outcomes: Sequence[RunOutcome]) -> list[PlannedRun]:
    """The suites of which a batch is to tell whether their title matters."""
    probes = (needs_title_probe(outcome, context.evaluator.strategies, context.site) for outcome in outcomes)
    return [probe for probe in probes if probe is not None]


def _runs_alone(unconfirmed: PlannedRun) -> bool:
    """Whether a suite that no batch confirmed runs alone: not where that batch was a title probe that told nothing."""
    return unconfirmed.batch_miss is BatchMiss.DIFFERENT_OUTPUT or not unconfirmed.ran_before


def _may_batch(wiki: Wiki, site: Site) -> bool:
    """Whether suites of one request are known to be isolated from each other."""
    try:
        return invocations_isolated(wiki, site)
    except WikiError:
        return False
