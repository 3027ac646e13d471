"""The gate's answer for people: the verdict in the first line, then each regression, 40 lines in all."""

from __future__ import annotations

from collections.abc import Iterator

from picklebot.gate.model import Decision, JudgedSuite, SuiteOutcome, WikiDecision
from picklebot.text.terminal import plain

__all__ = ["decision_lines"]

_NAMED = (SuiteOutcome.WAIVED, SuiteOutcome.FIXED, SuiteOutcome.CHANGED, SuiteOutcome.FLAKY)
_LINES = 40
_POINTS = 5
_PAGES = 6
_NAMES = 8
_CHARACTERS = 300
_COMMAND_CHARACTERS = 1_000
_FIRST_CHARACTERS = 2_000


def decision_lines(decision: Decision) -> list[str]:
    """Lines for a terminal or a log; the first one says it all."""
    lines = [plain(decision.sentence, _FIRST_CHARACTERS)]
    blocks = list(_blocks(decision))
    whole = len(lines) + sum(map(len, blocks)) <= _LINES
    for number, block in enumerate(blocks):
        if not whole and len(lines) + len(block) >= _LINES:
            return [*lines, f"and {len(blocks) - number} more; --output json=FILE has all of them"]
        lines += block
    return lines


def _blocks(decision: Decision) -> Iterator[list[str]]:
    """Parts of the answer that stand together, the most important ones first."""
    several = len(decision.wikis) > 1
    if several:
        yield [_short(_wiki_line(wiki)) for wiki in decision.wikis]
    for wiki, suite in decision.suites():
        if suite.outcome is SuiteOutcome.REGRESSION:
            yield [_short(line) for line in _regression(wiki, suite, several=several)]
    for remark in decision.remarks:
        yield [_short(f"note: {remark}")]
    for wiki in decision.wikis:
        if wiki.losses:
            names = ", ".join(f"{loss.part} {loss.name}" for loss in wiki.losses[:_NAMES])
            more = f" and {len(wiki.losses) - _NAMES} more" if len(wiki.losses) > _NAMES else ""
            yield [_short(f"the candidate lacks: {names}{more}")]
    for _, suite in decision.suites():
        if suite.outcome in _NAMED or (suite.outcome is SuiteOutcome.INCONCLUSIVE and suite.at_stake):
            yield [_short(_other(suite))]


def _wiki_line(wiki: WikiDecision) -> str:
    counts = ", ".join(f"{count} {outcome}" for outcome, count in wiki.counts.items() if count)
    problems = "; ".join(problem.message for problem in wiki.problems)
    return f"{wiki.name}: {counts or 'no suites'}" + (f"; {problems}" if problems else "")


def _regression(wiki: WikiDecision, suite: JudgedSuite, *, several: bool) -> Iterator[str]:
    drill = "DRILL " if suite.drill else ""
    where = f" on {wiki.name}" if several else ""
    use = f", used on {suite.used_on} pages" if suite.used_on is not None else ""
    unchecked = "" if suite.checked_against_old or suite.drill else "; not checked against the old software"
    yield f"{drill}{suite.kind} {suite.testee} ({suite.tester}){where}{use}{unchecked}"
    if suite.error:
        yield f"  error: {suite.error}"
    for point in suite.points[:_POINTS]:
        values = [f"{word} {value!r}" for word, value in (("expected", point.expected), ("got", point.actual)) if value]
        message = [point.message] if point.message and not values else []
        yield f"  not ok: {point.name}" + (f": {', '.join(values or message)}" if values or message else "")
    more = len(suite.points) - _POINTS
    if max(more, 0) + suite.more_points:
        yield f"  and {max(more, 0) + suite.more_points} more newly failing points"
    if suite.machines:
        yield "  machines: " + ", ".join(f"{each.machine} {each.outcome}" for each in suite.machines)
    if suite.pages:
        pages = f" and {len(suite.pages) - _PAGES} more" if len(suite.pages) > _PAGES else ""
        yield f"  depends on: {', '.join(suite.pages[:_PAGES])}{pages}"
    if suite.reproduce:
        yield f"  try it: {suite.reproduce}"


def _other(suite: JudgedSuite) -> str:
    line = f"{suite.outcome}: {suite.tester}"
    if suite.waiver is not None:
        return f"{line}: {suite.waiver.who}, until {suite.waiver.until}: {suite.waiver.reason}"
    if suite.edits:
        edits = ", ".join(f"{edit.title} by {edit.user or 'somebody'} {edit.diff}".strip() for edit in suite.edits)
        return f"{line}: {edits}"
    return f"{line}: {suite.why}" if suite.why else line


def _short(line: str) -> str:
    """A line that is one, whatever the wiki put into it; indented as it was."""
    indent = "  " if line.startswith("  ") else ""
    return indent + plain(line, _COMMAND_CHARACTERS if line.startswith("  try it:") else _CHARACTERS)
