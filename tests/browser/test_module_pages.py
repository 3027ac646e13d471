"""What somebody sees who opens the page of a module, in skins and languages, by day and by night."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LONG, LOOKS, Look, Reader, height, violations

BOX, INDICATOR = "#test-status", "#mw-indicator-test-status"


def said(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator(BOX).inner_text()).strip()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_failing_module_says_which_tests_fail_and_what_changed_before(reader: Reader, look: Look) -> None:
    page = reader.open("Module:Account", look)
    words = said(page)
    reader.keep_for_manual(page, f"module-{look.name}", 400)
    assert words.startswith("✗ Tests failed")
    assert "since " in words
    assert "0 of 5 tests passed, 5 failed" in words
    assert "Failing: “adds two numbers”, “adds nothing”, “takes away”, 2 more" in words
    assert "Changed before: Module:Sum (diff)" in words
    assert page.locator(BOX).evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert not violations(page, BOX, INDICATOR)
    background = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    dark = sum(map(int, re.findall(r"\d+", background)[:3])) < 384 and background != "rgba(0, 0, 0, 0)"
    assert dark == (look.night and reader.release != "1.39"), "1.39 has no mode for the night"
    # Nothing of it is cut off or out of sight, however narrow the page is.
    width = page.locator(BOX).evaluate("e => [e.scrollWidth, e.clientWidth, e.getBoundingClientRect().right]")
    assert width[0] <= width[1]
    assert width[2] <= look.width


@pytest.mark.parametrize("look", [each for each in LOOKS if each.skin != "minerva"], ids=lambda look: look.name)
def test_the_indicator_has_mark_and_words_and_leads_to_the_line(reader: Reader, look: Look) -> None:
    page = reader.open("Module:Account", look)
    link = page.locator(f"{INDICATOR} a")
    assert re.sub(r"\s+", " ", link.inner_text()).strip() == "✗ Tests failed"
    assert height(link) >= 24
    assert link.get_attribute("href") == "#test-status"
    part = page.locator(f"{INDICATOR} bdi")
    assert (part.get_attribute("lang"), part.get_attribute("dir")) == ("en", "ltr")
    assert page.locator(BOX).inner_text().startswith(link.inner_text().strip()[:1])


def test_a_passing_module_is_short_of_words(reader: Reader) -> None:
    page = reader.open("Module:Steady")
    assert re.fullmatch(
        r"✓ Tests passed · since .* · revision \d+ · 2 of 2 tests passed \| tests · log · help", said(page)
    )
    assert not violations(page, BOX, INDICATOR)


PAGES = {
    "without documentation": "Module:Bare",
    "with a protected documentation page that keeps bots out": "Module:Guarded",
    "with long names": LONG,
}


@pytest.mark.parametrize("title", PAGES.values(), ids=PAGES)
def test_a_module_shows_its_state_also(reader: Reader, title: str) -> None:
    narrow = reader.open(title, LOOKS[2])
    for page in (reader.open(title), narrow):
        assert said(page).startswith("✗ Tests failed")
        assert not violations(page, BOX, INDICATOR)
    assert narrow.locator(BOX).evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_module_that_lost_its_tests_says_so(reader: Reader) -> None:
    assert said(reader.open("Module:Forsaken")).startswith("∅ No test page any more")


def test_a_module_without_tests_is_as_it_was(reader: Reader) -> None:
    page = reader.open("Module:Untested")
    assert not page.locator(BOX).count()
    assert not page.locator(INDICATOR).count()


def test_a_test_page_shows_the_state_of_its_suite(reader: Reader) -> None:
    page = reader.open("Module:Account/testcases")
    assert said(page).startswith("✗ Tests failed (tests of Module:Account)")
    assert not violations(page, BOX, INDICATOR)


def test_every_link_of_the_line_leads_somewhere(reader: Reader) -> None:
    page = reader.open("Module:Account")
    links = {link.inner_text(): link.get_attribute("href") or "" for link in page.locator(f"{BOX} a").all()}
    assert set(links) >= {"diff", "tests", "log", "help", "Module:Sum"}
    page.goto(reader.wiki.url + links["diff"].lstrip("/"))
    assert "a + b + 1" in page.locator("table.diff").inner_text()
    page.goto(links["log"])
    assert page.locator("#mw-content-text li").count() >= 2
    reader.keep(page, "log of a module")
    page.goto(reader.wiki.url + links["help"].lstrip("/"))
    assert page.locator("h2").count() >= 4
