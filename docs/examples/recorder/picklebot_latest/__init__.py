"""A plugin of picklebot: the recorder ``latest`` keeps a list of the latest changes of state, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from picklebot import OutboxEntry, PageEdit, PageTarget, RecordedUnder, RecorderContext, Task, WikiView, hookimpl

LINES = 20
USER_NAMESPACE = frozenset({2})


class Latest:
    """Writes ``User:<bot>/Latest``."""

    name = "latest"
    under = RecordedUnder.NEITHER

    def __init__(self, context: RecorderContext) -> None:
        self._page = PageTarget(context.site.normalise(f"User:{context.user}/Latest"), USER_NAMESPACE)

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterator[Task]:
        """All in one edit."""
        yield Task(tuple(pending))

    def plan(self, task: Task, view: WikiView) -> Iterator[PageEdit]:
        """The lines that are not there, before those that are."""
        page = view.page(self._page)
        new = [_line(entry) for entry in reversed(task.entries) if entry.token not in page.text]
        if new:
            text = "\n".join([*new, *page.text.splitlines()][:LINES])
            yield PageEdit(self._page, page, text, f"{len(new)} changes of state")


def _line(entry: OutboxEntry) -> str:
    change = entry.transition
    return f"* [[:{change.page.title}]]: {change.old or 'new'} → {change.new or 'gone'} <small>{entry.token}</small>"


@hookimpl
def picklebot_recorders() -> list[type[Latest]]:
    """``recorders = ["tags", "latest"]`` in the settings switches it on."""
    return [Latest]
