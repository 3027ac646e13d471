"""A stream of changes: read in a process of its own, until it is closed, whatever happens to the connection."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from picklebot.watch.stream import Stream
from tests.eventstreams import Events
from tests.unit.sites import ENGLISH

HERE = replace(ENGLISH, base="http://127.0.0.1/wiki/Main_Page")
SECONDS = 60


@pytest.fixture
def events() -> Iterator[Events]:
    running = Events()
    yield running
    running.server.shutdown()


def test_titles_of_this_wikis_changes_come_in_and_a_lost_connection_is_told(events: Events) -> None:
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    stream = Stream(events.url, HERE, "bot@example.org", inbox)
    try:
        events.wait_for_a_listener(SECONDS)
        events.send("Module:Elsewhere", server="other.example")
        events.send("Module:Foo")
        assert inbox.get(timeout=SECONDS) == "Module:Foo"
        assert stream.live
    finally:
        stream.close()
    assert inbox.get(timeout=SECONDS) is None
    assert not stream.live


def test_the_reader_ends_when_nobody_listens_any_more(events: Events, tmp_path: Path) -> None:
    request = {"url": events.url, "server": "127.0.0.1", "agent": "a {test}", "folder": str(tmp_path)}
    reader = subprocess.Popen(
        [sys.executable, "-m", "picklebot.watch.stream"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write(json.dumps(request) + "\n")
    reader.stdin.flush()
    events.wait_for_a_listener(SECONDS)
    events.send("Module:Foo")
    told = next(each for each in map(json.loads, reader.stdout) if each["titles"])
    assert told == {"live": True, "titles": ["Module:Foo"]}
    reader.stdin.close()
    assert reader.wait(SECONDS) == 0
    reader.stdout.close()
