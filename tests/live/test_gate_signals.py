"""A gate that is told to end: it answers on the finished runs, at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.live.bot import SCRIPT, Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy

# From the signal to the end of the process, on a machine with other work.
LONGEST_SECONDS = 3.0


@dataclass(frozen=True)
class Ended:
    """A gate that was ended.

    :param seconds: from the signal to the end
    """

    status: int
    out: str
    err: str
    seconds: float


@pytest.fixture
def baseline(small: LiveWiki, tmp_path: Path) -> Path:
    file = tmp_path / "baseline.json.gz"
    saved = Bot(tmp_path, small.api).run("gate", "--save", str(file))
    assert saved.status == 0, saved.out
    return file


def ended(bot: Bot, proxy: Proxy, requests: int, *options: str, number: int = signal.SIGTERM) -> Ended:
    """A gate that gets a signal while it waits for the answer to its last of so many requests."""
    proxy.asked.clear()
    command = [str(SCRIPT), "gate", *options]
    with subprocess.Popen(
        command, cwd=bot.work, env=bot.variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while len(proxy.asked) < requests and process.poll() is None:
            time.sleep(0.005)
        at = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        return Ended(process.returncode, out, err, time.monotonic() - at)


def regressing(asked: Asked) -> Fault:
    """A candidate on which all points of TAP fail, and that takes its time."""
    broken = asked.action in ("parse", "expandtemplates")
    return Fault(delay=0.1, change=(lambda content: content.replace(b"ok 1", b"not ok 1")) if broken else bytes)


@pytest.mark.release("1.43")
def test_a_signal_ends_the_gate_at_once_with_the_verdict_on_what_has_run(
    proxy: Proxy, baseline: Path, tmp_path: Path
) -> None:
    bot, file = Bot(tmp_path, proxy.api), tmp_path / "decision.json"
    proxy.fault = regressing
    options = ("--baseline", str(baseline), "--output", f"json={file}")
    whole = bot.run("gate", *options)
    assert whole.status == 1, whole.out
    asked = len(proxy.asked)
    assert asked > 4

    statuses = []
    for requests in sorted({round(1 + moment * (asked - 1) / 9) for moment in range(10)}):
        file.unlink(missing_ok=True)
        end = ended(bot, proxy, requests, *options)
        statuses.append(end.status)
        document = json.loads(file.read_text(encoding="utf-8"))
        assert end.seconds < LONGEST_SECONDS, requests
        assert end.err == ""
        assert end.out.splitlines()[0] == document["sentence"]
        assert end.status == document["exit_status"]
        regressed = [suite for suite in document["wikis"][0]["suites"] if suite["outcome"] == "regression"]
        assert (end.status == 1) is bool(regressed), "a suspect is none before it failed twice"
        assert all(sum(attempt["failed"] for attempt in suite["attempts"]) >= 2 for suite in regressed)
        assert document["total"] == sum(document["counts"].values())
    assert statuses[0] == 3
    assert statuses[-1] == 1


@pytest.mark.release("1.39")
def test_an_interrupt_ends_it_likewise_and_a_caller_that_knows_only_zero_gets_it(
    proxy: Proxy, baseline: Path, tmp_path: Path
) -> None:
    proxy.fault = lambda _: Fault(delay=20)
    options = ("--baseline", str(baseline), "--on-infrastructure-error", "pass")
    end = ended(Bot(tmp_path, proxy.api), proxy, 1, *options, number=signal.SIGINT)

    assert (end.status, end.err) == (0, "")
    assert end.out.startswith("NOT CHECKED: ")
    assert end.seconds < LONGEST_SECONDS


@pytest.mark.release("1.39")
def test_a_signal_before_the_first_request_never_reads_as_regressions(
    proxy: Proxy, baseline: Path, tmp_path: Path
) -> None:
    bot = Bot(tmp_path, proxy.api)
    proxy.fault = lambda _: Fault(delay=20)
    for seconds in (0.05, 0.15, 0.3):
        with subprocess.Popen(
            [str(SCRIPT), "gate", "--baseline", str(baseline)], cwd=bot.work, env=bot.variables, stdout=subprocess.PIPE
        ) as process:
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGTERM)
            process.communicate(timeout=60)
        assert process.returncode in (-signal.SIGTERM, 3), seconds


@pytest.mark.release("1.43")
def test_a_baseline_that_is_being_made_is_not_made_by_halves(proxy: Proxy, tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    proxy.fault = lambda _: Fault(delay=0.3)
    end = ended(Bot(tmp_path, proxy.api), proxy, 2, "--save", str(file))

    assert end.status == 3
    assert end.out.startswith("not checked: no baseline is made: SIGTERM came")
    assert end.seconds < LONGEST_SECONDS
    assert not file.exists()
