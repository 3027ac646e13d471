"""Words come from message files: every code has its words, every message is documented, and none is left over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from importlib.resources import files
from itertools import product

import pytest

from picklebot.config import Settings
from picklebot.model import (
    Basis,
    Cause,
    ChangedPage,
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Page,
    Reason,
    Rule,
    RuleCode,
    RunAloneReason,
    RunReason,
    SoftwareChange,
    State,
    SuiteError,
    Transition,
)
from picklebot.recording.helppage import category_text, help_text, template_text
from picklebot.recording.wikitext import describe, log_line, log_summary, tag_reason, with_category
from picklebot.text import messages
from picklebot.text.messages import Messages, languages
from picklebot.text.wording import (
    change_words,
    error_words,
    inconclusive_words,
    note_words,
    reason_words,
    rule_words,
    run_alone_words,
    software_words,
    summary_words,
    whose_software,
)
from tests.unit.shown import harvest_shown, standing_shown, story_shown, trial_shown
from tests.unit.sites import ENGLISH

#: Names, codes and values, which no language changes.
SAME_IN_BOTH = {"adds", "answer", "diff", "example", "gone", "https", "index", "long", "note", "odule", "oldid"}
SAME_IN_BOTH |= {"picklebot", "testcases", "tags", "title", "wiki"}

FOLDER = files("picklebot") / "i18n"
NOW = datetime(2026, 3, 4, tzinfo=UTC)
SOFTWARE = SoftwareChange({}, {"PHP": "9"})


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
    for why in InconclusiveCode:
        yield inconclusive_words(Inconclusive(why, ("first", "second")), say)
    for rule in RuleCode:
        yield rule_words(Rule(rule, 2, ErrorKind.TIME), say)
        yield rule_words(Rule(rule, 1, ErrorKind.SCRIPT, "detail"), say)
    yield rule_words(Rule(RuleCode.ERROR, error=ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (2, 1))), say)
    for finding in NoteCode:
        yield error_words(SuiteError(ErrorKind.OUTPUT, note=Note(finding, (1, 2, 3, 4))), say)
    for names in ((), ("run", "tests")):
        yield note_words(Note(NoteCode.FUNCTION_UNCLEAR, ("tap", names)), say)
    yield note_words(Note(NoteCode.SUBTEST_NOT_OK, (3, Note(NoteCode.POINTS_FAILED, (1,)))), say)
    page, counts = Page("Module:A", 1, 1), Counts(5, 2, 1, 1, 1)
    for basis in Basis:
        yield summary_words(Transition(page, None, None, counts, tuple(ErrorKind), basis=basis, detail="words"), say)
    for state in (None, *State):
        yield from change_words(Transition(page, state, state), say)
    yield say("change", "old", "new")
    for change in (SoftwareChange({}, {"picklebot": "1"}), SoftwareChange({"PHP": "8"}, {"PHP": "9"})):
        yield whose_software(change, say)
        yield from software_words(change, say)
    yield from everything_written(say)
    yield from everything_shown(say)


def everything_shown(say: Messages) -> Iterator[str]:
    """All that commands show in a terminal."""
    yield harvest_shown(say)
    for lines in (standing_shown, story_shown, trial_shown):
        yield "\n".join(lines(say))


def everything_written(say: Messages) -> Iterator[str]:
    """All that is written on a wiki."""
    edited, created, gone = (ChangedPage("Module:A", *ids) for ids in ((1, 2), (0, 2), (1, 0)))
    pages = tuple(replace(page, user=user) for user in ("", "Ann") for page in (edited, created, gone))
    for cause in (None, Cause(), Cause(pages[:3]), Cause(pages)):
        for page in (Page("Module:A"), Page("Module:A", 1, 1)):
            change = Transition(page, State.GOOD, State.FAIL, testers=("Module:A/testcases",), cause=cause)
            yield log_line(change, NOW, "token", say)
            yield describe(change, "token", say)
            yield tag_reason(change, NOW, "token", say)
    for changed in pages:
        yield log_line(Transition(Page("Module:A"), None, None, cause=Cause((changed,), SOFTWARE)), NOW, "token", say)
    yield log_summary(2, say)
    yield say("data-summary", 2)
    yield say("category-elsewhere", "Module:A/doc")
    yield with_category("", 1, "Category", say, parser_functions=True)
    yield from everything_installed(say)


def everything_installed(say: Messages) -> Iterator[str]:
    """All that the pages say that setup installs; the module of the wiki's asks for its own (test_onwiki_pages.py)."""
    yield from (help_text(ENGLISH, Settings(), "Bot", say), template_text(say), say("setup-summary"))
    for state in State:
        yield category_text([state], Settings(), ":Category:", say)
        yield say.of("category", state.partition("-")[0])
    yield from (say(key, *"123456789") for key in kept("en") if key.startswith("onwiki-"))


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


@pytest.mark.parametrize(
    ("counts", "errors", "words"),
    [
        (Counts(5, 5), (), "5 of 5 passed"),
        (Counts(5, 1, 1, 2, 1), (), "1 of 5 passed, 1 failed, 2 skipped, 1 todo"),
        (Counts(2, 2), (ErrorKind.PLAN,), "2 of 2 passed, error: plan"),
        (Counts(), (ErrorKind.TIME, ErrorKind.BAIL_OUT), "0 of 0 passed, error: time, error: bail-out"),
    ],
)
def test_a_summary_counts_points_and_names_kinds_of_errors(
    counts: Counts, errors: tuple[ErrorKind, ...], words: str
) -> None:
    assert summary_words(Transition(Page("Module:A"), None, State.FAIL, counts, errors)) == words


def test_without_counts_a_summary_says_why() -> None:
    said = [
        summary_words(Transition(Page("Module:A"), State.FAIL, None, basis=basis, detail="kept")) for basis in Basis
    ]
    assert said == ["0 of 0 passed", "no test page", "the page is gone", "kept"]


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"MediaWiki": "1.42"}, {"MediaWiki": "1.43"}, ("the wiki's software", "MediaWiki 1.42", "MediaWiki 1.43")),
        ({}, {"Foo": ""}, ("the wiki's software", "none", "Foo")),
        ({"B": "1", "A": "1"}, {"A": "2"}, ("the wiki's software", "A 1, B 1", "A 2")),
        ({"picklebot": "1 (x)"}, {"picklebot": "2"}, ("the bot", "picklebot 1 (x)", "picklebot 2")),
        ({"picklebot": "1"}, {"picklebot": "2", "a": ""}, ("the wiki's software", "picklebot 1", "a, picklebot 2")),
    ],
)
def test_software_is_told_by_whose_it_is_with_its_versions(
    before: dict[str, str], now: dict[str, str], words: tuple[str, str, str]
) -> None:
    change = SoftwareChange(before, now)
    assert (whose_software(change), *software_words(change)) == words


def numbered(text: str) -> set[str]:
    return set(re.findall(r"\$\d+", text))


@pytest.mark.parametrize("language", sorted(set(languages()) - {"en"}))
def test_a_translation_says_what_the_original_says_in_its_order(language: str) -> None:
    translated, original = kept(language), kept("en")
    assert list(translated) == [key for key in original if key in translated]
    assert {key: numbered(text) for key, text in translated.items()} == {
        key: numbered(original[key]) for key in translated
    }


@pytest.mark.parametrize("language", sorted(set(languages()) - {"en"}))
def test_a_translation_has_all_that_is_written_on_a_wiki(language: str) -> None:
    """Words for operators may be wanting, but in German."""
    say = Listening()
    assert all(everything_written(say))
    wanted = set(kept("en")) if language == "de" else say.asked
    assert wanted <= set(kept(language))


def test_findings_are_german_in_german_down_to_the_ones_inside_of_others() -> None:
    inner = Note(NoteCode.PLAN_MISMATCH, (3, 1))
    said = [
        note_words(note, Messages("de"))
        for note in (Note(NoteCode.SUBTEST_NOT_OK, (5, inner)), Note(NoteCode.FUNCTION_UNCLEAR, ("tap", ())))
    ]
    assert said == [
        "Zeile 5: ok, aber ihr Untertest ist es nicht: geplant 3, gelaufen 1",
        "eine Funktion tap gibt es nicht, und welche die Tests laufen lässt, ist unklar: keine",
    ]
    rule = Rule(RuleCode.ERROR, error=ErrorKind.PLAN, note=inner)
    assert rule_words(rule, Messages("de")) == "Plan: geplant 3, gelaufen 1"


def test_a_terminal_shows_german_in_german() -> None:
    shown = "\n".join(everything_shown(Messages("de")))
    english = "\n".join(everything_shown(Messages("en")))
    assert "Testreihen von 2 Modulen, 1 gelaufen, 1 ohne Ergebnis, 1 wankelmütig, 0 Zustände geändert" in shown
    assert "letzter Lauf" in shown
    in_both = set(re.findall(r"[a-zà-ÿ]{4,}", english)) & set(re.findall(r"[a-zà-ÿ]{4,}", shown))
    assert in_both - SAME_IN_BOTH == set()


def test_german_is_german() -> None:
    change = Transition(
        Page("Module:A", 1, 2),
        State.GOOD,
        State.FAIL,
        Counts(2, 1, 1),
        (ErrorKind.TIME,),
        ("Module:A/Testfälle",),
        Cause((ChangedPage("Module:B", 1, 2, "Ann"), ChangedPage("Module:C", 3, 0))),
    )
    say = Messages("de")
    assert describe(change, "0123456789", say) == (
        "bestanden → fehlgeschlagen (1 von 2 bestanden, 1 fehlgeschlagen, Fehler: Zeit);"
        " geändert: Module:B, 1 weitere [0123456789]"
    )
    assert re.sub("<!--.*?-->", "", log_line(change, NOW, "0123456789", say)) == (
        "* 2026-03-04 00:00 [[:Module:A]] ([[Special:PermanentLink/2|Version 2]]): bestanden → '''fehlgeschlagen''':"
        " 1 von 2 bestanden, 1 fehlgeschlagen, Fehler: Zeit, laut [[:Module:A/Testfälle]]; geändert: [[:Module:B]]"
        " ([[Special:Diff/1/2|Unterschied]] von [[User:Ann|Ann]]), [[:Module:C]] (gelöscht oder verschoben)"
        " <small>0123456789</small>"
    )
    assert [log_summary(n, say) for n in (1, 2)] == [
        "Zustand von einem Modul geändert",
        "Zustand von 2 Modulen geändert",
    ]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(RuleCode.ERROR, error=ErrorKind.BAIL_OUT, detail="no more"), "bail-out: no more"),
        (Rule(RuleCode.ERROR, error=ErrorKind.TIME), "time"),
        (Rule(RuleCode.UNRECOGNISED), "no report was recognised"),
        (Rule(RuleCode.FAILED, 1), "1 point failed"),
        (Rule(RuleCode.FAILED, 2), "2 points failed"),
        (Rule(RuleCode.ALL_SKIPPED), "the whole plan is skipped"),
        (Rule(RuleCode.ALL_SKIPPED, detail="no data here"), "the whole plan is skipped: no data here"),
        (Rule(RuleCode.EMPTY), "no test was run"),
        (Rule(RuleCode.TODO_FAILED, 1), "1 point marked TODO failed"),
        (Rule(RuleCode.SKIP_FAILED, 3), "3 points marked SKIP failed"),
        (Rule(RuleCode.PLUGIN), "a plugin's rule"),
    ],
)
def test_a_rule_is_told_with_what_it_counted(rule: Rule, words: str) -> None:
    assert rule_words(rule) == words
