"""The table of suites and states, with the failing points under it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from picklebot.harvest import Harvest
from picklebot.model import Counts, State, SuiteStatus
from picklebot.output.calls import other_verdict
from picklebot.output.points import value_lines
from picklebot.text.terminal import plain

__all__ = ["console", "print_table"]

_STYLES = {State.GOOD: "green", State.FAIL: "bold red", State.UNKNOWN: "red", State.MISSING: "red"}
# Lines of failing points under the table, per suite; the JSON document has all.
_MAX_POINTS_LISTED = 10


# Lines of a file or a pipe are not folded at the width of a terminal that is not there.
_WIDTH_COLUMNS = 2000


def console() -> Console:
    """What tables are printed with: as wide as the terminal, or wide where there is none."""
    stdout = Console(highlight=False)
    return stdout if stdout.is_terminal else Console(highlight=False, width=_WIDTH_COLUMNS)


def print_table(harvest: Harvest, console: Console) -> None:
    """Print suites, states, failing points and transitions."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Module", "Tester", "State", "Points"):
        table.add_column(heading, overflow="fold")
    for suite in harvest.suites:
        table.add_row(
            Text(plain(suite.testee.title)), Text(_short(suite)), _state(suite), Text(_counts_text(suite.counts))
        )
    for module in harvest.modules:
        if module.state is State.MISSING:
            table.add_row(Text(plain(module.page.title)), "", Text(module.state, _STYLES[State.MISSING]), "")
    console.print(table)
    for suite in harvest.suites:
        for line in _complaints(suite):
            console.print(Text(line), soft_wrap=True)
    console.print(Text(_totals(harvest)), soft_wrap=True)


def _short(suite: SuiteStatus) -> str:
    title = suite.tester.title
    below = title.removeprefix(suite.testee.title)
    return plain(below if below.startswith("/") and below != title else title) + _alone(suite)


def _alone(suite: SuiteStatus) -> str:
    if suite.stands_alone:
        return " (stands elsewhere, and counts for itself)"
    return "" if suite.testee.exists else " (no such module)"


def _state(suite: SuiteStatus) -> Text:
    if suite.inconclusive:
        return Text(f"{suite.state or 'no state'} (inconclusive)", "yellow")
    if suite.flaky:
        return Text(f"{suite.state or 'no state'} (flaky)", "yellow")
    if suite.title_dependent:
        return Text(f"{suite.state} (depends on the title)", _STYLES.get(suite.state or State.PENDING, "yellow"))
    return Text(suite.state or "", _STYLES.get(suite.state or State.PENDING, "yellow"))


def _counts_text(counts: Counts) -> str:
    parts = [f"{counts.passed}/{counts.total}"]
    parts += [f"{n} {word}" for n, word in ((counts.skipped, "skipped"), (counts.todo, "todo")) if n]
    return ", ".join(parts)


def _complaints(suite: SuiteStatus) -> Iterator[str]:
    """What is wrong with a suite, under its title."""
    if not (suite.failing or suite.error or suite.inconclusive or suite.other):
        return
    yield f"\n{plain(suite.tester.title)}"
    if suite.inconclusive:
        yield f"  inconclusive: {plain(suite.inconclusive)}"
    if suite.error:
        yield f"  {suite.error.kind}: {plain(suite.error.message)}"
    if suite.other:
        yield f"  {other_verdict(suite.other)}"
    for point in suite.failing[:_MAX_POINTS_LISTED]:
        yield f"  not ok {point.number or ''} {plain(point.description)}".rstrip()
        yield from value_lines(point, "    ")
    if len(suite.failing) > _MAX_POINTS_LISTED:
        yield f"  … and {len(suite.failing) - _MAX_POINTS_LISTED} more"


def _totals(harvest: Harvest) -> str:
    ran = sum(suite.ran for suite in harvest.suites)
    inconclusive = sum(bool(suite.inconclusive) for suite in harvest.suites)
    flaky = sum(suite.flaky for suite in harvest.suites)
    parts = [f"{len(harvest.suites)} suites of {len(harvest.modules)} modules, {ran} ran"]
    if inconclusive:
        parts.append(f"{inconclusive} inconclusive")
    if flaky:
        parts.append(f"{flaky} flaky")
    parts.append(f"{len(harvest.transitions)} states changed" if len(harvest.transitions) != 1 else "1 state changed")
    return "\n" + ", ".join(parts)
