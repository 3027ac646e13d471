"""The whole way of one module's suites, from the pages found to the state, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from picklebot.invocation.runner import Request
from picklebot.model import Page, Point, Report, RunResult, Suite
from picklebot.output.calls import disregarded_call, other_document
from picklebot.output.points import value_lines
from picklebot.output.reports import report_document
from picklebot.output.transitions import inconclusive_document
from picklebot.text.terminal import harmless, plain
from picklebot.text.wording import error_words, inconclusive_words, note_words, rule_words

__all__ = ["Explanation", "explanation_document", "explanation_lines"]

_MAX_SHOWN_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Explanation:
    """One suite, all questions and answers, and its dependencies (with the revisions of today)."""

    result: RunResult
    requests: Sequence[Request]
    dependencies: Sequence[Page]


def explanation_lines(explanation: Explanation, *, raw: bool) -> Iterator[str]:
    """Lines of text; answers are cut unless ``raw``."""
    result = explanation.result
    suite = result.suite
    longest = 1_000_000 if raw else _MAX_SHOWN_CHARACTERS
    yield f"tester      {_page(suite.tester)}"
    yield f"testee      {_page(suite.testee)}"
    yield from (f"why         {plain(note_words(note))}" for note in suite.why)
    names = ", ".join(_strategies(suite)) or "none"
    yield f"candidates  {names}"
    if result.call:
        yield f"strategy    {result.strategy}, function {plain(result.call.function)}, title {plain(result.call.title)}"
    if result.other:
        yield f"other call  {disregarded_call(result.other)}"
    for number, request in enumerate(explanation.requests, 1):
        yield f"request {number}"
        for name, value in request.parameters.items():
            yield from _block(f"  {name}: ", _value(value), longest)
        yield from _block("  answer: ", _answer(request.answer), longest)
    if result.report is not None:
        yield from _report(result.report)
    if result.inconclusive:
        yield f"inconclusive {plain(inconclusive_words(result.inconclusive))}"
    else:
        rule = f" ({plain(rule_words(result.rule))})" if result.rule else ""
        yield f"state       {result.state}{rule}"
    yield f"title       {_TITLE[result.title_dependent]}"
    yield f"depends on  {_many(len(explanation.dependencies), 'page')}"
    yield from (f"  {_page(page)}" for page in explanation.dependencies)


_TITLE = {
    True: "the verdict depends on the title it runs under",
    False: "the verdict is the same under another title",
    None: "whether the verdict depends on the title was not tried",
}


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """The same for programs."""
    result = explanation.result
    return {
        "tester": asdict(result.suite.tester),
        "testee": asdict(result.suite.testee),
        "why": [note_words(note) for note in result.suite.why],
        "why_codes": [note.code for note in result.suite.why],
        "candidates": _strategies(result.suite),
        "strategy": result.strategy,
        "call": asdict(result.call) if result.call else None,
        "other": other_document(result.other),
        "requests": [{"parameters": dict(r.parameters), "answer": r.answer} for r in explanation.requests],
        "report": report_document(result.report) if result.report else None,
        "points": asdict(result.report.counts) if result.report else None,
        "state": result.state,
        "rule": rule_words(result.rule) if result.rule else "",
        "rule_code": result.rule.code if result.rule else None,
        **inconclusive_document(result.inconclusive),
        "title_dependent": result.title_dependent,
        "dependencies": [asdict(page) for page in explanation.dependencies],
    }


def _strategies(suite: Suite) -> list[str]:
    """Names of the strategies that may run a suite, each once: it may have several calls."""
    return list(dict.fromkeys(candidate.strategy for candidate in suite.candidates))


def _report(report: Report) -> Iterator[str]:
    counts = report.counts
    what = report.format or ("none" if report.error else "not recognised")
    yield (
        f"report      {what}: {_many(counts.total, 'point')}, {counts.passed} passed,"
        f" {counts.failed} failed, {counts.skipped} skipped, {counts.todo} todo"
    )
    if report.plan:
        yield f"  plan: {report.plan.count}" + (
            f", all skipped: {plain(report.plan.reason)}" if report.plan.skip_all else ""
        )
    for point in report.points:
        yield from _point(point, "  ")
    if report.error:
        yield f"  {report.error.kind}: {plain(error_words(report.error), _MAX_SHOWN_CHARACTERS)}"
    yield from (f"  note: {plain(note_words(note))}" for note in report.notes)


def _point(point: Point, indent: str) -> Iterator[str]:
    directive = f" # {point.directive} {plain(point.reason)}".rstrip() if point.directive else ""
    number = "" if point.number is None else f" {point.number}"
    yield f"{indent}{'ok' if point.ok else 'not ok'}{number} {plain(point.description)}{directive}"
    yield from value_lines(point, f"{indent}  ")
    for subtest in point.subtests:
        yield from _point(subtest, f"{indent}  ")


def _block(label: str, text: str, longest: int) -> Iterator[str]:
    lines = text[:longest].split("\n")
    yield label + harmless(lines[0])
    yield from (" " * len(label) + harmless(line) for line in lines[1:])
    if len(text) > longest:
        yield f"{' ' * len(label)}… {len(text) - longest} more characters (--raw shows them)"


def _value(value: object) -> str:
    return "|".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _answer(answer: dict[str, Any]) -> str:
    parsed = answer.get("parse")
    if parsed:
        return str(parsed["text"])
    return json.dumps({name: answer[name] for name in ("type", "print", "return", "message") if name in answer})


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _page(page: Page) -> str:
    return f"{plain(page.title)} " + (
        f"(page {page.page_id}, revision {page.revision})" if page.exists else "(missing)"
    )
