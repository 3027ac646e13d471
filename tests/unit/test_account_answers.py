"""The answers that recording reads: one of another shape is none."""

from __future__ import annotations

import pytest

from picklebot.account.answers import ODD, Edited, checked
from picklebot.errors import RecordingError


@pytest.mark.parametrize("said", [{"newrevid": 7, "oldrevid": 6}, {"nochange": True}])
def test_an_edit_that_was_saved_has_a_revision_or_changed_nothing(said: dict[str, object]) -> None:
    assert checked(Edited, {"edit": {"result": "Success", **said}}).edit.result == "Success"


def test_success_without_a_revision_is_no_answer_and_the_page_is_read_again() -> None:
    with pytest.raises(RecordingError) as refused:
        checked(Edited, {"edit": {"result": "Success"}})
    assert refused.value.code == ODD
