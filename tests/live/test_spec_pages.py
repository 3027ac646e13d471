"""What editors and sysops have of Module:Pickle besides verdicts: styles, options, limits, manual, installation."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from lxml.html import fragment_fromstring

from picklebot.account.pages import PageTarget
from picklebot.model import LUA_MODEL
from picklebot.recording.installed import InstalledPage
from picklebot.sandbox import Sandbox
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.test_affected import put
from tests.live.test_specs import LIBRARY, parsed

MAX_BYTES = 60_000
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
}


def expanded(wiki: LiveWiki, call: str) -> str:
    answer = wiki.get(action="expandtemplates", text=f"{{{{#invoke:{call}}}}}", prop="wikitext", title="Main Page")
    return str(answer["expandtemplates"]["wikitext"])


def asked(wiki: LiveWiki, question: str, content: str = "return {}") -> str:
    """The console's answer, on the page of the options' spec."""
    answer = wiki.post(
        action="scribunto-console", title="Module:Options/pickle", content=content, question=question, clear=1
    )
    assert answer["type"] == "normal", answer
    return str(answer["return"])


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
