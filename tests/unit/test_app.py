"""The composition root: each part is made once, in the order in which mistakes should show, and only if asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from picklebot.app import App
from picklebot.config import Settings
from picklebot.errors import ConfigError, StrategyError
from tests.unit.sites import ENGLISH

HERE = Settings(wiki="http://localhost:1/api.php")


def test_each_part_is_made_once() -> None:
    app = App(HERE)
    assert app.wiki is app.wiki
    assert app.plugins is app.plugins
    assert app.strategies is app.strategies
    assert app.evaluator_for(ENGLISH) is not app.evaluator_for(ENGLISH)


def test_settings_reach_the_wikis_client() -> None:
    wiki = App(HERE.model_copy(update={"timeout": 7.0, "retries": 2})).wiki
    assert (wiki.timeout, wiki.retries) == (7.0, 2)


def test_a_wiki_beyond_this_machine_wants_a_contact() -> None:
    with pytest.raises(ConfigError, match=r"contact: https://wiki\.example/api\.php is not on this machine"):
        _ = App(Settings(wiki="https://wiki.example/api.php")).wiki


def test_a_mistake_in_a_strategy_shows_before_any_request(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text("nonsense", encoding="utf-8")
    app = App(HERE.model_copy(update={"strategies": (tmp_path,)}))
    with pytest.raises(StrategyError):
        _ = app.evaluator
    assert "wiki" not in vars(app)


def test_the_parts_are_imported_when_they_are_asked_for() -> None:
    code = """
import sys
from picklebot.app import App
from picklebot.config import Settings
app = App(Settings(wiki="http://localhost:1/api.php"))
early = {"sqlalchemy", "requests", "pluggy", "pywikibot", "picklebot.evaluation.evaluate"} & sys.modules.keys()
assert not early, early
_ = app.wiki
assert "sqlalchemy" not in sys.modules
assert "pluggy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
