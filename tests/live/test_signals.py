"""SIGTERM while a harvest waits for something that does not come: it ends in good order within twelve seconds."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from tests.live.bot import Bot
from tests.live.proxy import Asked, Fault, Proxy

MOMENTS: dict[str, tuple[Callable[[Asked], bool], Fault | None, tuple[str, ...]]] = {
    "an answer that does not come": (lambda asked: asked.action == "parse", Fault(delay=60), ()),
    "a pause before a further try": (
        lambda asked: asked.action == "parse",
        Fault(status=503, headers={"Retry-After": "50"}),
        (),
    ),
    "a login": (lambda asked: asked.action == "login", Fault(delay=60), ()),
    "a paced write": (lambda asked: "tags" in asked.parameters.get("rvprop", ""), None, ("--write-interval", "60")),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_it_ends_in_good_order_and_loses_nothing(bot: Bot, proxy: Proxy, moment: str) -> None:
    at, fault, options = MOMENTS[moment]
    came = threading.Event()

    def respond(asked: Asked) -> Fault | None:
        if not at(asked):
            return None
        came.set()
        return fault

    proxy.fault = respond
    slow = bot.by_way_of(proxy.api)
    process = subprocess.Popen(
        [*slow.command, "harvest", "--format", "json", *options],
        cwd=slow.work,
        env=slow.variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert came.wait(60), f"it never came to {moment}"
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert time.monotonic() - began < 12
    assert process.returncode == 0, err
    assert json.loads(out)["ended"] == "terminated"
    assert "Traceback" not in err
    after = bot.harvest()  # the lease was given back
    assert after.document["ended"] == "complete"
    assert set(after.states) == {"Area", "Greeting", "Lost/testcases"}
