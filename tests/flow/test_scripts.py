"""Scripts of the manual that ask a wiki, with the public API: docs/api.md."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.flow.bot import Bot
from tests.flow.wiki import ScriptedWiki

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "scripts" / "failing_modules.py"


def test_a_script_lists_failing_modules_and_writes_nothing_on_the_wiki(
    bot: Bot, wiki: ScriptedWiki, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PICKLEBOT_STORE", f"sqlite:///{bot.store}")
    monkeypatch.setenv("PICKLEBOT_DATA", str(bot.folder / "data"))
    monkeypatch.chdir(bot.folder)
    main = runpy.run_path(str(SCRIPT))["main"]

    assert main(wiki.url) == 0
    wiki.pages.edit("Module:Foo", "broken")
    wiki.clock.advance(60)
    assert main(wiki.url) == 1

    assert capsys.readouterr().out == "fail\tModule:Foo\n"
    assert wiki.writes() == []
    assert bot.harvest().transitions == []
    assert wiki.writes() != []
