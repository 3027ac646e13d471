"""Which revisions a parse tells that it had, and which pages it was only asked about."""

from __future__ import annotations

from collections.abc import Sequence

from picklebot.invocation.witness import Sight, Witness, question, told_by
from tests.unit.sites import ENGLISH

NONCE = "0a1b"
TITLES = ("Module:A/testcases", "Module:A", "Module:B", "Main Page")


def listed(*titles: str) -> list[dict[str, object]]:
    numbers = {"Module": 828}
    return [{"ns": numbers.get(t.partition(":")[0], 0), "title": t, "exists": "Nope" not in t} for t in titles]


def parse(told: Sequence[str], *templates: str) -> dict[str, object]:
    sort = ",".join((NONCE, "", "", *told, "", "", ""))
    return {"properties": {"defaultsort": sort}, "templates": listed(*templates)}


def loaded(found: Witness) -> set[str]:
    return {page["title"] for page in found.parse["templates"]}


def test_what_is_asked_is_asked_between_two_pages_of_each_namespace_that_there_are_not() -> None:
    asked = question(TITLES, NONCE, ENGLISH)
    assert asked.startswith(f"{{{{DEFAULTSORT:{NONCE},{{{{REVISIONID:Module:Z{NONCE}}}}},{{{{REVISIONID:Z{NONCE}}}}},")
    assert asked.endswith(f"{{{{REVISIONID:Module:A{NONCE}}}}},{{{{REVISIONID:A{NONCE}}}}},|noerror}}}}")
    assert "{{REVISIONID:Module:B}}" in asked


SEEN = ("12", "11", "", "5")
BEHIND = ("Module:Z0a1b", "Module:B", "Module:A0a1b", "Z0a1b", "Main Page", "A0a1b")


def test_pages_behind_the_first_bound_are_only_asked_about() -> None:
    found = told_by(parse(SEEN, *TITLES[:2], *BEHIND), TITLES, NONCE, ENGLISH)
    assert loaded(found) == {"Module:A", "Module:A/testcases"}
    assert found.revisions == {"Module:A/testcases": 12, "Module:A": 11, "Main Page": 5}
    assert found.lookups == 6


def test_a_page_that_is_not_there_has_the_revision_0_and_one_that_is_has_none_that_is_not_told() -> None:
    titles = ("Module:Nope", "Module:B")
    behind = ("Module:Z0a1b", "Module:Nope", "Module:B", "Module:A0a1b")
    told = {"properties": {"defaultsort": f"{NONCE},,,,,"}, "templates": listed(*behind)}
    assert told_by(told, titles, NONCE, ENGLISH).revisions == {"Module:Nope": 0}


def test_a_list_in_another_order_tells_no_page_from_another() -> None:
    found = told_by(parse(SEEN, *sorted((*TITLES[:2], *BEHIND))), TITLES, NONCE, ENGLISH)
    assert loaded(found) == {"Main Page", "Module:A", "Module:A/testcases", "Module:B"}


def test_where_no_lookup_was_allowed_any_more_all_that_is_listed_was_loaded() -> None:
    found = told_by(parse(("12", "11", "", ""), *TITLES[:2]), TITLES, NONCE, ENGLISH)
    assert loaded(found) == {"Module:A", "Module:A/testcases"}
    assert found.revisions == {"Module:A/testcases": 12, "Module:A": 11}
    assert found.lookups == 0


def test_where_the_look_ups_ended_before_the_last_bound_a_known_order_tells_what_was_only_asked_about() -> None:
    cut = parse(SEEN, *TITLES[:2], *BEHIND[:2])
    unknown, known = (told_by(cut, TITLES, NONCE, ENGLISH, in_order=order) for order in (None, True))
    assert "Module:B" in loaded(unknown), "rather one dependency too many"
    assert loaded(known) == {"Module:A", "Module:A/testcases"}
    assert unknown.in_order is None


def test_a_list_shows_whether_it_is_in_order() -> None:
    assert told_by(parse(SEEN, *TITLES[:2], *BEHIND), TITLES, NONCE, ENGLISH).in_order is True
    assert told_by(parse(SEEN, *sorted((*TITLES[:2], *BEHIND))), TITLES, NONCE, ENGLISH).in_order is False


def test_of_several_runs_the_oldest_revision_counts() -> None:
    both = Sight.of_all([Sight.of({"A": 3, "B": 4}, ["B"]), Sight.of({"A": 2, "C": 3}, ["C"])])
    assert both == Sight({"A": 2, "B": 4, "C": 3}, reached=3), "what is known of the one says nothing of the other"


def test_of_servers_of_which_one_told_of_no_landmark_it_is_not_known_how_far_they_are() -> None:
    assert Sight.of({"A": 3}, ["B"]).reached is None
    assert Sight.of_all([Sight({}, 4), Sight()]).reached is None
    assert Sight.of_all([]) == Sight()


def test_a_wiki_that_does_not_tell_is_not_believed_to() -> None:
    for properties in ({}, {"defaultsort": "Ada"}, {"defaultsort": f"{NONCE},1,2"}, {"defaultsort": "x,,,12,11,,5,,,"}):
        answer = {**parse(SEEN, *TITLES[:2], *BEHIND), "properties": properties}
        assert told_by(answer, TITLES, NONCE, ENGLISH).revisions == {}
    hidden = parse(("-", "11", "", "5"), *TITLES[:2], *BEHIND)  # on wikis in miser mode, of the page itself
    assert "Module:A/testcases" not in told_by(hidden, TITLES, NONCE, ENGLISH).revisions
