"""Module:Pickle on real wikis: every file below tests/specs is one case, and adding a case means adding a file.

Keys of a case: ``why``; ``spec``, the page ``Module:Corpus <name>/pickle``; ``module``, the page above it, where there
is one; ``report``, the full report as readers see it; ``state``, the state that the bot comes to.
"""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from lxml.html import fragment_fromstring

from picklebot.account.pages import PageTarget
from picklebot.model import LUA_MODEL
from picklebot.recording.installed import InstalledPage
from picklebot.sandbox import Sandbox
from tests.live.bot import Bot
from tests.live.livewiki import Json, LiveWiki
from tests.live.test_affected import put

SPECS = Path(__file__).parents[1] / "specs"
CASES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(SPECS.glob("*.toml"))}
LIBRARY = (Path(__file__).parents[2] / "onwiki" / "Pickle.lua").read_text(encoding="utf-8")
# Between the reports of one request.
SEPARATOR = "@@@@"
AT_ONCE = 30
MAX_BYTES = 60_000


def page_of(name: str) -> str:
    return f"Module:Corpus {name}/pickle"


def pages() -> dict[str, str]:
    """The library, all specs, and the modules that they stand below."""
    found = {"Module:Pickle": LIBRARY}
    for name, case in CASES.items():
        found[page_of(name)] = case["spec"]
        if "module" in case:
            found[f"Module:Corpus {name}"] = case["module"]
    return found


def shown(wiki: LiveWiki, names: list[str]) -> list[str]:
    """The reports of specs as the API gives them: wikitext."""
    text = SEPARATOR.join(f"{{{{#invoke:Corpus {name}/pickle|tap}}}}" for name in names)
    answer = wiki.get(action="expandtemplates", text=text, prop="wikitext", title="Main Page")
    return str(answer["expandtemplates"]["wikitext"]).split(SEPARATOR)


@pytest.fixture
def specs(small: LiveWiki) -> LiveWiki:
    """The small wiki with the library and all specs."""
    put(small, pages())
    return small


def test_each_spec_reports_as_its_file_says_and_the_bot_reads_the_same(specs: LiveWiki, bot: Bot) -> None:
    names = list(CASES)
    reports: dict[str, str] = {}
    for start in range(0, len(names), AT_ONCE):
        part = names[start : start + AT_ONCE]
        reports |= {name: f"{unescape(text)}\n" for name, text in zip(part, shown(specs, part), strict=True)}
    run = bot.as_(None).harvest("--no-record", "--only", "Corpus *", "--concurrency", "3")
    suites = {suite["tester"]: suite for suite in run.document["suites"]}
    states = {name: suites[page_of(name)]["state"] for name in names}
    failing = {name: [point["description"] for point in suites[page_of(name)]["failing"]] for name in names}
    wrong = {name: report for name, report in reports.items() if report != CASES[name]["report"]}
    assert not wrong
    assert states == {name: case["state"] for name, case in CASES.items()}
    assert failing == {name: failures(case["report"]) for name, case in CASES.items()}


def failures(report: str) -> list[str]:
    """Descriptions of the failed points of a report, without escapes, read by the rules of TAP alone."""
    found = re.findall(r"^not ok \d+ - (.*?)(?: # (?:SKIP|TODO)(.*))?$", report, re.MULTILINE)
    return [re.sub(r"\\([\\#])", r"\1", text) for text, directive in found if not directive]


FIFTY = "\n".join(
    f"it 'adds {n} and 1' (function (a, b) expect(a + b):toBe({n + 1}) end)"  # each takes its arguments from its name
    for n in range(50)
)
OPTIONS = """
require('Module:Pickle')()
return describe 'Sums #quick' (function ()
    it "adds 1 and 'two'" (function (a, b) expect(a .. b):toBe('1two') end)
    it 'fails #slow' (function () expect(1):toBe(2) end)
end)
"""
LONG = """
require('Module:Pickle')()
return describe 'Long' (function ()
    for i = 1, 3000 do
        it(('case %d '):format(i) .. ('x'):rep(300)) (function (n) expect(n % 1000 == 0):toBe(false) end)
    end
end)
"""
SLOW = """
require('Module:Pickle')()
return describe 'Slow' (function ()
    for i = 1, 9 do
        it('takes its time: ' .. i) (function ()
            local till = os.clock() + 0.05
            while os.clock() < till do end
            expect(i):toBe(i)
        end)
    end
end)
"""
WORDS = "return { ['adds $1 and $2'] = 'legger sammen $1 og $2', ['@metadata'] = {} }"
PAGES = {
    "Module:Pickle": LIBRARY,
    "Module:Fifty/pickle": f"require('Module:Pickle')()\nreturn describe 'Fifty' (function ()\n{FIFTY}\nend)",
    "Module:Fifty/none": "return { tap = function () return '1..0' end }",
    "Module:Options/pickle": OPTIONS,
    "Module:Options/pickle/nb": WORDS,
    "Module:Long/pickle": LONG,
    "Module:Slow/pickle": SLOW,
} | {page_of(name): case["spec"] for name, case in CASES.items() if name.startswith("hostile")}


def expanded(wiki: LiveWiki, call: str) -> str:
    answer = wiki.get(action="expandtemplates", text=f"{{{{#invoke:{call}}}}}", prop="wikitext", title="Main Page")
    return str(answer["expandtemplates"]["wikitext"])


def parsed(wiki: LiveWiki, call: str) -> Json:
    wanted = "text|categories|links|templates|images|externallinks|limitreportdata"
    return dict(
        wiki.get(
            action="parse", text=f"{{{{#invoke:{call}}}}}", prop=wanted, contentmodel="wikitext", disablelimitreport=1
        )["parse"]
    )


def asked(wiki: LiveWiki, question: str, content: str = "return {}") -> str:
    """The console's answer, on the page of the options' spec."""
    answer = wiki.post(
        action="scribunto-console", title="Module:Options/pickle", content=content, question=question, clear=1
    )
    assert answer["type"] == "normal", answer
    return str(answer["return"])


def test_a_page_shows_names_and_values_as_text_whatever_they_hold(small: LiveWiki) -> None:
    put(small, PAGES)
    for name in (name for name in CASES if name.startswith("hostile")):
        for style in ("full", "compact", "vivid"):
            page = parsed(small, f"Corpus {name}/pickle|tap|{style}")
            tree = fragment_fromstring(page["text"], create_parent=True)
            for kind in ("categories", "links", "images", "externallinks"):
                assert page[kind] == [], (name, style, kind)
            assert not tree.xpath("//script | //a | //i | //table | //*[@class='error']"), (name, style, page["text"])
            assert "\x7f" not in page["text"]
    text = fragment_fromstring(
        parsed(small, "Corpus hostile-wikitext/pickle|run")["text"], create_parent=True
    ).text_content()
    for name in (
        "<script>alert(1)</script>",
        "[[Category:Attacked]] [[File:X.png]]",
        "'''bold''' &amp; &lt;",
        "{| class=x",
    ):
        assert name in text


def test_options_of_a_call_and_of_the_console(small: LiveWiki) -> None:
    put(small, PAGES)
    call = "Options/pickle|tap"
    for spelling in ("|compact|nb", "|nb|compact", "|style=compact|lang=nb"):
        assert expanded(small, call + spelling).endswith("<br>1 av 2 bestått, 1 feilet")
    assert "ok 1 - Sums #quick > legger sammen 1 og 'two'" in expanded(small, f"{call}|nb").replace("\\#", "#")
    assert expanded(small, f"{call}|only=#slow").splitlines()[1:3] == [
        "1..1",
        "not ok 1 - Sums \\#quick > fails \\#slow",
    ]
    assert expanded(small, f"{call}|only=#quick").splitlines()[1] == "1..2"
    assert expanded(small, f"{call}|only=ADDS").splitlines()[1:3] == ["1..1", "ok 1 - Sums \\#quick > adds 1 and 'two'"]
    assert expanded(small, f"{call}|only=#slo").splitlines()[1] == "1..0 # no cases"
    for wrong in ("|vivd", "|style=vivd"):
        assert "there is no word &quot;vivd&quot;; the nearest is &quot;vivid&quot;" in expanded(small, call + wrong)
    vivid = fragment_fromstring(parsed(small, "Options/pickle|run")["text"], create_parent=True)
    assert [mark.text_content() for mark in vivid.xpath("//li/b")] == ["✓ passed", "✗ failed"]
    assert [title.text_content() for title in vivid.xpath("//h3")] == ["Sums #quick"]
    assert [item.text_content() for item in vivid.xpath("//dd[code]")] == ["expected: 2", "actual: 1"]
    assert all(item.xpath("bdi") for item in vivid.xpath("//li"))
    full = asked(small, "=require('Module:Options/pickle').tap()")
    assert full == unescape(expanded(small, call))
    load = "local p = require('Module:Options/pickle')"
    assert asked(small, "=p.tap() == p.tap() and p:tap() == p.tap('full')", f"{load} return p") == "true"
    assert asked(small, "=p.tap('compact')", OPTIONS).endswith("1 of 2 passed, 1 failed")
    saved = "require('Module:Options/pickle').run().counts.total"
    assert asked(small, f"={saved} + p.run().counts.total + {saved}", OPTIONS) == "6"
    assert asked(small, "=p.run{ only = 'fails' }.cases[1].failures[1].expected", OPTIONS) == "2"
    assert asked(small, "=p.run{ style = 'full' }", OPTIONS) == full


def test_limits_of_size_and_time_are_told(small: LiveWiki) -> None:
    put(small, PAGES)
    long = parsed(small, "Long/pickle|run")["text"]
    assert 100_000 < len(expanded(small, "Long/pickle|run").encode()) <= 200_000
    assert long.count("✗ failed") == 3
    assert "more</p>" in long
    assert "2997 of 3000 passed, 3 failed" in long
    slow = expanded(small, "Slow/pickle|tap|time=0.12")
    ran = len(re.findall(r"^ok ", slow, re.MULTILINE))
    assert 0 < ran < 9
    assert f"Bail out! out of time after {ran} cases" in slow


def test_fifty_cases_cost_little_beside_the_page_itself(small: LiveWiki) -> None:
    put(small, PAGES)
    costs = {}
    for name in ("Fifty/pickle", "Fifty/none"):
        runs = [parsed(small, f"{name}|tap")["limitreportdata"] for _ in range(5)]
        found = [
            {item["name"]: float(item.get("0", 0) or 0) for item in run if "scribunto" in item["name"]} for run in runs
        ]
        costs[name] = [min(run[f"scribunto-limitreport-{kind}usage"] for run in found) for kind in ("time", "mem")]
    (seconds, memory), (none_seconds, none_memory) = costs["Fifty/pickle"], costs["Fifty/none"]
    assert seconds - none_seconds <= 0.020
    assert memory - none_memory <= 5_000_000


MANUAL = (Path(__file__).parents[2] / "docs" / "specs.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ([^\n]+)\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)


def test_every_example_of_the_manual_comes_to_the_report_beneath_it(small: LiveWiki, bot: Bot) -> None:
    put(small, {"Module:Pickle": LIBRARY} | {title: text for kind, title, text in BLOCKS if kind == "lua"})
    reports = {title: text for kind, title, text in BLOCKS if kind == "text"}
    assert len(reports) == 3
    for title, report in reports.items():
        assert unescape(expanded(small, f"{title.removeprefix('Module:')}|tap")) == report.rstrip("\n")
    run = bot.as_(None).harvest("--no-record", "--only", "Greeting")
    states = {suite["tester"]: suite["state"] for suite in run.document["suites"]}
    assert states["Module:Greeting/pickle"] == "fail"


def test_setup_installs_the_library_only_when_asked_and_keeps_it_up_to_date(small: LiveWiki, bot: Bot) -> None:
    sysop = bot.as_(Sandbox.admin)
    titles = ("Module:Pickle", "Module:Pickle/doc")
    sysop.setup()
    assert not any(small.exists(title) for title in titles)
    first = sysop.run("setup", "--specs")
    assert all(f"created: {title}\n" in first.out for title in titles), first.err
    assert small.text("Module:Pickle").endswith(LIBRARY.strip())
    assert len(small.text("Module:Pickle").encode()) <= MAX_BYTES
    put(small, {"Module:Options/pickle": OPTIONS})
    assert expanded(small, "Options/pickle|tap").startswith("TAP version 14\n1..2\nok 1")
    assert "category" not in small.text("Module:Pickle/doc").lower()

    old = InstalledPage(PageTarget("Module:Pickle", frozenset({828}), LUA_MODEL), "return { VERSION = '0.9' }")
    small.edit("Module:Pickle", old.text)
    small.edit("Module:Pickle/doc", "Our own words.")
    again = sysop.run("setup")
    assert "updated: Module:Pickle\n" in again.out
    assert "Module:Pickle/doc" not in again.out
    assert small.text("Module:Pickle").endswith(LIBRARY.strip())
    asked_for = sysop.run("setup", "--specs")
    assert "is there: Module:Pickle\n" in asked_for.out
    assert "was changed here: Module:Pickle/doc" in asked_for.out
    assert small.text("Module:Pickle/doc") == "Our own words."
