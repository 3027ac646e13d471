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

from tests.live.bot import Bot
from tests.live.livewiki import Json, LiveWiki
from tests.live.test_affected import put

SPECS = Path(__file__).parents[1] / "specs"
CASES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(SPECS.glob("*.toml"))}
LIBRARY = (Path(__file__).parents[2] / "onwiki" / "Pickle.lua").read_text(encoding="utf-8")
# Between the reports of one request.
SEPARATOR = "@@@@"
AT_ONCE = 30


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


def parsed(wiki: LiveWiki, call: str) -> Json:
    wanted = "text|categories|links|templates|images|externallinks|limitreportdata"
    return dict(
        wiki.get(
            action="parse", text=f"{{{{#invoke:{call}}}}}", prop=wanted, contentmodel="wikitext", disablelimitreport=1
        )["parse"]
    )


def test_a_page_shows_names_and_values_as_text_whatever_they_hold(small: LiveWiki) -> None:
    put(small, pages())
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
