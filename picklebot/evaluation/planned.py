"""Runs all suites that are planned, in the order in which they cost the wiki least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from picklebot.errors import WikiError
from picklebot.evaluation.alone import run_alone
from picklebot.evaluation.batch_confirmation import confirm_in_batches, may_be_confirmed
from picklebot.evaluation.context import RunContext
from picklebot.evaluation.outcome import RunOutcome
from picklebot.evaluation.title_probe import batch_probe
from picklebot.invocation.environment import invocations_isolated
from picklebot.model import BatchMiss, PlannedRun
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki

__all__ = ["RunOrder", "may_batch", "order_runs", "run_planned"]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Suites that run alone, and suites that are expected to stand, so that batches may confirm them."""

    alone: Sequence[PlannedRun]
    in_batches: Sequence[PlannedRun]


def order_runs(planned: Sequence[PlannedRun], strategies: Strategies, *, batches: bool) -> RunOrder:
    """Part the suites that must run alone from ones that batches may confirm.

    :param batches: whether suites may run in batches on this wiki
    """
    standing = [each for each in planned if batches and may_be_confirmed(each, strategies)]
    confirmable = {each.tester_id for each in standing}
    return RunOrder([each for each in planned if each.tester_id not in confirmable], standing)


def may_batch(wiki: Wiki, site: Site) -> bool:
    """Whether suites of one request are known to be isolated from each other."""
    try:
        return invocations_isolated(wiki, site)
    except WikiError:
        return False


def run_planned(context: RunContext, planned: Sequence[PlannedRun]) -> Iterator[list[RunOutcome]]:
    """Run suites and yield their outcomes a few at a time, first of suites whose result is expected to change.

    A suite may have two outcomes: one that has just passed, or newly fails, is confirmed in a batch, to see whether its
    title matters. One has none where the time is over before.
    """
    strategies = context.evaluator.strategies
    batches = bool(planned) and may_batch(context.wiki, context.site)
    order = order_runs(planned, strategies, batches=batches)
    probes: list[PlannedRun] = []
    for outcomes in run_alone(context, order.alone, batches_follow=batches):
        yield outcomes
        probes += _title_probes(outcomes, strategies, context.site)
    unconfirmed: list[PlannedRun] = []
    for confirmed, missed in confirm_in_batches(context, [*order.in_batches, *probes]):
        yield confirmed
        unconfirmed += missed
    yield from run_alone(context, [each for each in unconfirmed if _runs_alone(each)], batches_follow=False)


def _title_probes(outcomes: Sequence[RunOutcome], strategies: Strategies, site: Site) -> list[PlannedRun]:
    """The suites of which a batch is to tell whether their title matters, and can."""
    probes = (batch_probe(outcome, site.software_digest) for outcome in outcomes)
    return [probe for probe in probes if probe is not None and may_be_confirmed(probe, strategies)]


def _runs_alone(unconfirmed: PlannedRun) -> bool:
    """Whether a suite that no batch confirmed runs alone: not where that batch was a title probe that told nothing."""
    return unconfirmed.batch_miss is BatchMiss.DIFFERENT_OUTPUT or not unconfirmed.ran_before
