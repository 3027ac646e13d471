"""The log: a line for each event, for people and programs, without passwords."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator

import click
import pytest

from picklebot import log
from picklebot.cli.main import cli, main
from picklebot.errors import WorkError
from picklebot.events import Event
from picklebot.text.redaction import keep_secret

WIKI = "https://wiki.example/w/api.php"


@pytest.fixture(autouse=True)
def begun() -> Iterator[None]:
    log.begin()
    yield
    log.begin()


def test_a_line_is_logfmt_and_ends_with_the_run_and_the_wiki(capsys: pytest.CaptureFixture[str]) -> None:
    log.bind(wiki=WIKI)
    log.warning(Event.RECORDING_FAILED, recorder="tags", reason="Module:Foo is protected", tries=3, postponed=True)

    assert re.fullmatch(
        r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ level=warning event=recording_failed recorder=tags"
        rf' reason="Module:Foo is protected" tries=3 postponed=true run=[0-9a-f]{{8}} wiki={re.escape(WIKI)}\n',
        capsys.readouterr().err,
    )


def test_json_holds_the_same_with_the_types_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log.bind(wiki=WIKI)
    log.set_format("json")
    log.info(Event.STATE_CHANGED, module="Module:Größe", cause=["Module:A", "Module:B"], requests=2, old=None)

    line = json.loads(capsys.readouterr().err)
    assert line.pop("time").endswith("Z")
    assert len(line.pop("run")) == 8
    assert line == {
        "level": "info",
        "event": "state_changed",
        "module": "Module:Größe",
        "cause": ["Module:A", "Module:B"],
        "requests": 2,
        "old": None,
        "wiki": WIKI,
    }


def test_a_value_of_an_event_beats_what_all_lines_carry(capsys: pytest.CaptureFixture[str]) -> None:
    log.bind(wiki="a")
    log.info(Event.WATCH_STARTED, wiki="b")

    assert capsys.readouterr().err.count("wiki=") == 1


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_no_value_shows_a_password_nor_drives_a_terminal_nor_begins_a_line(
    capsys: pytest.CaptureFixture[str], form: log.Format
) -> None:
    keep_secret("hunter2hunter2")
    log.set_format(form)
    hostile = "a hunter2hunter2 \x1b[31m\u202e\x9b\r\n\u2028http://bot:zigzag@host"
    log.warning(Event.CONNECTION_LOST, reason=hostile, pages=[hostile], error=WorkError(hostile))

    err = capsys.readouterr().err
    assert err.endswith("\n")
    assert len(err.splitlines()) == 1
    assert not any(each in err for each in ("hunter2", "zigzag", "\x1b", "\x9b", "\u202e", "\u2028"))


def test_lines_of_a_run_share_an_id_and_the_next_run_has_another(capsys: pytest.CaptureFixture[str]) -> None:
    log.info(Event.WATCH_STARTED)
    log.info(Event.HARVEST_FINISHED)
    log.begin()
    log.info(Event.WATCH_STOPPED)

    one, two, three = re.findall(r"run=(\w+)", capsys.readouterr().err)
    assert one == two != three


def test_warnings_of_libraries_and_plugins_are_events(capsys: pytest.CaptureFixture[str]) -> None:
    with log.library_messages():
        logging.getLogger("urllib3").warning("pool %s", "full")

    assert 'level=warning event=library_warned logger=urllib3 message="pool full" run=' in capsys.readouterr().err


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["picklebot", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(str(left.value.code))


@pytest.mark.parametrize("error", [WorkError("the wiki is away"), click.UsageError("the wiki is away")])
def test_where_the_log_is_json_the_end_of_a_command_is_an_event_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setenv("PICKLEBOT_LOG_FORMAT", "json")
    monkeypatch.setitem(cli.commands, "harvest", click.Command("harvest", callback=fail))

    status = ended(monkeypatch, "harvest")

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["level"], line["reason"], line["exit_status"]) == (
        "command_failed",
        "error",
        "the wiki is away",
        status,
    )
