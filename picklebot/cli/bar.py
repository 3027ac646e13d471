"""The bar on a terminal: a harvest's suites that have finished, and words beside it."""

from __future__ import annotations

from rich.console import Console
from rich.progress import Progress, ProgressColumn, Task, TextColumn
from rich.progress_bar import ProgressBar
from rich.text import Text

from picklebot.cli.tally import Tally

__all__ = ["draw_bar"]

# Characters.
_WIDTH_CHARACTERS = 40


def draw_bar(name: str, tally: Tally) -> Progress:
    """Draw a bar on stderr, which follows a tally until it is stopped, and then vanishes."""
    columns = (TextColumn("{task.description}"), _Bar(tally), _Words(tally))
    bar = Progress(*columns, console=Console(stderr=True, highlight=False), transient=True)
    bar.add_task(name, total=None)
    bar.start()
    return bar


class _Bar(ProgressColumn):
    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def render(self, task: Task) -> ProgressBar:
        """The suites that have finished; something that moves before it is known how many there are."""
        total, now = self._tally.total or None, task.get_time()
        return ProgressBar(total, self._tally.done, width=_WIDTH_CHARACTERS, pulse=total is None, animation_time=now)


class _Words(ProgressColumn):
    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def render(self, task: Task) -> Text:  # noqa: ARG002 (as rich has it)
        """The number of finished suites, and the work that is waited for."""
        return Text(self._tally.words())
