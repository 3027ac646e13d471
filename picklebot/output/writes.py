"""Planned writes for people: edits as diffs, changes of tags in a line each."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from picklebot.recording.plan import PageEdit, Purge, TagChange, Write
from picklebot.recording.preview import PlannedTask
from picklebot.text.terminal import harmless, plain

__all__ = ["diff_lines", "planned_lines"]

_CONTEXT_LINES = 2
_MAX_LINE_CHARACTERS = 1000


def planned_lines(task: PlannedTask) -> Iterator[str]:
    """Yield the lines of a task; none where nothing is left to write."""
    if task.problem:
        subject = f"{plain(task.subject)}: " if task.subject else ""
        yield f"{task.recorder}: {subject}{plain(task.problem, _MAX_LINE_CHARACTERS)}"
    for write in task.writes:
        yield from _lines(task.recorder, write)


def diff_lines(title: str, before: str, after: str) -> Iterator[str]:
    """Yield the lines of a unified diff of a page; none where both texts are the same."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), title, title, n=_CONTEXT_LINES, lineterm="")
    yield from (harmless(line)[:_MAX_LINE_CHARACTERS] for line in lines)


def total_of(tasks: Iterable[PlannedTask]) -> str:
    """How much all tasks would write."""
    writes = [write for task in tasks for write in task.writes]
    edits, tags, purges = (sum(isinstance(write, kind) for write in writes) for kind in (PageEdit, TagChange, Purge))
    return f"in all: edits {edits}, tags {tags}, purges {purges}"


def _lines(recorder: str, write: Write) -> Iterator[str]:
    if isinstance(write, PageEdit):
        title = plain(write.target.title)
        yield f"{recorder}: edit {title} ({plain(write.summary, _MAX_LINE_CHARACTERS)})"
        yield from diff_lines(title, write.base.text, write.text)
    elif isinstance(write, TagChange):
        changes = " ".join((f"+{write.add}", *(f"-{tag}" for tag in write.remove)))
        where = f"{plain(write.page.title)}, revision {write.page.revision}"
        yield f"{recorder}: tag {where}: {changes} ({plain(write.reason, _MAX_LINE_CHARACTERS)})"
    elif isinstance(write, Purge):
        there = f", then in {plain(write.category)}" if write.category else ""
        yield f"{recorder}: purge {plain(write.page.title)}{there}"
