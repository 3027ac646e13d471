"""Shows how far long work is: a bar on a terminal, plain lines otherwise. Always on stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from picklebot import log
from picklebot.evaluation.runs import Selected
from picklebot.text.terminal import plain

__all__ = ["recorded", "watched"]

# Between two lines of a log, seconds.
_INTERVAL = 10.0


def watched(what: str) -> Callable[[Iterable[Selected], int], Iterator[Selected]]:
    """A way to walk through suites that shows how far it is."""

    def walk(suites: Iterable[Selected], total: int) -> Iterator[Selected]:
        return _bar(what, suites, total) if sys.stderr.isatty() else _lines(what, suites, total)

    return walk


def _bar(what: str, suites: Iterable[Selected], total: int) -> Iterator[Selected]:
    # A harvest with nothing to run has no use for it.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[title]}", markup=False), console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, title="")
        for suite in suites:
            bar.update(task, title=plain(suite.record.status.tester.title, 60))
            yield suite
            bar.advance(task)


def _lines(what: str, suites: Iterable[Selected], total: int) -> Iterator[Selected]:
    log.info(what, done=0, suites=total)
    last = time.monotonic()
    for number, suite in enumerate(suites):
        if time.monotonic() - last >= _INTERVAL:
            last = time.monotonic()
            log.info(what, done=number, suites=total, tester=suite.record.status.tester.title)
        yield suite


def recorded() -> Callable[[str, int, int], None]:
    """What tells how far the recorders are, in plain lines: one to begin with, one to end with, some between."""
    last = time.monotonic()

    def tell(recorder: str, done: int, total: int) -> None:
        nonlocal last
        if done in (0, total) or time.monotonic() - last >= _INTERVAL:
            last = time.monotonic()
            log.info("recording", recorder=recorder, done=done, transitions=total)

    return tell
