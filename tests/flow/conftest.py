"""A wiki in memory, a clock that stands, and picklebot in this process: what the flow of a harvest is specified on.

It says nothing of MediaWiki: the scripted wiki answers as we believe that a wiki does. tests/live asks real ones.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import picklebot
from picklebot.store.database import Database
from tests.flow.bot import Bot
from tests.flow.clock import Clock, stopped
from tests.flow.scripts import suite
from tests.flow.wiki import ScriptedWiki, serving

# Their clocks are stopped by name: what were imported later would have its own.
for _module in pkgutil.walk_packages(picklebot.__path__, "picklebot."):
    if "__main__" not in _module.name and "migrations" not in _module.name:
        importlib.import_module(_module.name)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    with stopped(monkeypatch) as clock:
        yield clock


@pytest.fixture
def wiki(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedWiki]:
    """A wiki of one module with tests that pass; its change tags are defined."""
    with serving(ScriptedWiki(clock), monkeypatch) as wiki:
        wiki.pages.tags |= {f"pickle-{state}" for state in STATES}
        wiki.pages.edit("Main Page", "Welcome.")
        wiki.pages.edit("Module:Foo", "return {}")
        wiki.pages.edit("Module:Foo/testcases", suite("Module:Foo"))
        clock.advance(600)
        yield wiki


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as its migrations make it: once, for that takes as long as a harvest."""
    path = tmp_path_factory.mktemp("store") / "store.sqlite"
    Database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def bot(wiki: ScriptedWiki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> Iterator[Bot]:
    """picklebot with an empty store."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    # That a password is hard to guess from what is kept takes a tenth of a second each time.
    monkeypatch.setattr(hashlib, "scrypt", lambda secret, *, salt, **_: hashlib.sha256(salt + secret).digest())
    bot = Bot(tmp_path, monkeypatch, wiki.url)
    shutil.copy(empty_store, bot.store)
    yield bot
    for number, handler in handlers.items():
        signal.signal(number, handler)


STATES = ("fail", "unknown", "missing", "pending", "todo-fail", "todo-good", "skip-fail", "skip-good", "good")
