"""A watch that a test starts, reads and ends."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.live.bot import Bot

__all__ = ["Watching", "eventually", "watching"]

Json = dict[str, Any]


class Watching:
    """A running ``picklebot watch``, and the lines it wrote."""

    def __init__(self, bot: Bot, *arguments: str) -> None:
        command = [*bot.command, "watch", "--format", "json", *arguments]
        self.lines: list[Json] = []
        self._new: queue.SimpleQueue[Json | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            command, cwd=bot.work, env=bot.variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._new.put(json.loads(line))
        self._new.put(None)

    def wait_for(self, event: str, *, seconds: float = 60, **values: object) -> Json:
        """The next line of that kind and with those values."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._new.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                break
            self.lines.append(line)
            if line["event"] == event and all(line.get(name) == value for name, value in values.items()):
                return line
        raise AssertionError(f"no {event} {values} in {seconds} s: {self.lines}")

    def events(self) -> list[str]:
        """The kinds of all lines so far."""
        while not self._new.empty():
            line = self._new.get()
            if line is not None:
                self.lines.append(line)
        return [line["event"] for line in self.lines]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and wait for the end; the exit status."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=30)
        assert self.process.stderr
        err = self.process.stderr.read()
        assert "Traceback" not in err, err
        return status


@contextmanager
def watching(bot: Bot, *arguments: str) -> Iterator[Watching]:
    """A watch that has harvested once, or stands by; it is killed at the end if it still runs."""
    watch = Watching(bot, *arguments)
    try:
        yield watch
    finally:
        if watch.process.poll() is None:
            watch.process.kill()
            watch.process.wait()


def eventually(condition: Callable[[], object], seconds: float = 60) -> float:
    """Wait until something holds; after how many seconds it did."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it did not come to hold"
        time.sleep(0.1)
    return time.monotonic() - started
