"""What ``explain`` says: lines for people, a document for programs."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from picklebot.invocation.runner import Request
from picklebot.model import (
    Call,
    Candidate,
    Directive,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Page,
    Plan,
    Point,
    Report,
    Rule,
    RuleCode,
    RunResult,
    State,
    Suite,
    SuiteError,
)
from picklebot.output.explanation import Explanation, explanation_document, explanation_lines
from picklebot.text.terminal import json_text
from tests.factories import LUA, a_page, words

FOO, TESTS = a_page("Foo", 1, 10, LUA), a_page("Foo/testcases", 2, 20, LUA)
CALL = Call("run", ("x",), "Module:Foo/testcases")
PASSED = Rule(RuleCode.PASSED, 1)
SUITE = Suite(
    FOO,
    TESTS,
    (Candidate("tap", CALL), Candidate("other", CALL)),
    why=(Note(NoteCode.SOURCE, ("tap",)), Note(NoteCode.TESTEE_ABOVE)),
)
ASKED = Request({"action": "parse", "prop": ["text", "links"]}, {"parse": {"text": "<p>ok</p>\nok"}})


def explained(report: Report | None = None, **rest: object) -> Explanation:
    values = {"strategy": "tap", "call": CALL, "state": State.GOOD, "rule": PASSED, "report": report} | rest
    return Explanation(RunResult(SUITE, **values), [ASKED], (FOO, Page("Template:Gone")))  # type: ignore[arg-type]


def lines(explanation: Explanation, *, raw: bool = False) -> list[str]:
    return list(explanation_lines(explanation, raw=raw))


def test_lines_follow_the_way() -> None:
    assert lines(explained(Report("tap", points=(Point(ok=True, description="a", number=1),), plan=Plan(1)))) == [
        "tester      Module:Foo/testcases (page 2, revision 20)",
        "testee      Module:Foo (page 1, revision 10)",
        "why         source: tap",
        "why         testee: the page above the tester",
        "candidates  tap, other",
        "strategy    tap, function run, title Module:Foo/testcases",
        "request 1",
        "  action: parse",
        "  prop: text|links",
        "  answer: <p>ok</p>",
        "          ok",
        "report      tap: 1 point, 1 passed, 0 failed, 0 skipped, 0 todo",
        "  plan: 1",
        "  ok 1 a",
        "state       good (1 point passed)",
        "title       whether the verdict depends on the title was not tried",
        "depends on  2 pages",
        "  Module:Foo (page 1, revision 10)",
        "  Template:Gone (missing)",
    ]


def test_points_show_all_that_is_known_of_them() -> None:
    inner = Point(ok=True, description="within", number=1)
    outer = Point(False, "sum", 2, Directive.TODO, "later", "1", "2", "line 3", subtests=(inner,))
    report = Report(
        "tap",
        points=(outer,),
        error=SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (2, 1))),
        notes=(words("line 9: odd"),),
    )
    shown = lines(explained(report))
    start = shown.index("  not ok 2 sum # TODO later")
    assert shown[start + 1 : start + 7] == [
        "    expected: 1",
        "    actual: 2",
        "    message: line 3",
        "    ok 1 within",
        "  plan: planned 2, ran 1",
        "  note: line 9: odd",
    ]


def test_what_nobody_recognised_is_said_so() -> None:
    shown = lines(explained(Report(""), state=State.UNKNOWN, rule=Rule(RuleCode.UNRECOGNISED)))
    assert "report      not recognised: 0 points, 0 passed, 0 failed, 0 skipped, 0 todo" in shown
    assert "state       unknown (no report was recognised)" in shown


def test_an_error_in_place_of_a_report_is_no_report_that_nobody_recognised() -> None:
    shown = lines(explained(Report("", error=SuiteError(ErrorKind.SCRIPT, "boom"))))
    assert "report      none: 0 points, 0 passed, 0 failed, 0 skipped, 0 todo" in shown
    assert "  script: boom" in shown


def test_without_a_verdict_the_reason_stands_in_its_place() -> None:
    shown = lines(
        explained(None, state=None, rule=None, inconclusive=Inconclusive(InconclusiveCode.WIKI, ("the wiki is away",)))
    )
    assert "inconclusive the wiki is away" in shown
    assert not [line for line in shown if line.startswith(("state", "report"))]


def test_whether_the_title_matters_is_said() -> None:
    told = {value: lines(explained(Report("tap"), title_dependent=value))[-4] for value in (True, False, None)}
    assert "depends on the title" in told[True]
    assert "the same under another title" in told[False]
    assert "not tried" in told[None]
    assert len(set(told.values())) == 3


def test_long_answers_are_cut_unless_raw() -> None:
    long = Explanation(explained(Report("tap")).result, [Request({}, {"parse": {"text": "x" * 5000}})], ())
    assert any("… 3000 more characters (--raw shows them)" in line for line in lines(long))
    assert any("x" * 5000 in line for line in lines(long, raw=True))


def test_answers_of_the_console_are_shown_by_what_they_say() -> None:
    answer = {"type": "error", "message": "boom", "session": 123, "html": "<b>"}
    shown = lines(Explanation(explained(Report("tap")).result, [Request({"question": "a\nb"}, answer)], ()))
    assert '  answer: {"type": "error", "message": "boom"}' in shown
    at = shown.index("  question: a")
    assert shown[at + 1] == "            b"


def test_the_document_holds_the_same() -> None:
    document = json.loads(json_text(explanation_document(explained(Report("tap", points=(Point(ok=True),))))))
    assert document["tester"] == {
        "title": "Module:Foo/testcases",
        "page_id": 2,
        "revision": 20,
        "content_model": "Scribunto",
    }
    assert document["candidates"] == ["tap", "other"]
    assert document["call"] == {
        "function": "run",
        "arguments": ["x"],
        "title": "Module:Foo/testcases",
        "found_on": "",
        "page": "",
    }
    assert document["requests"] == [
        {"parameters": {"action": "parse", "prop": ["text", "links"]}, "answer": ASKED.answer}
    ]
    assert document["points"]["total"] == 1
    assert (document["state"], document["rule"], document["inconclusive"]) == ("good", "1 point passed", None)
    assert document["rule_code"] == "passed"
    assert [page["title"] for page in document["dependencies"]] == ["Module:Foo", "Template:Gone"]


@given(st.text(st.characters()), st.text(st.characters()))
def test_nothing_that_a_wiki_says_can_drive_a_terminal(first: str, second: str) -> None:
    point = Point(False, first, 1, Directive.SKIP, second, first, second, first, {"a": first})
    report = Report(
        "tap", (point,), error=SuiteError(ErrorKind.SCRIPT, second), notes=(words(first),), diagnostics=(second,)
    )
    suite = Suite(Page(first, 1), Page(second, 2), SUITE.candidates, why=(words(first),))
    rule = Rule(RuleCode.ERROR, error=ErrorKind.SCRIPT, detail=second)
    result = RunResult(suite, "tap", Call(first, (second,), first), report, State.FAIL, rule=rule)
    explanation = Explanation(result, [Request({"text": first}, {"parse": {"text": second}})], (Page(first),))
    text = "".join(lines(explanation, raw=True))
    document = json_text(explanation_document(explanation))
    for shown in (text, document.replace("\n", "")):
        assert not [
            char for char in shown if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or "\u202a" <= char <= "\u202e"
        ]
        shown.encode()
    assert json.loads(document)["rule"] == (f"script: {second}" if second else "script")
