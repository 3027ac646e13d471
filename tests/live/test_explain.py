"""``picklebot explain``: the whole way of one module's tests, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from picklebot.sandbox import RELEASES
from tests.live.lab import STRATEGIES, Reader, started
from tests.live.wikis import Wikis

# Its tests share one wiki, all on the same release.
pytestmark = pytest.mark.release("1.43")

RELEASED = [pytest.param(release, marks=pytest.mark.xdist_group(f"mediawiki-{release}")) for release in RELEASES]


@pytest.fixture(scope="module", params=RELEASED)
def reader(request: pytest.FixtureRequest, wikis: Wikis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    with started("explain", request.param, wikis, tmp_path_factory.mktemp("reader")) as reader:
        yield reader


def explain(reader: Reader, *arguments: str) -> list[str]:
    run = reader.run("explain", *arguments)
    assert run.status == 0, run.err
    return run.out.splitlines()


def documents(reader: Reader, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads("\n".join(explain(reader, "--format", "json", *arguments)))
    return found


def test_text_shows_the_whole_way_from_pages_to_state(reader: Reader) -> None:
    lines = explain(reader, "Module:Sum")
    wiki = reader.wiki
    ids = {
        title: (wiki.page(title)["pageid"], wiki.revision(title)) for title in ("Module:Sum", "Module:Sum/testcases")
    }
    page, revision = ids["Module:Sum/testcases"]
    tester = f"Module:Sum/testcases (page {page}, revision {revision})"
    testee = "Module:Sum (page {}, revision {})".format(*ids["Module:Sum"])
    shown = [re.sub(r"[0-9a-f]{16}", "NONCE", line) for line in lines]
    assert shown == [
        "1 suite of Module:Sum",
        "",
        f"tester      {tester}",
        f"testee      {testee}",
        "why         functions offered: tap",
        "why         call found on Module:Sum/testcases/doc",
        "why         the strategy's own call is another, and comes first",
        "why         testee: the page above the tester",
        "candidates  tap",
        "strategy    tap, function tap, title Module:Sum/testcases",
        *request_lines(1, "{{#invoke:Sum/testcases|tap}}", revision),
        *request_lines(2, "{{#invoke:Sum/testcases|tap| verbose = yes }}", revision),
        "report      tap: 2 points, 2 passed, 0 failed, 0 skipped, 0 todo",
        "  plan: 2",
        "  ok 1 one and two",
        "  ok 2 less than nothing",
        "state       good (2 points passed)",
        "title       the verdict is the same under another title",
        "depends on  2 pages",
        f"  {tester}",
        f"  {testee}",
    ]


def request_lines(number: int, call: str, revision: int) -> list[str]:
    return [
        f"request {number}",
        "  action: parse",
        "  title: Module:Sum/testcases",
        f"  revid: {revision}",
        "  contentmodel: wikitext",
        f"  text: {{{{#tag:pre|{call}|id=NONCE}}}}",
        "  prop: text|templates|links|images|properties|limitreportdata",
        "  wrapoutputclass: ",
        "  disablelimitreport: True",
        "  disableeditsection: True",
        "  uselang: content",
        '  answer: <pre id="NONCE">1..2',
        "          ok 1 - one and two",
        "          ok 2 - less than nothing</pre>",
    ]


def test_json_shows_the_same_to_programs(reader: Reader) -> None:
    (shown,) = documents(reader, "sum")
    assert shown["tester"]["title"] == "Module:Sum/testcases"
    assert shown["testee"]["revision"] == reader.wiki.revision("Module:Sum")
    assert (shown["strategy"], shown["candidates"]) == ("tap", ["tap"])
    assert shown["call"] == {
        "function": "tap",
        "arguments": [" verbose = yes "],
        "title": "Module:Sum/testcases",
        "found_on": "Module:Sum/testcases/doc",
        "page": "",
    }
    own, request = shown["requests"]
    assert "{{#invoke:Sum/testcases|tap}}" in own["parameters"]["text"]
    assert request["parameters"]["action"] == "parse"
    assert "{{#invoke:Sum/testcases|tap| verbose = yes }}" in request["parameters"]["text"]
    assert "ok 1 - one and two" in request["answer"]["parse"]["text"]
    assert [point["description"] for point in shown["report"]["points"]] == ["one and two", "less than nothing"]
    assert shown["points"] == {"total": 2, "passed": 2, "failed": 0, "skipped": 0, "todo": 0}
    assert (shown["state"], shown["rule"], shown["inconclusive"]) == ("good", "2 points passed", None)
    assert shown["title_dependent"] is False
    assert [page["title"] for page in shown["dependencies"]] == ["Module:Sum/testcases", "Module:Sum"]
    assert "token" not in json.dumps(shown["requests"])


def test_the_request_shown_is_the_one_made(reader: Reader) -> None:
    """Sent once more, it has the answer that is shown."""
    (shown,) = documents(reader, "Dying")
    (request,) = shown["requests"]
    plain = {
        name: "|".join(value) if isinstance(value, list) else value
        for name, value in request["parameters"].items()
        if value is not False
    }
    again = reader.wiki.get(**plain)["parse"]["text"]
    unnumbered = [re.sub(r"mw-scribunto-error-\w+", "", text) for text in (again, request["answer"]["parse"]["text"])]
    assert unnumbered[0] == unnumbered[1]
    assert shown["state"] == "fail"
    assert shown["report"]["error"]["kind"] == "script"
    assert shown["rule"].startswith("script: Lua error")
    assert "no more" in shown["rule"]


def test_a_state_that_depends_on_the_title_is_marked_and_the_title_can_be_set(reader: Reader) -> None:
    lines = explain(reader, "Titled")
    assert "strategy    tap, function tap, title Module:Titled/testcases" in lines
    assert "state       good (1 point passed)" in lines
    assert "title       the verdict depends on the title it runs under" in lines
    lines = explain(reader, "Titled", "--title", "Talk:Elsewhere")
    assert "strategy    tap, function tap, title Talk:Elsewhere" in lines
    assert "  title: Talk:Elsewhere" in lines
    assert "  not ok 1 under Talk:Elsewhere" in lines
    assert "state       fail (1 point failed)" in lines


def test_every_suite_of_a_module_is_shown(reader: Reader) -> None:
    lines = explain(reader, "Several")
    assert lines[0] == "2 suites of Module:Several"
    assert [line.split(" (")[0] for line in lines if line.startswith("tester")] == [
        "tester      Module:Several/testcases",
        "tester      Module:Several/testcases2",
    ]
    assert [shown["state"] for shown in documents(reader, "Several")] == ["good", "good"]


def test_tests_on_a_page_of_another_name_are_found_too(reader: Reader) -> None:
    (shown,) = documents(reader, "Tiles")
    assert shown["tester"]["title"] == "Module:Roofs/testcases"
    assert shown["testee"]["title"] == "Module:Tiles"
    assert shown["state"] == "good"


def test_tests_on_a_page_of_another_name_stand_beside_a_modules_own(reader: Reader) -> None:
    shown = documents(reader, "Walls")
    assert [suite["tester"]["title"] for suite in shown] == ["Module:Gables/testcases", "Module:Walls/testcases"]


def test_letters_of_all_scripts_are_shown_as_they_are(reader: Reader) -> None:
    for arguments in ((), ("--format", "json")):
        out = "\n".join(explain(reader, "grüße_🥒", *arguments))
        assert "Module:Grüße 🥒/testcases" in out
        assert "नमस्ते 数字 🥒" in out


def test_what_could_drive_a_terminal_does_not_reach_it(reader: Reader) -> None:
    for arguments in ((), ("--raw",), ("--format", "json")):
        out = "\n".join(explain(reader, "Hostile", *arguments))
        assert "backwards" in out
        assert not re.search("[\0-\t\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out), arguments
    (shown,) = documents(reader, "Hostile")
    assert "\u202e" in shown["report"]["points"][0]["description"]
    assert (shown["points"]["passed"], shown["points"]["failed"]) == (1, 1)


def test_answers_are_cut_unless_they_are_wanted_whole(reader: Reader) -> None:
    cut, whole = explain(reader, "Long"), explain(reader, "Long", "--raw")
    (mark,) = [line for line in cut if "more characters" in line]
    assert mark.strip().startswith("… ")
    assert not [line for line in whole if "more characters" in line]
    assert any("--raw" in line for line in cut)
    assert "          ok 500" in "\n".join(whole)


def test_a_title_that_is_mistyped_is_said_to_be_missing(reader: Reader) -> None:
    run = reader.run("explain", "Module:Summ")
    assert (run.status, run.out) == (3, "")
    assert run.err == "picklebot: there is no Module:Summ; did you mean Module:Sum?\n"
    run = reader.run("explain", "Qqqqqqqqqqqqqqqqqqqqqqqqqqq")
    assert run.err == "picklebot: there is no Module:Qqqqqqqqqqqqqqqqqqqqqqqqqqq\n"


def test_a_module_without_tests_is_said_to_have_none(reader: Reader) -> None:
    run = reader.run("explain", "Untested")
    assert (run.status, run.out) == (3, "")
    assert run.err == "picklebot: Module:Untested has no test page that a strategy takes for one\n"


def test_a_title_that_cannot_be_gives_no_state(reader: Reader) -> None:
    run = reader.run("explain", "Sum", "--title", "[[")
    assert run.status == 3
    assert "inconclusive the wiki answers invalidtitle" in run.out
    assert "state" not in {line.split()[0] for line in run.out.splitlines() if line.strip()}


def test_the_examples_of_the_manual_find_and_read_tests_that_nothing_else_knows(reader: Reader) -> None:
    run = reader.run("explain", "Ruler")
    assert run.status == 3
    (shown,) = documents(reader, "Ruler", "--strategies", str(STRATEGIES))
    assert shown["tester"]["title"] == "Module:Ruler/checks"
    assert shown["why"][0] == "source: checklist"
    assert shown["call"]["arguments"] == ["verbose=yes"]
    assert shown["report"]["format"] == "patterns"
    assert [(point["ok"], point["description"]) for point in shown["report"]["points"]] == [
        (True, "is a foot long"),
        (False, "has no end"),
    ]
    assert (shown["report"]["points"][1]["expected"], shown["report"]["points"][1]["actual"]) == ("0", "nil")
    assert (shown["state"], shown["report"]["notes"]) == ("fail", [])
    (shown,) = documents(reader, "Empty list", "--strategies", str(STRATEGIES))
    assert shown["state"] == "pending"


def test_a_wrong_strategy_file_is_refused_before_the_wiki_is_asked(reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("schema = 1\n", encoding="utf-8")
    run = reader.run("explain", "Sum", "--strategies", str(tmp_path))
    assert run.status == 2
    assert f"{tmp_path}/mine.toml:1: name: expected this key, which is not there" in run.err


def test_the_wiki_stays_as_it_was(reader: Reader) -> None:
    before = reader.wiki.recent_changes(), reader.wiki.get(action="query", meta="siteinfo", siprop="statistics")
    explain(reader, "Sum")
    assert before == (
        reader.wiki.recent_changes(),
        reader.wiki.get(action="query", meta="siteinfo", siprop="statistics"),
    )
