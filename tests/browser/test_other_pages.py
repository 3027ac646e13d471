"""Pages besides those of modules where states stand: categories, help, history, logs, articles with the template."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import LOOKS, Look, Reader, violations

TEXT = ".mw-parser-output"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_a_page_shows_states_by_the_template(reader: Reader, look: Look) -> None:
    page = reader.open("Project:Modules", look)
    reader.keep_for_manual(page, f"template-{look.name}", 600)
    rows = [re.sub(r"\s+", " ", row.inner_text()) for row in page.locator(f"{TEXT} tr").all()]
    assert "✓ Tests passed · since" in rows[1]
    assert "✗ fail" in rows[2]
    assert "“adds two numbers” · expected: 3 · actual: 4" in rows[2]
    assert "not tested" in rows[3]
    assert "nicht getestet" in rows[3]
    assert "הבדיקות נכשלו" in rows[4]
    assert page.locator(f"{TEXT} [lang=he]").evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert not page.locator("#mw-indicator-test-status").count()
    assert not violations(page, TEXT)


def test_a_category_holds_every_module_of_its_state_and_nothing_else(reader: Reader) -> None:
    page = reader.open("Category:Modules with failing tests")
    reader.keep_for_manual(page, "category", 760)
    members = {link.inner_text() for link in page.locator("#mw-pages li a").all()}
    assert {"Module:Account", "Module:Bare", "Module:Guarded"} <= members
    assert not [member for member in members if "testcases" in member]
    assert "tests failed" in page.locator(TEXT).first.inner_text()
    assert not violations(page, TEXT)


@pytest.mark.parametrize("look", [LOOKS[0], LOOKS[2]], ids=lambda look: look.name)
def test_help_explains_the_states(reader: Reader, look: Look) -> None:
    page = reader.open("Help:Module tests", look)
    words = page.locator(TEXT).first.inner_text()
    assert "tests failed" in words
    assert "User:PickleBot/Stop" in words
    assert not violations(page, TEXT)


def test_the_template_explains_itself(reader: Reader) -> None:
    page = reader.open("Template:Test status")
    assert "format=icon" in page.locator(TEXT).first.inner_text()
    assert not violations(page, TEXT)


def test_the_history_of_a_module_has_tags(reader: Reader) -> None:
    page = reader.open("Module:Account", action="history")
    reader.keep_for_manual(page, "history", 600)
    assert page.locator(".mw-tag-marker-pickle-fail").count() == 1


def test_recent_changes_are_found_by_tag(reader: Reader) -> None:
    page = reader.open("Special:RecentChanges", tagfilter="pickle-fail", days="90", limit="500")
    assert "Module:Account" in page.locator(".mw-changeslist").first.inner_text()


def test_the_log_of_tags_tells_transitions(reader: Reader) -> None:
    page = reader.open("Special:Log", type="tag", user="PickleBot")
    assert page.locator("#mw-content-text li").count() >= 8
