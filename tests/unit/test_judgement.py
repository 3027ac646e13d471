"""What a run comes to where something is wrong with picklebot itself."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from picklebot.judgement import Judge
from picklebot.model import Call, Candidate, Page, Suite
from picklebot.plugins import load_plugins
from picklebot.strategy import load_strategies

SUITE = Suite(Page("Module:Foo", 1, 1), Page("Module:Foo/testcases", 2, 2), (Candidate("tap", Call("tap")),))


def test_a_mistake_of_ours_is_no_verdict_and_is_told_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    def run(*_: object) -> None:
        raise LookupError("nobody thought of this")

    plugins = load_plugins()
    runner = SimpleNamespace(run=run)
    result = Judge(runner, load_strategies(plugins), plugins).judge(SUITE)  # type: ignore[arg-type]
    assert result.state is None
    assert result.inconclusive == "picklebot failed on it: LookupError: nobody thought of this"
    (told,) = caplog.records
    assert "Module:Foo/testcases" in told.getMessage()
    assert told.exc_info is not None
