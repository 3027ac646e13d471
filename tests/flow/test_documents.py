"""The documents of all commands are as docs/schema/ says: `Bot.run` holds each that any of these tests prints to it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from picklebot.output.documents import DOCUMENTS
from picklebot.text.terminal import json_text
from tests.documents import SCHEMAS, check_output, violations
from tests.flow.bot import Bot
from tests.flow.scripts import suite
from tests.flow.wiki import ScriptedWiki
from tools.json_schema import schemas

FOO, TESTS = "Module:Foo", "Module:Foo/testcases"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_schema_of_each_document_is_that_of_its_model(name: str) -> None:
    assert (SCHEMAS / name).read_text(encoding="utf-8") == schemas()[name], "run .venv/bin/python tools/json_schema.py"


def test_there_is_no_schema_without_a_model() -> None:
    assert {path.name for path in SCHEMAS.iterdir()} == {*schemas()}


@pytest.fixture
def documents(bot: Bot, wiki: ScriptedWiki) -> Callable[[str], Any]:
    """The document of a command on a wiki of which everything is known, and everything has a cause."""
    bot.harvest()
    wiki.pages.edit(TESTS, suite(FOO) + " -- broken")
    harvested = bot.harvest()
    commands = {
        "harvest": lambda: harvested,
        "plan": lambda: bot.run("plan", "--full", "--format", "json"),
        "status": lambda: bot.run("status", "--format", "json"),
        "history": lambda: bot.run("history", FOO, "--format", "json"),
        "explain": lambda: bot.run("explain", FOO, "--format", "json"),
    }
    return lambda command: json.loads(commands[command]().out)


@pytest.mark.parametrize("command", sorted(DOCUMENTS))
def test_a_document_is_as_its_schema_and_its_model_say(command: str, documents: Callable[[str], Any]) -> None:
    document = documents(command)

    assert violations(command, document) == []
    DOCUMENTS[command].model_validate(document)


@pytest.mark.parametrize("command", sorted(DOCUMENTS))
def test_a_key_that_is_missing_unknown_or_of_another_type_is_found(
    command: str, documents: Callable[[str], Any]
) -> None:
    document = documents(command)
    first = document[0] if isinstance(document, list) else document
    for name in first:
        for change in ({}, {name: object}):
            broken = copy.deepcopy(document)
            part = broken[0] if isinstance(broken, list) else broken
            del part[name]
            part |= {each: {"other": [1]} for each in change}
            assert violations(command, broken), (name, change)
    unknown = [{**first, "unknown": 1}] if isinstance(document, list) else {**first, "unknown": 1}
    assert violations(command, unknown)


def test_the_tests_would_see_a_document_that_is_not_as_its_schema_says() -> None:
    with pytest.raises(AssertionError, match="suites"):
        check_output(["harvest", "--format", "json"], '{"modules": [], "transitions": []}')


def test_a_harvest_prints_its_document_in_parts_as_one_text(bot: Bot) -> None:
    for _ in range(2):  # the second has no transitions
        out = bot.harvest().out
        assert out == json_text(json.loads(out)) + "\n"
