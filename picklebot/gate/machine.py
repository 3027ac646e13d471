"""One machine that answers for a wiki: asked again while it is out of reach, and seen to be well around failures.

A request that ends without an answer may be the software's fault or the network's. It is the software's only where
control requests of the same kind, right before and right behind it, are answered, and that again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from picklebot.deadline import Deadline
from picklebot.errors import WikiError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.gate.trouble import Trouble, trouble_of
from picklebot.invocation import Runner
from picklebot.model import InconclusiveCode, Page, RunResult, Suite
from picklebot.plugins.manager import Plugins
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer

__all__ = ["Faults", "LoneRun", "Machine", "NotingRunner", "keep_asking"]

_T = TypeVar("_T")

# A suite that ends its requests does so by itself where control requests around it are answered: once where the machine
# answered everything else, so often in a row where it did not.
_ENDED_BY_ITSELF = 3
# And one that gets no answer in time so often, while others do, is not waited for any longer.
_SILENT_BY_ITSELF = 2
_CONTROLS = 2
_CONTROL_TEXT = "1"
_PAUSE_SECONDS = 0.5
_MAX_PAUSE_SECONDS = 8.0


class NotingRunner(Runner):
    """A runner that remembers the error of its last request: whose it is decides about a suite.

    :ivar error: of the last request that came to nothing
    """

    def __init__(self, wiki: Wiki, site: Site, main_page: Page | None = None) -> None:
        super().__init__(wiki, site)
        self.error: WikiError | None = None
        if main_page is not None:
            self.elsewhere = main_page

    def _ask(self, send: Callable[..., Answer], **parameters: Any) -> Answer:  # noqa: ANN401 (the API's parameters)
        try:
            return super()._ask(send, **parameters)
        except WikiError as error:
            self.error = error
            raise


@dataclass(frozen=True, slots=True)
class LoneRun:
    """A run of a suite alone.

    :param result: None where it came to none
    :param fatal: the error by which the software itself ended the request; empty for none
    :param why: there is neither result nor error of the software's
    """

    result: RunResult | None = None
    fatal: str = ""
    why: str = ""


@dataclass(slots=True)
class Faults:
    """Requests of a machine that came to nothing, and that no suite is to blame for."""

    count: int = 0


@dataclass(slots=True)
class _Tries:
    """How the tries of a suite went that came to no result.

    :ivar ended: requests in a row that ended without an answer between control requests that were answered
    :ivar silent: requests that had no answer in time while a control request had
    :ivar lost: all that came to nothing
    :ivar well: whether the last control request was answered
    """

    faults: Faults
    ended: int = 0
    silent: int = 0
    lost: int = 0
    well: bool = False
    pause: float = _PAUSE_SECONDS

    def ended_by_itself(self, trouble: Trouble, is_well: Callable[[], bool]) -> bool:
        """Note how a try went; whether the suite is known to end its requests by itself."""
        is_suspect = trouble.ends_request or trouble is Trouble.SILENCE
        well_before, self.well = self.well, is_suspect and is_well()
        self.ended = self.ended + 1 if trouble.ends_request and well_before and self.well else 0
        self.silent += trouble is Trouble.SILENCE and self.well
        self.lost += 1
        return self.ended >= (_ENDED_BY_ITSELF if self.faults.count else 1)

    def came_to_a_result(self) -> None:
        """Note that the suite ran in the end: earlier losses were not its fault."""
        self.faults.count += self.lost

    @property
    def silent_by_itself(self) -> bool:
        """Whether the suite alone gets no answer in time."""
        return self.silent >= _SILENT_BY_ITSELF

    def paused(self, deadline: Deadline) -> bool:
        """Pause before the next try, unless the machine is well; whether there is time for one."""
        pause = 0.0 if self.well else self.pause
        if deadline.over or pause >= deadline.left:
            return False
        time.sleep(pause)
        self.pause = self.pause if self.well else min(2 * self.pause, _MAX_PAUSE_SECONDS)
        return True


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that answers for a wiki, and all by which suites are run on it.

    :param wiki: asked without further tries: whether to try again is decided here
    :param main_page: under which batches run
    """

    wiki: Wiki
    site: Site
    strategies: Strategies
    plugins: Plugins
    deadline: Deadline
    main_page: Page
    faults: Faults = field(default_factory=Faults)

    @property
    def name(self) -> str:
        """Tells machines of a wiki apart."""
        target = self.wiki.target
        return str(target.connect_to) if target.connect_to else self.wiki.shown

    def evaluator(self) -> SuiteEvaluator:
        """An evaluator of one thread's own."""
        return SuiteEvaluator(NotingRunner(self.wiki, self.site, self.main_page), self.strategies, self.plugins)

    def run_alone(self, suite: Suite, *, detail: bool, guarded: bool = False) -> LoneRun:
        """Run a suite alone, again while the network keeps it from a result.

        :param detail: whether to ask the console for detail that the page does not show
        :param guarded: whether it may end its request, so that a control request is made before as well
        """
        runner = NotingRunner(self.wiki, self.site, self.main_page)
        evaluator = SuiteEvaluator(runner, self.strategies, self.plugins)
        tries = _Tries(self.faults, well=guarded and self.is_well())
        while True:
            runner.error = None
            result = evaluator.evaluate(suite, detail=detail)
            if result.state is not None:
                tries.came_to_a_result()
                return LoneRun(result)
            told = " ".join(result.inconclusive.details) if result.inconclusive else ""
            trouble = trouble_of(runner.error)
            if runner.error is None and result.inconclusive and result.inconclusive.code is InconclusiveCode.WIKI:
                trouble = Trouble.SILENCE  # the page that it runs under could not be looked up
            if trouble is Trouble.SOFTWARE or tries.ended_by_itself(trouble, self.is_well):
                return LoneRun(fatal=told)
            passing = trouble.passing or (trouble is Trouble.FOREIGN and tries.well)
            if not passing or tries.silent_by_itself or not tries.paused(self.deadline):
                return LoneRun(why=told)

    def is_well(self) -> bool:
        """Whether it parses wikitext that runs no Lua, each time it is asked to."""
        with suppress(WikiError):
            for _ in range(_CONTROLS):
                self.wiki.get(action="parse", text=_CONTROL_TEXT, contentmodel="wikitext", title="API", prop="text")
            return True
        self.faults.count += 1
        return False


def keep_asking(ask: Callable[[], _T], deadline: Deadline, faults: Faults | None = None) -> _T:
    """Ask a wiki until it answers, or its error is one that stays, or the time is over.

    :param faults: where tries are noted that came to nothing
    :raises WikiError: the last error
    """
    pause = _PAUSE_SECONDS
    while True:
        try:
            return ask()
        except WikiError as error:
            if faults is not None:
                faults.count += 1
            if not trouble_of(error).passing or pause >= deadline.left:
                raise
        time.sleep(pause)
        pause = min(2 * pause, _MAX_PAUSE_SECONDS)
