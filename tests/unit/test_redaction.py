"""No password is said, in whatever message and whatever it is made of."""

from __future__ import annotations

import logging
import re
import sys

import click
import pytest

from picklebot.cli.main import cli, main
from picklebot.cli.options import settings_from
from picklebot.errors import ConfigError, PicklebotError, StoreError
from picklebot.store.database import Database
from picklebot.text import redaction
from picklebot.text.redaction import keep_secret, keep_url, redact, shown_url
from picklebot.wiki import Wiki
from picklebot.wiki.address import resolve


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redaction, "_secrets", set())


PASSWORDS = ["zig", "zig/zag", "zig@zag", "zig:zag", "zig@z/a:g", "zig?zag", "zig#zag", "//zig", "zig%40zag", "@zig@"]


def parts(password: str) -> set[str]:
    """What no message may hold: not even a part of it."""
    return {part for part in re.split(r"[/@:?#%]|40", password) if len(part) > 1}


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize(
    "url",
    [
        "mysql+pymysql://tool:{}@127.0.0.1:1/db",
        "mysql+pymysql:/tool:{}@127.0.0.1/db",
        "mysql+pymysql:///tool:{}@127.0.0.1/db",
        "mysql+pymysql://to/ol:{}@127.0.0.1:1/db",
        "mysql+pymysql://:{}@127.0.0.1:1/db",
        "mysql://tool:{}@127.0.0.1/db",
        "nosuchdatabase://tool:{}@host/db",
        "nonsense:{}@host",
    ],
)
def test_a_stores_password_is_not_shown_nor_a_part_of_it(url: str, password: str) -> None:
    with pytest.raises((ConfigError, StoreError)) as caught:
        Database(url.format(password))
    assert not any(part in str(caught.value) for part in parts(password)), caught.value


def test_a_password_among_the_parameters_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Database("mysql+pymysql://127.0.0.1:1/db?user=tool&password=zigzag&passwd=zagzig")
    assert "zig" not in str(caught.value)


@pytest.mark.parametrize("password", PASSWORDS)
@pytest.mark.parametrize(
    "url", ["http://bot:{}@127.0.0.1:1/api.php", "http:/bot:{}@127.0.0.1/api.php", "htp://bot:{}@127.0.0.1/api.php"]
)
def test_a_wikis_password_is_not_shown_nor_a_part_of_it(url: str, password: str) -> None:
    with pytest.raises(PicklebotError) as caught:
        Wiki(resolve(url.format(password)), retries=0).get()
    assert not any(part in str(caught.value) for part in parts(password)), caught.value


def test_the_path_of_a_file_stays_readable() -> None:
    assert shown_url("sqlite:////home/ann@work/store.sqlite") == "sqlite:////home/ann@work/store.sqlite"
    assert redact("sqlite:////home/ann@work/x") == "sqlite:////home/ann@work/x"


@pytest.mark.parametrize(
    "text",
    ["Module:A@b is none", "ask ops@example.org", "https://wiki.example/w/index.php?title=A", "a:b", "Module:X/token"],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_what_is_kept_secret_is_left_out_in_every_spelling() -> None:
    keep_secret("zig z/a@g'")
    keep_url("mysql+pymysql://tool:pa/ss@wo:rd@host/db")
    for said in ("zig z/a@g'", "zig%20z%2Fa%40g%27", "zig+z%2Fa%40g%27", "zig%20z/a%40g%27", "pa/ss@wo:rd"):
        assert redact(f"<{said}>") == "<***>"


def test_what_nobody_foresaw_is_a_line_and_status_3_without_a_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**_: object) -> None:
        logging.getLogger("picklebot.wiki").warning("see http://bot:zigzag@wiki.example")
        raise KeyError("hunter2hunter2 at mysql://bot:zigzag@host")

    monkeypatch.setitem(cli.commands, "harvest", click.Command("harvest", callback=fail))
    monkeypatch.setattr(sys, "argv", ["picklebot", "harvest"])
    keep_secret("hunter2hunter2")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    err = capsys.readouterr().err
    assert "please report this: KeyError" in err
    assert "test_redaction.py" in err
    assert "Traceback" not in err
    assert not any(secret in err for secret in ("zigzag", "hunter2"))
    assert len(err.splitlines()) == 2


def test_the_passwords_of_the_settings_are_kept_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PICKLEBOT_PASSWORD", "hunter2hunter2")
    monkeypatch.setenv("PICKLEBOT_STORE", "mysql+pymysql://tool:other/secret@host/db")
    settings_from({"wiki": "http://bot:third-secret@127.0.0.1/api.php"})
    assert redact("hunter2hunter2 other/secret third-secret") == "*** *** ***"
