"""``picklebot try``: a wiki's tests against text that is not saved there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from picklebot.sandbox import RELEASES
from tests.live.lab import STRATEGIES, Reader, started
from tests.live.wikis import Wikis

# Its tests share one wiki, all on the same release.
pytestmark = pytest.mark.release("1.39")

RELEASED = [pytest.param(release, marks=pytest.mark.xdist_group(f"mediawiki-{release}")) for release in RELEASES]
WAY = "  tried through require in the console; what tests reach by #invoke or a template is the saved page"
WRONG_SUM = "local p = {}\nfunction p.add(a, b) return a - b end\nreturn p\n"
TESTS = "local p = {}\nfunction p.tap() return '1..1\\nok 1 - all new' end\nreturn p\n"
File = Callable[[str], str]


@pytest.fixture(scope="module", params=RELEASED)
def reader(request: pytest.FixtureRequest, wikis: Wikis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """On which nothing changes by whatever is tried."""
    with started("try", request.param, wikis, tmp_path_factory.mktemp("reader")) as reader:
        before = seen_from_outside(reader)
        yield reader
        assert seen_from_outside(reader) == before


def seen_from_outside(reader: Reader) -> list[Any]:
    statistics = reader.wiki.get(action="query", meta="siteinfo", siprop="statistics")["query"]["statistics"]
    log = reader.wiki.get(action="query", list="logevents", lelimit="max")["query"]["logevents"]
    return [reader.wiki.recent_changes(), log, statistics["edits"], statistics["pages"], statistics["users"]]


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Writes a text to a file, and names the file."""

    def file(text: str) -> str:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.lua"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return file


def test_a_text_that_breaks_tests_ends_with_1_and_shows_what_changes(reader: Reader, file: File) -> None:
    run = reader.run("try", "sum", "--file", file(WRONG_SUM))
    assert (run.status, run.err) == (1, "")
    assert run.out.splitlines() == [
        "Module:Sum/testcases",
        "  saved:   good, 2 of 2 passed",
        "  unsaved: fail, 0 of 2 passed",
        "  now:     not ok one and two",
        "  now:     not ok less than nothing",
        WAY,
    ]


def test_a_text_that_passes_ends_with_0(reader: Reader, file: File) -> None:
    run = reader.run("try", "Module:Sum", "--file", file(reader.wiki.text("Module:Sum")))
    assert (run.status, run.err) == (0, "")
    assert run.out.splitlines() == [
        "Module:Sum/testcases",
        "  saved:   good, 2 of 2 passed",
        "  unsaved: good, 2 of 2 passed",
        WAY,
    ]


def test_a_text_is_seen_through_another_module(reader: Reader, file: File) -> None:
    run = reader.run("try", "Deep", "--file", file("return { depth = 4 }"))
    assert run.status == 1
    assert "  now:     not ok twice three" in run.out.splitlines()


def test_a_text_that_mends_what_is_saved_passes(reader: Reader, file: File) -> None:
    mended = "return { inches = 12, ends = 0 }"
    run = reader.run("try", "Ruler", "--file", file(mended), "--strategies", str(STRATEGIES))
    assert run.status == 0, run.out
    assert run.out.splitlines()[1:4] == [
        "  saved:   fail, 1 of 2 passed",
        "  unsaved: good, 2 of 2 passed",
        "  now:     ok has no end",
    ]


def test_a_text_with_an_error_is_a_failure_with_the_line_of_the_file(reader: Reader, file: File) -> None:
    run = reader.run("try", "Sum", "--file", file("local p = {}\n\nerror('out of sorts')\n"))
    assert run.status == 1
    (line,) = [line for line in run.out.splitlines() if line.startswith("  unsaved: ")]
    assert line == "  unsaved: fail, 0 of 0 passed; script: Module:Sum: Lua error at line 3: out of sorts."
    assert "  gone:    ok one and two" in run.out.splitlines()
    run = reader.run("try", "Sum", "--file", file("return {{\n"))
    assert run.status == 1
    assert "; script: Module:Sum: Lua error" in run.out


@pytest.mark.parametrize("title", ["module:sum", "Module: Sum", "Module:sum", "MODULE:_Sum_"])
def test_a_text_is_seen_by_any_spelling_of_its_title(reader: Reader, file: File, title: str) -> None:
    tests = f"local sum = require( '{title}' ) return {{ tap = function () return '1..1\\n' .. sum.said end }}"
    run = reader.run("try", "Sum", "--file", file("return { said = 'ok 1 - unsaved' }"), "--tests", file(tests))
    assert run.status == 0, run.err
    assert "  unsaved: good, 1 of 1 passed" in run.out.splitlines()


@pytest.mark.parametrize(
    ("module", "tests", "told"),
    [
        ("return {}\n\n\n", "\nx = = 1", "Module:Sum/testcases: Lua error at line 2: unexpected symbol near '='."),
        ("return {}\n\n\n", "\nlocal x = nil + 1", "Module:Sum/testcases: Lua error at line 2: attempt to perform"),
        ("return {}\nend\n\n\n", "return {}", "Module:Sum: Lua error at line 2: '<eof>' expected near 'end'."),
        (
            "return {} end return load(...) end local f = function(...) local load = function(...)\n\n",
            "return {}",
            "Module:Sum: Lua error at line 1: '<eof>' expected near 'end'.",
        ),
        ("return {\n\n", "return {}", "Module:Sum: Lua error at line 3: unexpected symbol near '<eof>'."),
        (
            "return {}\n\n\n",
            "require( 'Module:Sum' ) return { tap = function ()\n error( 'late' ) end }",
            "Module:Sum/testcases:2: late",
        ),
        (
            "return { sum =\n function () error( 'deep' ) end }",
            "\n\nreturn { tap = function () require( 'Module:Sum' ).sum() end }",
            "Module:Sum:2: deep",
        ),
    ],
)
def test_an_error_names_the_file_and_its_own_line(
    reader: Reader, file: File, module: str, tests: str, told: str
) -> None:
    run = reader.run("try", "Sum", "--file", file(module), "--tests", file(tests))
    assert run.status == 1
    (line,) = [line for line in run.out.splitlines() if line.startswith("  unsaved: ")]
    assert line.startswith(f"  unsaved: fail, 0 of 0 passed; script: {told}")


def test_what_is_reached_by_invoke_only_cannot_be_tried_and_says_so(reader: Reader, file: File) -> None:
    run = reader.run("try", "Shown", "--file", file("return { main = function() return 'other' end }"))
    assert (run.status, run.out) == (3, "")
    assert run.err.startswith("picklebot: Module:Shown/testcases never loads Module:Shown with require")
    assert "TemplateSandbox" in run.err


def test_tests_may_be_unsaved_too(reader: Reader, file: File) -> None:
    run = reader.run("try", "Sum", "--tests", file(TESTS))
    assert run.status == 0
    assert run.out.splitlines() == [
        "Module:Sum/testcases",
        "  saved:   good, 2 of 2 passed",
        "  unsaved: good, 1 of 1 passed",
        "  new:     ok all new",
        "  gone:    ok one and two",
        "  gone:    ok less than nothing",
        WAY,
    ]


def test_module_and_tests_may_both_be_new(reader: Reader, file: File) -> None:
    tests = "local new = require('Module:New')\n" + TESTS.replace("ok 1", "' .. new .. ' 1")
    for text, status in (("return 'ok'", 0), ("return 'not ok'", 1)):
        run = reader.run("try", "New", "--file", file(text), "--tests", file(tests))
        assert run.status == status, run.err
        assert run.out.startswith("Module:New/testcases\n  unsaved: ")
    assert not reader.wiki.exists("Module:New")


def test_the_call_that_editors_wrote_is_made_as_a_page_would_make_it(reader: Reader, file: File) -> None:
    """With its arguments expanded, and with them in the current frame; also of tests that are not saved yet."""
    for option, title in (("--file", "Module:Called"), ("--tests", "Module:Called/testcases")):
        run = reader.run("try", "Called", option, file(reader.wiki.text(title)))
        assert run.out.splitlines() == [
            "Module:Called/testcases",
            "  saved:   good, 4 of 4 passed",
            "  unsaved: good, 4 of 4 passed",
            WAY,
        ], run.err


def test_errors_of_saved_pages_keep_their_names_and_lines(reader: Reader, file: File) -> None:
    run = reader.run("try", "Lines", "--file", file("\n" * 9 + "return {}"))
    assert run.status == 1
    assert run.out.splitlines() == [
        "Module:Lines/testcases",
        "  saved:   fail, 0 of 2 passed",
        "  unsaved: fail, 0 of 2 passed",
        WAY,
    ]
    run = reader.run(
        "try", "Lines", "--file", file("return {}"), "--tests", file("\n\nrequire( 'Module:Lines fails' ).now()")
    )
    (line,) = [line for line in run.out.splitlines() if line.startswith("  unsaved: ")]
    assert "Module:Lines_fails at line 3: there" in line.replace("Lines fails", "Lines_fails")


def test_bytes_that_are_no_text_are_read_as_on_a_page(reader: Reader, file: File) -> None:
    run = reader.run("try", "Torn", "--file", file(reader.wiki.text("Module:Torn")))
    assert (run.status, run.out.splitlines()[2]) == (0, "  unsaved: good, 1 of 1 passed")


@pytest.mark.parametrize("name", ["used", "unsaved", "text", "tester", "frame", "title"])
def test_a_text_sees_no_names_but_those_of_its_page(reader: Reader, file: File, name: str) -> None:
    text = f"if {name} then error( 'seen' ) end {name} = {{}} return {{ sides = 4 }}"
    run = reader.run("try", "Walls", "--file", file(text), "--tester", "Walls/testcases")
    assert run.status == 0, run.out + run.err


def test_one_of_several_test_pages_may_be_chosen(reader: Reader, file: File) -> None:
    run = reader.run("try", "Walls", "--file", file("return { sides = 3 }"), "--tester", "Walls/testcases")
    assert run.status == 0
    assert [line for line in run.out.splitlines() if not line.startswith(" ")] == ["Module:Walls/testcases"]
    run = reader.run("try", "Walls", "--file", file("return { sides = 3 }"))
    assert run.status == 1, "the one on a page of another name fails"
    run = reader.run("try", "Walls", "--file", file("return {}"), "--tester", "Sum/testcases")
    assert (run.status, run.err) == (3, "picklebot: Module:Sum/testcases has no tests of Module:Walls\n")


def test_of_several_test_pages_all_are_run(reader: Reader, file: File) -> None:
    run = reader.run("try", "Several", "--file", file("return { value = 2 }"))
    assert run.status == 1
    assert [line for line in run.out.splitlines() if not line.startswith(" ")] == [
        "Module:Several/testcases",
        "Module:Several/testcases2",
    ]


def test_of_several_test_pages_one_has_to_be_chosen_for_unsaved_tests(reader: Reader, file: File) -> None:
    run = reader.run("try", "Several", "--tests", file(TESTS))
    assert (run.status, run.out) == (2, "")
    assert run.err == (
        "picklebot: which test page do the --tests stand for? Give --tester, one of: Module:Several/testcases,"
        " Module:Several/testcases2\n"
    )
    run = reader.run("try", "Several", "--tests", file(TESTS), "--tester", "several/testcases2")
    assert run.status == 0, run.err
    assert run.out.startswith("Module:Several/testcases2\n")
    assert "  gone:    ok set 2" in run.out.splitlines()


def test_a_module_without_tests_cannot_be_tried(reader: Reader, file: File) -> None:
    run = reader.run("try", "Untested", "--file", file("return 1"))
    assert (run.status, run.out) == (3, "")
    assert run.err == "picklebot: Module:Untested has no test page; give its tests with --tests\n"


def test_a_module_that_is_not_there_is_said_not_to_be(reader: Reader, file: File) -> None:
    run = reader.run("try", "Summ", "--file", file("return 1"))
    assert (run.status, run.out) == (3, "")
    assert run.err == "picklebot: Module:Summ is not there, nor is a test page for it; give its tests with --tests\n"


def test_nothing_to_try_is_wrong_usage(reader: Reader, tmp_path: Path) -> None:
    run = reader.run("try", "Sum")
    assert run.status == 2
    assert "nothing to try" in run.err
    run = reader.run("try", "Sum", "--file", str(tmp_path / "gone.lua"))
    assert run.status == 2
    latin = tmp_path / "latin.lua"
    latin.write_bytes(b"return '\xe9'")
    run = reader.run("try", "Sum", "--file", str(latin))
    assert run.status == 2
    assert run.err.startswith(f"picklebot: {latin}: cannot be read as UTF-8 text: ")


def test_letters_of_all_scripts_and_hostile_ones(reader: Reader, file: File) -> None:
    run = reader.run("try", "Grüße 🥒", "--file", file("return { wort = 'gruesse' }"))
    assert run.status == 1
    assert "  now:     not ok नमस्ते 数字 🥒" in run.out.splitlines()
    tests = "return { tap = function() return '1..1\\nnot ok 1 - \\194\\155 31m \\226\\128\\174 back' end }"
    run = reader.run("try", "Sum", "--tests", file(tests))
    assert run.status == 1
    assert "not ok 31m back" in " ".join(run.out.split())
    assert not set(run.out) & {"\x9b", "\u202e", "\x1b"}
