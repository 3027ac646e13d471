"""The context that all runs of a harvest share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from picklebot.deadline import NEVER, Deadline
from picklebot.defaults import CONCURRENCY
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.progress import UNWATCHED, Progress
from picklebot.wiki import Site, Wiki

__all__ = ["RunContext"]


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class RunContext:
    """The context that all runs of a harvest share.

    :param deadline: after it no further suite begins
    :param stop: whether to begin no further suite, for another reason
    :param concurrency: how many suites may run at the same time
    """

    wiki: Wiki
    site: Site
    evaluator: SuiteEvaluator
    deadline: Deadline = NEVER
    stop: Callable[[], bool] = _never
    concurrency: int = CONCURRENCY
    progress: Progress = UNWATCHED

    @property
    def over(self) -> bool:
        """Whether it is time to begin no further suite."""
        return self.deadline.ending or self.stop()
