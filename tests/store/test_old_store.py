"""A store that earlier code made is brought to today's schema, and nothing of it is lost."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from picklebot.model import (
    Basis,
    Cause,
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Point,
    Reason,
    RunAloneReason,
    RunReason,
    RunResult,
    SoftwareChange,
    State,
    StoreUpdate,
    SuiteError,
    Transition,
)
from picklebot.store.database import Database
from picklebot.store.history import overview, story
from picklebot.store.rows import error_from, inconclusive_from, outbox_entry_from
from picklebot.store.store import Store
from picklebot.store.tables import RESULT, TRANSITION
from picklebot.text.wording import error_words, inconclusive_words, reason_words, software_words, summary_words
from tests.store.known import NOW
from tests.store.oldstore import load, rows
from tests.store.test_database import differences


@pytest.fixture
def old(url: str) -> str:
    load(url)
    return url


def stores(url: str) -> list[Store]:
    return [Store(Database(url), row["key"]) for row in rows("wiki")]


def test_its_suites_and_modules_are_in_the_states_that_they_were_in(old: str) -> None:
    for number, store in enumerate(stores(old), 1):
        with store:
            known = store.knowledge()
            suites = {row["tester_id"]: row["state"] for row in rows("suite") if row["wiki_id"] == number}
            modules = {row["page_id"]: row["state"] for row in rows("module") if row["wiki_id"] == number}
            assert {id_: record.state for id_, record in known.suites.items()} == suites
            assert {id_: module.state for id_, module in known.modules.items()} == modules


def test_what_was_declared_in_a_testers_source_is_known_under_either_of_its_former_names(old: str) -> None:
    for store in stores(old)[1:]:
        with store:
            suites = store.knowledge().suites.values()
            assert {tuple(each.declared_in_source for each in record.suite.candidates) for record in suites} == {
                (True, False)
            }


@pytest.mark.parametrize("recorder", ["tags", "categories", "log"])
def test_its_outbox_waits_for_the_recorders_that_it_waited_for(old: str, recorder: str) -> None:
    done = {row["transition_id"] for row in rows("recording") if row["recorder"] == recorder}
    waiting = [row["token"] for row in rows("transition") if row["id"] not in done]
    found = []
    for store in stores(old):
        with store:
            found += [entry.token for entry in store.pending(recorder)]
    assert found == waiting


def test_why_its_suites_must_run_is_a_code_with_the_titles_that_it_names(old: str) -> None:
    _, other = stores(old)
    with other:
        suites = other.knowledge().suites
    assert {id_: record.schedule.must_run for id_, record in suites.items()} == {
        200: None,
        201: Reason(RunReason.NEW),
        202: Reason(RunReason.CHANGED, ("Module:Foo",)),
        203: Reason(RunReason.CHANGED, ("Module:A, B", "Module:Foo, bar", "Template:X")),
        204: Reason(RunReason.REMADE),
        205: Reason(RunReason.WIKI_RESTORED),
        206: Reason(RunReason.INCONCLUSIVE),
        207: Reason(RunReason.STORE_REBUILT),
        208: Reason(RunReason.OTHER, detail="something that an unreleased version wrote, and no one else"),
    }
    kinds = [None, RunAloneReason.NEAR_LIMIT, RunAloneReason.DIFFERENT_OUTPUT]
    assert [suites[200 + n].schedule.run_alone for n in range(9)] == kinds * 3


def test_why_it_ran_its_suites_is_told_in_the_same_words(old: str) -> None:
    said = {row["id"]: row["reason"] for row in rows("result")}
    database = Database(old)
    with database.transaction() as connection:
        found = connection.execute(select(RESULT)).all()
    assert {row.id: reason_words(Reason(RunReason(row.run_reason), **_named(row))) for row in found} == said
    assert RunReason.OTHER in {row.run_reason for row in found}
    database.close()


def _named(row: Any) -> dict[str, Any]:  # noqa: ANN401 (a row of any columns)
    detail = row.run_reason_detail or {}
    return {"titles": tuple(detail.get("titles", ())), "detail": detail.get("words", "")}


def test_a_migration_that_was_killed_in_the_middle_is_done_again(old: str) -> None:
    """MariaDB keeps what was changed of a schema before the kill."""
    engine = create_engine(old)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE wiki RENAME COLUMN anchor_at TO cursor_at"))
        connection.execute(text("ALTER TABLE suite ADD COLUMN must_run_reason VARCHAR(32)"))
    engine.dispose()
    database = Database(old)
    with database.transaction() as connection:
        assert differences(connection) == []
    database.close()


def transitions(url: str) -> list[Transition]:
    """All transitions that it had found, in the order in which they were."""
    database = Database(url)
    with database.transaction() as connection:
        found = [outbox_entry_from(row) for row in connection.execute(select(TRANSITION).order_by(TRANSITION.c.id))]
    database.close()
    return [each.transition for each in found]


def test_each_transition_is_told_in_the_same_words(old: str) -> None:
    for row, transition in zip(rows("transition"), transitions(old), strict=True):
        assert (transition.old, transition.new, list(transition.testers)) == (row["old"], row["new"], row["testers"])
        assert summary_words(transition) == row["summary"]
        assert (transition.cause is None) == ("json" in row["cause"])
        if transition.cause is not None:
            assert [asdict(page) for page in transition.cause.pages] == row["cause"]["pages"]
            software = transition.cause.software
            assert (list(software_words(software)) if software else None) == row["cause"]["software"]


def test_the_counts_of_a_transition_are_numbers_and_its_software_names_and_versions(old: str) -> None:
    found = transitions(old)[7:]
    others = [Basis.NO_TEST_PAGE, Basis.PAGE_GONE, Basis.UNKNOWN, Basis.UNKNOWN]
    assert [each.basis for each in found] == [*[Basis.TESTS] * 6, *others]
    assert (found[0].counts, found[0].errors) == (Counts(3, 1, 1, 1), ())
    assert (found[2].counts, found[2].errors) == (Counts(6, 1, 1, 2, 2), (ErrorKind.PLAN, ErrorKind.TIME))
    assert [each.detail for each in found[-2:]] == ["", "1 of 2 passed, 1 fai"]
    software = [each.cause.software if each.cause else None for each in found]
    assert software[2] == SoftwareChange(
        {"MediaWiki": "1.39.16", "Scribunto": " (abc1234)", "Cite, This": "1.0, beta"},
        {"MediaWiki": "1.39.17", "Scribunto": "", "Cite, This": "2.0", "TemplateStyles": "1.0"},
    )
    assert software[3] is not None
    assert software[3].of_bot_only
    assert software[4] == SoftwareChange({"MediaWiki": "1.38.0", "PHP": "7.4.1 (cli)"}, {"MediaWiki": "1.39.0"})


def test_why_runs_came_to_no_state_is_told_in_the_same_words(old: str) -> None:
    said = {row["id"]: row["inconclusive"] for row in rows("result")}
    database = Database(old)
    with database.transaction() as connection:
        found = connection.execute(select(RESULT)).all()
    database.close()
    reasons = {row.id: inconclusive_from(row.inconclusive_code, row.inconclusive_details) for row in found}
    assert {id_: inconclusive_words(why) if why else None for id_, why in reasons.items()} == said
    assert {why.code for why in reasons.values() if why} == set(InconclusiveCode) - {"no-report", "other"}


def test_findings_about_errors_are_codes_with_values_and_words_of_the_wiki_stay_as_they_are(old: str) -> None:
    said = {row["tester_id"]: row["error_message"] for row in rows("suite") if row["wiki_id"] == 2}
    assert {"planned 4, ran 3", None} == set(said.values())
    with stores(old)[1] as store:
        errors = {id_: record.status.error for id_, record in store.knowledge().suites.items()}
    assert {id_: error and error_words(error) for id_, error in errors.items()} == said
    assert {error for error in errors.values() if error} == {
        SuiteError(ErrorKind.PLAN, note=Note(NoteCode.PLAN_MISMATCH, (4, 3)))
    }
    database = Database(old)
    with database.transaction() as connection:
        found = [error for row in connection.execute(select(RESULT)) if (error := error_from(row))]
    database.close()
    assert sorted(map(error_words, found)) == sorted(
        row["error_message"] for row in rows("result") if row["error_kind"]
    )
    assert {error.message for error in found if error.kind is not ErrorKind.PLAN} == {
        row["error_message"] for row in rows("result") if row["error_kind"] in ("script", "time")
    }


#: Sentences that were stored as errors' messages, and the findings that they are.
SENTENCES = {
    ("plan", "there is more than one plan"): Note(NoteCode.SEVERAL_PLANS),
    ("plan", "the plan stands in the middle of the points"): Note(NoteCode.PLAN_IN_MIDDLE),
    ("plan", "point 5 is outside of the plan 1..4"): Note(NoteCode.POINT_OUTSIDE_PLAN, (5, 4)),
    ("plan", "a point is outside of the plan 1..4"): Note(NoteCode.HUGE_POINT_OUTSIDE_PLAN, (4,)),
    ("syntax", "line 7 is not TAP, and pragma +strict allows nothing else"): Note(NoteCode.STRICT, (7,)),
    ("syntax", "the subtest 'a 1' was never finished"): Note(NoteCode.SUBTEST_UNFINISHED, ("a 1",)),
    ("syntax", 'the subtest "it\'s" was never finished'): Note(NoteCode.SUBTEST_UNFINISHED, ("it's",)),
    ("syntax", "the subtest without a name was never finished"): Note(NoteCode.NAMELESS_SUBTEST_UNFINISHED),
    ("output", "it is longer than the 16000000 characters that are read"): Note(
        NoteCode.REPORT_TOO_LONG, (16_000_000,)
    ),
    ("output", "more than 100000 matches: it was not read to its end"): Note(NoteCode.TOO_MANY_MATCHES, (100_000,)),
    ("output", "the page could not be read to its end"): Note(NoteCode.PAGE_CUT),
    ("output", "the output is larger than the wiki's API lets an answer be"): Note(NoteCode.OUTPUT_ABOVE_API),
    ("output", "the output is larger than the wiki lets a page be"): Note(NoteCode.OUTPUT_ABOVE_PAGE),
    ("script", "the content model of Module:A is wikitext: it holds no Lua"): Note(
        NoteCode.NO_LUA, ("Module:A", "wikitext")
    ),
    ("bail-out", "planned 2, ran 1"): None,
    ("script", "there is more than one plan"): None,
}


@pytest.mark.parametrize(("kind", "sentence", "note"), [(*key, note) for key, note in SENTENCES.items()])
def test_each_sentence_that_was_stored_as_an_error_is_its_finding(
    url: str, kind: str, sentence: str, note: Note | None
) -> None:
    load(url)
    engine = create_engine(url)
    failing = json.dumps([{"description": "one", "number": 1, "expected": "1", "actual": "1", "message": ALIKE}])
    with engine.begin() as connection:
        values = {"kind": kind, "sentence": sentence, "failing": failing}
        connection.execute(
            text("UPDATE suite SET error_kind = :kind, error_message = :sentence, failing = :failing"), values
        )
    engine.dispose()
    with stores(url)[1] as store:
        known = [record.status for record in store.knowledge().suites.values()]
    assert {status.error for status in known} == {SuiteError(ErrorKind(kind), "" if note else sentence, note)}
    assert {point for status in known for point in status.failing} == {
        Point(ok=False, description="one", number=1, expected="1", actual="1", note=Note(NoteCode.VALUES_ALIKE))
    }


ALIKE = "the page shows both values alike"


def test_a_harvest_goes_on_where_the_old_one_stopped(old: str) -> None:
    """Its dependencies, its cursor and its outbox are those of before, and what is new is added to them."""
    store = stores(old)[0]
    with store:
        before = store.sync_state()
        assert before.cursor is not None
        assert before.strategies
        (tester_id,) = (id_ for id_, title in before.testers.items() if title == "Module:Area/testcases")
        record = store.knowledge().suites[tester_id]
        causes = {dependent.tester_id for dependent in before.dependents["Module:Lib"]}
        assert causes == {tester_id}
        waiting = len(store.pending("tags"))
        module = record.suite.testee
        broken = replace(record, schedule=replace(record.schedule, must_run=Reason(RunReason.CHANGED, ("Module:Lib",))))
        transition = Transition(module, State.SKIP_GOOD, State.FAIL, Counts(2, 0, 1, 1), cause=Cause())
        run = RunResult(record.suite, "tap", inconclusive=Inconclusive(InconclusiveCode.UNSTABLE))
        reason = Reason(RunReason.SOFTWARE)
        store.advance(StoreUpdate({tester_id: broken}, runs=[(run, reason)], transitions=[transition]), NOW)
        assert [entry.transition for entry in store.pending("tags")[waiting:]] == [transition]
        told = story(store, "Module:Area", 10)
        assert told is not None
        assert [each.found.transition.new for each in told.transitions][:2] == [State.SKIP_GOOD, State.FAIL]
        assert told.suites[0].runs[0].reason == reason
        assert len(told.suites[0].runs) == 4
        assert overview(store, ["tags"]).inconclusive == {"Module:Area/testcases": run.inconclusive}
