"""The answers that recording reads: one of another shape is none."""

from __future__ import annotations

import pytest

from picklebot.account.answers import ODD, Edited, Tagged, checked
from picklebot.errors import RecordingError


@pytest.mark.parametrize("said", [{"newrevid": 7, "oldrevid": 6}, {"nochange": True}])
def test_an_edit_that_was_saved_has_a_revision_or_changed_nothing(said: dict[str, object]) -> None:
    assert checked(Edited, {"edit": {"result": "Success", **said}}).edit.result == "Success"


def test_success_without_a_revision_is_no_answer_and_the_page_is_read_again() -> None:
    with pytest.raises(RecordingError) as refused:
        checked(Edited, {"edit": {"result": "Success"}})
    assert refused.value.code == ODD


@pytest.mark.parametrize("said", [{"actionlogid": 9, "added": ["pickle-good"], "removed": []}, {"noop": True}])
def test_a_revision_that_was_tagged_has_a_log_entry_or_had_the_tag(said: dict[str, object]) -> None:
    assert checked(Tagged, {"tag": [{"revid": 7, "status": "success", **said}]}).tag[0].revid == 7


@pytest.mark.parametrize(
    "said",
    [
        {"status": "success"},
        {"status": "success", "revid": 7},
        {"status": "success", "actionlogid": 9},
        {"status": "error", "code": "nosuchrevid"},
    ],
)
def test_a_tag_that_is_not_said_to_be_on_any_revision_or_in_the_log_is_not_set(said: dict[str, object]) -> None:
    with pytest.raises(RecordingError) as refused:
        checked(Tagged, {"tag": [said]})
    assert refused.value.code == ODD
