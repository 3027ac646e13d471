"""The decision as text: the first line says it, each regression follows, and the whole fits on a screen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from picklebot.gate.model import Decision, JudgedSuite, SuiteOutcome, Verdict, WikiDecision
from picklebot.output.gate.results import reason
from picklebot.output.gate.wording import detail_lines, loss_lines, wiki_lines
from picklebot.text.terminal import plain

__all__ = ["terminal_text"]

# The first line included, and without the count of lines left out.
_MAX_LINES = 40
_MAX_REMARKS = 5
_POINTS_SHOWN = 3
_LINE_CHARACTERS = 400
_SENTENCE_CHARACTERS = 2000


def terminal_text(decision: Decision) -> str:
    """The decision for people, in 40 lines at most, and one more that counts the rest."""
    head = [plain(decision.sentence, _SENTENCE_CHARACTERS), *wiki_lines(decision)][: _MAX_LINES // 2]
    remarks = [plain(remark, _LINE_CHARACTERS) for remark in (*_problems(decision), *decision.remarks)]
    kept = remarks[:_MAX_REMARKS]
    lines, left_suites = _filled(head, list(_regressions(decision)), _MAX_LINES - len(kept))
    others = list(_others(decision))
    room = 0 if left_suites else _MAX_LINES - len(kept) - len(lines)
    lines += [*others[:room], *kept]
    left_lines = len(others[room:]) + len(remarks) - len(kept)
    counts = [
        f"{left} more {word}{'' if left == 1 else 's'}"
        for left, word in ((left_suites, "regression"), (left_lines, "line"))
        if left
    ]
    if counts:
        lines.append(f"… and {', '.join(counts)}; --output html=FILE shows everything")
    return "\n".join(lines) + "\n"


def _filled(head: Sequence[str], blocks: Sequence[Sequence[str]], most: int) -> tuple[list[str], int]:
    """The lines of as many blocks as there is room for, and the number of the others."""
    lines = list(head)
    for number, block in enumerate(blocks):
        if len(lines) + len(block) > most:
            return lines, len(blocks) - number
        lines += block
    return lines, 0


def _regressions(decision: Decision) -> Iterator[list[str]]:
    for outcome in (SuiteOutcome.REGRESSION, SuiteOutcome.WAIVED):
        for wiki, suite in decision.suites():
            if suite.outcome is outcome:
                heading = f"{_named(decision, wiki, suite)}: {reason(decision, suite)}"
                details = (f"  {line}" for line in detail_lines(suite, _POINTS_SHOWN))
                yield [plain(f"{outcome}: {heading}", _LINE_CHARACTERS), *details]


def _others(decision: Decision) -> Iterator[str]:
    """A line for each thing that is no regression and that somebody may want to know."""
    for wiki in decision.wikis:
        yield from loss_lines(wiki.losses)
    for outcome in (SuiteOutcome.CHANGED, SuiteOutcome.FLAKY, SuiteOutcome.GONE, SuiteOutcome.FIXED):
        for wiki, suite in decision.suites():
            if suite.outcome is outcome:
                links = " ".join(edit.diff for edit in suite.edits if edit.diff)
                words = "; ".join(filter(None, (reason(decision, suite), links)))
                line = f"{outcome}: {_named(decision, wiki, suite)}" + (f": {words}" if words else "")
                yield plain(line, _LINE_CHARACTERS)
    for outcome in (SuiteOutcome.INCONCLUSIVE, SuiteOutcome.NOT_RUN):
        mine = sorted(reason(decision, suite) for _, suite in decision.suites() if suite.outcome is outcome)
        for why, same in groupby(mine):
            count = len(list(same))
            yield plain(f"{outcome}: {count} suite{'' if count == 1 else 's'}: {why}", _LINE_CHARACTERS)


def _problems(decision: Decision) -> Iterator[str]:
    """Trouble that the first line does not tell: it tells of regressions where there are any."""
    if decision.verdict is Verdict.REGRESSIONS and decision.counts[SuiteOutcome.REGRESSION]:
        yield from dict.fromkeys(f"not checked: {problem.message}" for problem in decision.problems)


def _named(decision: Decision, wiki: WikiDecision, suite: JudgedSuite) -> str:
    return f"{wiki.name}: {suite.tester}" if len(decision.wikis) > 1 else suite.tester
