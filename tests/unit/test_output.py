"""When an output is an error in place of a report, and what of it is kept."""

from __future__ import annotations

import pytest

from picklebot.invocation.output import dependencies_of, error_at_home, is_of_runner, presence_of, script_error
from picklebot.model import ErrorKind, SuiteError

TIMEOUT = "The time allocated for running scripts has expired."
# How 1.39 and 1.43 begin an error.
OLD = '<span class="scribunto-error" id="mw-scribunto-error-1">'
NEW = '<span class="scribunto-error mw-scribunto-error-2d6f5a5e">'


def error(opening: str, message: str) -> str:
    return f'<strong class="error">{opening}{message}</span></strong>'


@pytest.mark.parametrize("opening", [OLD, NEW])
@pytest.mark.parametrize(
    "message", ["Lua error: '<eof>' expected near 'end'.", "Lua error: <b> & </b> &lt;", "Lua error: </span></strong>."]
)
def test_words_that_look_like_markup_stay_in_the_message(opening: str, message: str) -> None:
    found = script_error(error(opening, message), TIMEOUT)
    assert found is not None
    assert (found.kind, found.message) == (ErrorKind.SCRIPT, message.replace("&lt;", "<"))


@pytest.mark.parametrize("opening", [OLD, NEW])
def test_an_error_in_a_paragraph_is_one_too(opening: str) -> None:
    found = script_error(f"<p>{error(opening, 'Lua error: a &lt;b&gt; is missing.')}\n</p>", TIMEOUT)
    assert found is not None
    assert found.message == "Lua error: a <b> is missing."


@pytest.mark.parametrize("opening", [OLD, NEW])
def test_the_kind_of_limit_is_kept(opening: str) -> None:
    kinds = {said: script_error(error(opening, said), TIMEOUT) for said in (TIMEOUT, "Lua error: not enough memory.")}
    assert [found and found.kind for found in kinds.values()] == [ErrorKind.TIME, ErrorKind.MEMORY]


@pytest.mark.parametrize("opening", [OLD, NEW])
def test_an_error_beside_anything_else_ends_no_suite(opening: str) -> None:
    one = error(opening, "Lua error: boom.")
    for text in (f"{one} ok", f"ok {one}", f"{one}{one}", f"<div><p>{one}</p><p>ok</p></div>"):
        assert script_error(text, TIMEOUT) is None


ENGLISH = {"scribunto-line": "at line $1", "scribunto-module-line": "in $1 at line $2"}
GERMAN = {"scribunto-line": "in Zeile $1", "scribunto-module-line": "in $1, Zeile $2"}


@pytest.mark.parametrize(
    ("messages", "away", "at_home"),
    [
        (ENGLISH, "Lua error in Module:A (b)/c at line 12: at line 3.", "Lua error at line 12: at line 3."),
        (GERMAN, "Lua-Fehler in Module:A (b)/c, Zeile 12: nil", "Lua-Fehler in Zeile 12: nil"),
        (ENGLISH, "Lua error in Module:A_(b)/c at line 12: no.", "Lua error at line 12: no."),
        (ENGLISH, "Lua error in Module:B at line 12: no.", "Lua error in Module:B at line 12: no."),
        (ENGLISH, "Lua error: no.", "Lua error: no."),
        ({}, "Lua error in Module:A (b)/c at line 12: no.", "Lua error in Module:A (b)/c at line 12: no."),
    ],
)
def test_the_place_of_an_error_has_no_title_on_the_testers_own_page(
    messages: dict[str, str], away: str, at_home: str
) -> None:
    found = error_at_home(SuiteError(ErrorKind.SCRIPT, away), "Module:A (b)/c", messages)
    assert found == SuiteError(ErrorKind.SCRIPT, at_home)


@pytest.mark.parametrize(
    "message",
    [
        "Lua error in Module:Test_harness at line 6: bad argument #1 to 'ipairs' (table expected, got nil).",
        "Lua error in Module:Test harness/util at line 6: no.",
        "Lua error in Module:Test harness at line 3: module 'Module:A' not found.",
        "Lua error in mw.text.lua at line 25: bad argument #1 to 'split'.",
        "Lua error: no format.",
        "Module:Test harness:6: attempt to index a number value",
    ],
)
def test_an_error_in_the_page_that_runs_tests_is_none_of_the_tests(message: str) -> None:
    assert is_of_runner(SuiteError(ErrorKind.SCRIPT, message), "Module:Test harness", "Module:", ENGLISH)


@pytest.mark.parametrize(
    "message",
    [
        "Lua error in Module:A at line 1: broken.",
        "Lua error in Module:A/util at line 1: Module:Test harness failed.",
        "Lua error in Module:Test harnesses at line 1: broken.",
        "Lua error at line 1: broken.",
        "Module:A:1: broken",
    ],
)
def test_an_error_in_the_module_that_it_tests_is_one_of_the_tests(message: str) -> None:
    assert not is_of_runner(SuiteError(ErrorKind.SCRIPT, message), "Module:Test harness", "Module:", ENGLISH)


def test_what_ends_a_suite_for_its_size_says_nothing_of_who_ran_it() -> None:
    message = "Lua error in Module:Test harness at line 6: not enough memory."
    assert not is_of_runner(SuiteError(ErrorKind.MEMORY, message), "Module:Test harness", "Module:", ENGLISH)


def test_what_a_run_depends_on_comes_in_the_order_in_which_it_matters() -> None:
    templates = [("Module:A", True), ("Module:Missing", False), ("Module:Z/testcases", True), ("Module:Z", True)]
    links = [("Main Page", True), ("Module:A", True), ("Nowhere", False)]
    parse = {
        kind: [{"title": title, "exists": exists} for title, exists in pages]
        for kind, pages in (("templates", templates), ("links", links))
    }
    assert dependencies_of(parse, "Module:Z/testcases", "File") == (
        "Module:Z",
        "Module:Z/testcases",
        "Module:A",
        "Main Page",
        "Module:Missing",
        "Nowhere",
    )


def test_a_run_depends_on_what_it_loads_what_it_asks_about_and_the_files_it_looks_at() -> None:
    parse = {
        "templates": [{"ns": 828, "title": "Module:A", "exists": True}],
        "links": [{"ns": 1, "title": "Talk:B", "exists": False}, {"ns": 6, "title": "Datei:A b.png", "exists": True}],
        "images": ["A_b.png", "C.svg"],
    }
    assert dependencies_of(parse, "Module:A/testcases", "Datei") == (
        "Module:A",
        "Datei:A b.png",
        "Datei:C.svg",
        "Talk:B",
    )


def test_a_parse_tells_which_pages_there_were_but_of_files_it_does_not() -> None:
    parse = {
        "templates": [{"title": "Module:A", "exists": True}, {"title": "Module:B", "exists": False}],
        "links": [{"title": "Ann", "exists": True}, {"title": "Bob", "exists": False}],
        "images": ["C.png"],
    }
    assert presence_of(parse) == (frozenset({"Module:A", "Ann"}), {"Module:B": 0, "Bob": 0})
