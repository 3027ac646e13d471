"""Words come from message files: every code has its words, every message is documented, and none is left over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from itertools import product

import pytest

from picklebot.model import Reason, RunAloneReason, RunReason
from picklebot.text import messages
from picklebot.text.messages import Messages, languages
from picklebot.text.wording import reason_words, run_alone_words

FOLDER = files("picklebot") / "i18n"


def kept(name: str) -> dict[str, str]:
    found = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return {key: text for key, text in found.items() if not key.startswith("@")}


class Listening(Messages):
    """Messages that remember which of them were asked for."""

    def __init__(self) -> None:
        super().__init__("en")
        self.asked: set[str] = set()

    def __call__(self, key: str, *parameters: object) -> str:
        self.asked.add(key)
        return super().__call__(key, *parameters)


def everything_said(say: Messages) -> Iterator[str]:
    """All that the program can say, by each member of each code."""
    for code in RunReason:
        yield reason_words(Reason(code, ("Module:A", "Module:B"), "words"), say)
    for alone in RunAloneReason:
        yield run_alone_words(alone, say)


def test_whatever_the_program_can_say_is_a_message_and_there_are_no_others() -> None:
    say = Listening()
    said = list(everything_said(say))
    assert all(said)
    assert say.asked == set(kept("en"))


def test_every_message_is_explained_to_translators_with_its_parameters() -> None:
    explained = kept("qqq")
    assert list(explained) == list(kept("en"))
    for key, text in kept("en").items():
        parameters = set(re.findall(r"\$\d+", text))
        assert parameters <= set(re.findall(r"\* (\$\d+) - ", explained[key])), key


def test_an_unknown_message_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        Messages("en")("there-is-no-such-message")


def test_what_a_language_lacks_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    files_read = {"en": {"a": "one", "b": "two"}, "xx": {"a": "eins"}}
    monkeypatch.setattr(messages, "_read", files_read.__getitem__)
    assert [Messages("xx")(key) for key in "ab"] == ["eins", "two"]


@pytest.mark.parametrize(
    ("language", "forms", "said"),
    [
        ("en", "one|many", {0: "many", 1: "one", 2: "many", 11: "many"}),
        ("fr", "one|many", {0: "one", 1: "one", 2: "many"}),
        ("ru", "one|few|many", {1: "one", 3: "few", 5: "many", 11: "many", 21: "one", 112: "many", 122: "few"}),
        ("ja", "all", {1: "all", 2: "all"}),
        ("ru", "one|many", {3: "many", 5: "many"}),
    ],
)
def test_the_form_goes_with_the_number(
    language: str, forms: str, said: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_read", lambda _: {"n": f"$1 {{{{PLURAL:$1|{forms}}}}}"})
    assert {n: Messages(language)("n", n).split(" ")[1] for n in said} == said


def test_parameters_are_put_in_as_they_are() -> None:
    words = "$2 {{PLURAL:$1|a|b}} \\1 $1"
    assert reason_words(Reason(RunReason.CHANGED, (words,))) == f"changed: {words}"


def test_no_language_is_read_before_something_is_said() -> None:
    assert set(languages()) >= {"en"}
    messages._read.cache_clear()
    Messages("en")
    assert messages._read.cache_info().currsize == 0


def codes() -> Iterator[tuple[str, type[StrEnum]]]:
    yield from (("reason", RunReason), ("run-alone", RunAloneReason))


def test_every_code_has_words_in_every_language_or_in_english() -> None:
    for language, (family, kind) in product(languages(), codes()):
        for code in kind:
            assert Messages(language).of(family, code, "x", "y", "z")
