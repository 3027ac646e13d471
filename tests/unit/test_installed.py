"""Pages that setup installs: brought up to date where nobody changed them, and left alone where somebody did."""

from __future__ import annotations

import json

import pytest

from picklebot import __version__
from picklebot.account.pages import JSON_MODEL, PageTarget
from picklebot.model import LUA_MODEL
from picklebot.recording.installed import InstalledPage, PageStanding

MODELS = {"wikitext": "Some ''words''.", LUA_MODEL: "return {}", JSON_MODEL: '{"b": 1, "a": {"é": "<"}}'}
EVERY_MODEL = pytest.mark.parametrize("model", MODELS)


def page(model: str, body: str = "") -> InstalledPage:
    return InstalledPage(PageTarget("Title", frozenset({0}), model), body or MODELS[model])


def changed(model: str) -> InstalledPage:
    """The same page, as another version of picklebot has it."""
    return page(model, {"wikitext": "Other words.", LUA_MODEL: "return { 1 }", JSON_MODEL: '{"a": 2}'}[model])


@EVERY_MODEL
def test_a_page_that_is_not_there_is_missing(model: str) -> None:
    assert page(model).standing(None) is PageStanding.MISSING


@EVERY_MODEL
def test_a_page_that_was_installed_is_the_same_also_as_mediawiki_saves_it(model: str) -> None:
    text = page(model).text
    assert page(model).standing(text) is PageStanding.SAME
    assert page(model).standing(text.rstrip()) is PageStanding.SAME
    if model == JSON_MODEL:
        assert page(model).standing(json.dumps(json.loads(text))) is PageStanding.SAME


@EVERY_MODEL
def test_a_page_of_another_version_that_nobody_changed_is_outdated(model: str) -> None:
    assert page(model).standing(changed(model).text) is PageStanding.OUTDATED


@EVERY_MODEL
def test_a_page_that_somebody_changed_is_changed(model: str) -> None:
    old = changed(model).text
    edited = {"wikitext": "More. " + old, LUA_MODEL: old + "-- mine", JSON_MODEL: old.replace('"a"', '"c"')}[model]
    assert page(model).standing(edited) is PageStanding.CHANGED
    assert page(model).standing("") is PageStanding.CHANGED


@EVERY_MODEL
def test_a_page_with_a_digest_that_is_not_its_own_is_changed(model: str) -> None:
    text = changed(model).text
    (digest,) = {word.strip('",->') for word in text.split() if len(word.strip('",->')) == 16}
    assert page(model).standing(text.replace(digest, "0" * 16)) is PageStanding.CHANGED


@EVERY_MODEL
def test_a_page_that_somebody_made_like_ours_is_left_as_it_is(model: str) -> None:
    assert page(model).standing(MODELS[model]) is PageStanding.SAME


@pytest.mark.parametrize("text", ["[]", "nonsense", '"text"', "{"])
def test_a_broken_page_of_json_is_changed(text: str) -> None:
    assert page(JSON_MODEL).standing(text) is PageStanding.CHANGED


@EVERY_MODEL
def test_the_version_stands_in_the_page(model: str) -> None:
    assert __version__ in page(model).text
