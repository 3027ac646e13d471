"""The table of suites and states, with the failing points under it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from picklebot.harvest import Harvest
from picklebot.model import Counts, State, SuiteRecord
from picklebot.output.calls import disregarded_call
from picklebot.output.points import value_lines
from picklebot.text.terminal import plain
from picklebot.text.wording import error_words, inconclusive_words

__all__ = ["console", "print_table"]

_STYLES = {State.GOOD: "green", State.FAIL: "bold red", State.UNKNOWN: "red", State.MISSING: "red"}
# Lines of failing points under the table, per suite; the JSON document has all.
_MAX_POINTS_LISTED = 10


# Lines of a file or a pipe are not folded at the width of a terminal that is not there.
_WIDTH_COLUMNS = 2000


def console() -> Console:
    """The console for tables: as wide as the terminal, or wide where there is none."""
    stdout = Console(highlight=False)
    return stdout if stdout.is_terminal else Console(highlight=False, width=_WIDTH_COLUMNS)


def print_table(harvest: Harvest, console: Console) -> None:
    """Print suites, states, failing points and transitions."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Module", "Tester", "State", "Points"):
        table.add_column(heading, overflow="fold")
    for record in harvest.suites:
        testee, points = plain(record.suite.testee.title), _counts_text(record.status.counts)
        table.add_row(Text(testee), Text(_short(record)), _state(record), Text(points))
    for module in harvest.modules:
        if module.state is State.MISSING:
            table.add_row(Text(plain(module.page.title)), "", Text(module.state, _STYLES[State.MISSING]), "")
    console.print(table)
    for record in harvest.suites:
        for line in _complaints(record):
            console.print(Text(line), soft_wrap=True)
    console.print(Text(_totals(harvest)), soft_wrap=True)


def _short(record: SuiteRecord) -> str:
    title = record.suite.tester.title
    below = title.removeprefix(record.suite.testee.title)
    return plain(below if below.startswith("/") and below != title else title) + _alone(record)


def _alone(record: SuiteRecord) -> str:
    if record.stands_alone:
        return " (stands elsewhere, and counts for itself)"
    return "" if record.suite.testee.exists else " (no such module)"


def _state(record: SuiteRecord) -> Text:
    state = record.state
    if record.status.inconclusive:
        return Text(f"{state or 'no state'} (inconclusive)", "yellow")
    if record.baseline.flaky:
        return Text(f"{state or 'no state'} (flaky)", "yellow")
    if record.baseline.title_dependent:
        return Text(f"{state} (depends on the title)", _STYLES.get(state or State.PENDING, "yellow"))
    return Text(state or "", _STYLES.get(state or State.PENDING, "yellow"))


def _counts_text(counts: Counts) -> str:
    parts = [f"{counts.passed}/{counts.total}"]
    parts += [f"{n} {word}" for n, word in ((counts.skipped, "skipped"), (counts.todo, "todo")) if n]
    return ", ".join(parts)


def _complaints(record: SuiteRecord) -> Iterator[str]:
    """The failures of a suite, under its title."""
    status = record.status
    if not (status.failing or status.error or status.inconclusive or status.other):
        return
    yield f"\n{plain(record.suite.tester.title)}"
    if status.inconclusive:
        yield f"  inconclusive: {plain(inconclusive_words(status.inconclusive))}"
    if status.error:
        yield f"  {status.error.kind}: {plain(error_words(status.error))}"
    if status.other:
        yield f"  {disregarded_call(status.other)}"
    for point in status.failing[:_MAX_POINTS_LISTED]:
        yield f"  not ok {point.number or ''} {plain(point.description)}".rstrip()
        yield from value_lines(point, "    ")
    if len(status.failing) > _MAX_POINTS_LISTED:
        yield f"  … and {len(status.failing) - _MAX_POINTS_LISTED} more"


def _totals(harvest: Harvest) -> str:
    ran = sum(record.status.ran for record in harvest.suites)
    inconclusive = sum(bool(record.status.inconclusive) for record in harvest.suites)
    flaky = sum(record.baseline.flaky for record in harvest.suites)
    parts = [f"{len(harvest.suites)} suites of {len(harvest.modules)} modules, {ran} ran"]
    if inconclusive:
        parts.append(f"{inconclusive} inconclusive")
    if flaky:
        parts.append(f"{flaky} flaky")
    parts.append(f"{len(harvest.transitions)} states changed" if len(harvest.transitions) != 1 else "1 state changed")
    return "\n" + ", ".join(parts)
