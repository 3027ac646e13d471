"""A harvest that stands still for longer than its lease, and goes on when another has done its work."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy
from tests.live.test_kills import EXPECTED, recorded
from tests.live.watching import eventually

TERM = {"PICKLEBOT_LEASE_TERM": "1"}


def asks(action: str, **parameters: str) -> Callable[[Asked], bool]:
    return lambda asked: (
        asked.action == action and all(text in asked.parameters.get(name, "") for name, text in parameters.items())
    )


WHERE = {
    "while it runs suites": asks("parse"),
    "before it tags": asks("query", rvprop="tags"),
    "before it saves a page": asks("query", titles="Module:Area/doc"),
    "after it tagged": asks("tag"),
}


@pytest.mark.parametrize("where", WHERE)
def test_it_notices_before_it_writes_and_ends_in_words(bot: Bot, small: LiveWiki, proxy: Proxy, where: str) -> None:
    stopped = threading.Event()
    slow = bot.by_way_of(proxy.api)
    process = subprocess.Popen(
        [*slow.command, "harvest"],
        cwd=slow.work,
        env=slow.variables | TERM,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def stop(asked: Asked) -> Fault | None:
        if not stopped.is_set() and WHERE[where](asked):
            os.kill(process.pid, signal.SIGSTOP)
            stopped.set()
        return None

    proxy.fault = stop
    try:
        assert stopped.wait(60), f"it never stood still {where}"
        eventually(lambda: bot.run("harvest", **TERM).status == 0, 30)
        known = len(proxy.asked)
        os.kill(process.pid, signal.SIGCONT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 3, err
    assert "taken over by another harvest or watch (process" in err
    assert "Traceback" not in err
    assert {asked.action for asked in proxy.asked[known:]}.isdisjoint({"tag", "edit", "purge"})
    assert recorded(small) == EXPECTED
    assert bot.harvest().transitions == []
