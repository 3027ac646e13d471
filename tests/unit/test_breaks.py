"""The breaks that `make mutants` is to make in every run can be made in the code as it is."""

from __future__ import annotations

from tools.mutants import listed_breaks


def test_each_listed_break_is_of_source_that_is_there() -> None:
    assert len(listed_breaks()) >= 17
