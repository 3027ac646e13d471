"""Shows how far long work is: a bar on a terminal, lines of the log otherwise. Always on stderr."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from picklebot import log
from picklebot.cli.tally import STANDSTILL_SECONDS, Tally
from picklebot.events import Event
from picklebot.progress import UNWATCHED, Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["recorded", "shown_progress"]

_LABEL = "running"
# Between two lines of a log, seconds.
_INTERVAL_SECONDS = 10.0
# How often a log looks whether there is something to tell, seconds.
_TICK_SECONDS = 1.0


class _ShownLines(Tally):
    """Lines of the log: one at the beginning, one at the end, some between."""

    def __init__(self) -> None:
        super().__init__()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="progress", daemon=True)
        self._thread.start()

    def begin(self, total: int) -> None:
        super().begin(total)
        if total:
            self._log()

    def end(self) -> None:
        """Tell no more; a second time does nothing."""
        if self._over.is_set():
            return
        self._over.set()
        self._thread.join()
        if self.total:
            self._log()

    def _tell(self) -> None:
        """Tell of suites that finished, and of a standstill at once and then once in a while, until the end."""
        told_at, told_done, stood_still = time.monotonic(), 0, False
        while not self._over.wait(_TICK_SECONDS):
            now, done, stands_still = time.monotonic(), self.done, self.standstill is not None
            if (stands_still and not stood_still) or (
                now - told_at >= _INTERVAL_SECONDS and (stands_still or done > told_done)
            ):
                told_at, told_done = now, done
                self._log()
            stood_still = stands_still

    def _log(self) -> None:
        values: dict[str, object] = (
            {"done": self.done, "suites": self.total, "failed": self.failed} if self.total else {}
        )
        if (left := self.seconds_left) is not None:
            values["seconds_left"] = round(left)
        if (still := self.standstill) is not None:
            values |= {"waiting_for": still.work, "waiting_seconds": still.seconds}
        log.info(Event.HARVEST_PROGRESSED, **values)


class _ShownBar(Tally):
    """A bar on a terminal, which vanishes at the end: drawn when suites run, or when finding them takes long."""

    def __init__(self) -> None:
        super().__init__()
        self._bar: Bar | None = None
        self._drawing = threading.Lock()
        self._over = False
        self._late = threading.Timer(STANDSTILL_SECONDS, self._draw)
        self._late.daemon = True
        self._late.start()

    def begin(self, total: int) -> None:
        super().begin(total)
        self._late.cancel()
        if total:
            self._draw()

    def end(self) -> None:
        """Take the bar away; a second time does nothing."""
        self._late.cancel()
        with self._drawing:
            self._over = True
            if self._bar is not None:
                self._bar.stop()

    def _draw(self) -> None:
        # A harvest with nothing to run has no use for it.
        from picklebot.cli.bar import draw_bar  # noqa: PLC0415

        with self._drawing:
            if self._bar is None and not self._over:
                self._bar = draw_bar(_LABEL, self)


@contextmanager
def shown_progress(*, terse: bool = False) -> Iterator[Progress]:
    """Show how far a harvest's suites are: a bar on a terminal, lines of the log otherwise.

    :param terse: show nothing
    """
    if terse:
        yield UNWATCHED
        return
    shown = _ShownBar() if sys.stderr.isatty() else _ShownLines()
    try:
        yield shown
    finally:
        shown.end()


def recorded() -> Callable[[str, int, int], None]:
    """A callback that reports the progress of recorders in plain lines: first, last, and some between."""
    last = time.monotonic()

    def tell(recorder: str, done: int, total: int) -> None:
        nonlocal last
        if done in (0, total) or time.monotonic() - last >= _INTERVAL_SECONDS:
            last = time.monotonic()
            log.info(Event.RECORDING_PROGRESSED, recorder=recorder, done=done, transitions=total)

    return tell
