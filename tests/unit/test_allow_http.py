"""A password is sent over https, within this machine, or where somebody has said that it may be read on the way."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from picklebot.config import Settings
from picklebot.errors import ConfigError
from picklebot.recording.opening import log_in
from picklebot.wiki import Wiki
from picklebot.wiki.target import Target
from tests.unit.sites import ENGLISH


@pytest.fixture
def logged_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The addresses at which somebody logged in."""
    found: list[str] = []
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path))

    def observer(target: Target, *_: object, **__: object) -> Any:  # noqa: ANN401
        found.append(target.api)

    monkeypatch.setattr(import_module("picklebot.recording.opening"), "Observer", observer)
    return found


def settings(**more: Any) -> Settings:  # noqa: ANN401
    return Settings(user="Bot", password=SecretStr("zigzag"), **more)


@pytest.mark.parametrize("api", ["http://wiki.example/api.php", "http://192.0.2.1/api.php", "http://0.0.0.0/api.php"])
def test_no_password_is_sent_without_https_beyond_this_machine(logged_in: list[str], api: str) -> None:
    with pytest.raises(ConfigError, match="allow_http") as caught:
        log_in(Wiki(api), ENGLISH, settings())
    assert logged_in == []
    assert "zigzag" not in str(caught.value)
    log_in(Wiki(api), ENGLISH, settings(allow_http=True))
    assert logged_in == [api]


@pytest.mark.parametrize(
    "api", ["https://wiki.example/api.php", "http://127.0.0.1:8080/api.php", "http://[::1]/api.php"]
)
def test_https_and_this_machine_need_no_permission(logged_in: list[str], api: str) -> None:
    log_in(Wiki(api), ENGLISH, settings())
    assert logged_in == [api]


def test_where_reading_was_led_up_to_https_the_password_goes_there(logged_in: list[str]) -> None:
    wiki = Wiki("http://wiki.example/api.php")
    wiki._route.redirected(wiki.api, "https://wiki.example/api.php")
    log_in(wiki, ENGLISH, settings())
    assert logged_in == ["https://wiki.example/api.php"]
