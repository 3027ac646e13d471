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
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import error_words, inconclusive_words, state_words

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


def print_table(harvest: Harvest, console: Console, say: Messages = ENGLISH) -> None:
    """Print suites, states, failing points and transitions."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("module", "tester", "state", "points"):
        table.add_column(say.of("heading", heading), overflow="fold")
    for record in harvest.suites:
        testee, points = plain(record.suite.testee.title), _counts_text(record.status.counts, say)
        table.add_row(Text(testee), Text(_tester_below(record, say)), _state(record, say), Text(points))
    for module in harvest.modules:
        if module.state is State.MISSING:
            table.add_row(
                Text(plain(module.page.title)), "", Text(state_words(module.state, say), _STYLES[State.MISSING]), ""
            )
    console.print(table)
    for record in harvest.suites:
        for line in _complaints(record, say):
            console.print(Text(line), soft_wrap=True)
    console.print(Text(_totals(harvest, say)), soft_wrap=True)


def _tester_below(record: SuiteRecord, say: Messages) -> str:
    """The title of a tester as far as it goes beyond its module's."""
    title = record.suite.tester.title
    below = title.removeprefix(record.suite.testee.title)
    return plain(below if below.startswith("/") and below != title else title) + _remark(record, say)


def _remark(record: SuiteRecord, say: Messages) -> str:
    if record.stands_alone:
        return f" ({say('frame-stands-alone')})"
    return "" if record.suite.testee.exists else f" ({say('frame-no-module')})"


def _state(record: SuiteRecord, say: Messages) -> Text:
    state = record.state
    shown = state_words(state, say)
    if record.status.inconclusive:
        return Text(f"{shown} ({say('frame-inconclusive')})", "yellow")
    if record.baseline.flaky:
        return Text(f"{shown} ({say('frame-flaky')})", "yellow")
    if record.baseline.title_dependent:
        return Text(f"{shown} ({say('frame-title-dependent')})", _STYLES.get(state or State.PENDING, "yellow"))
    return Text(state_words(state, say) if state else "", _STYLES.get(state or State.PENDING, "yellow"))


def _counts_text(counts: Counts, say: Messages) -> str:
    parts = [f"{counts.passed}/{counts.total}"]
    parts += [say.of("counts", name, n) for name, n in (("skipped", counts.skipped), ("todo", counts.todo)) if n]
    return say("comma").join(parts)


def _complaints(record: SuiteRecord, say: Messages) -> Iterator[str]:
    """The failures of a suite, under its title."""
    status = record.status
    if not (status.failing or status.error or status.inconclusive or status.other):
        return
    yield f"\n{plain(record.suite.tester.title)}"
    if status.inconclusive:
        yield f"  {say('frame-inconclusive')}: {plain(inconclusive_words(status.inconclusive, say))}"
    if status.error:
        yield f"  {say.of('error', status.error.kind)}: {plain(error_words(status.error, say))}"
    if status.other:
        yield f"  {disregarded_call(status.other, say)}"
    for point in status.failing[:_MAX_POINTS_LISTED]:
        yield f"  not ok {point.number or ''} {plain(point.description)}".rstrip()
        yield from value_lines(point, "    ", say)
    if len(status.failing) > _MAX_POINTS_LISTED:
        yield f"  {say('frame-more', len(status.failing) - _MAX_POINTS_LISTED)}"


def _totals(harvest: Harvest, say: Messages) -> str:
    ran = sum(record.status.ran for record in harvest.suites)
    inconclusive = sum(bool(record.status.inconclusive) for record in harvest.suites)
    flaky = sum(record.baseline.flaky for record in harvest.suites)
    parts = [say("frame-suites", len(harvest.suites), len(harvest.modules), ran)]
    if inconclusive:
        parts.append(say("frame-inconclusive-count", inconclusive))
    if flaky:
        parts.append(say("frame-flaky-count", flaky))
    parts.append(say("frame-states-changed", len(harvest.transitions)))
    return "\n" + say("comma").join(parts)
