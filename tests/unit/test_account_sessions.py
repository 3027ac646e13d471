"""Sessions that are kept between harvests: whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from picklebot.account.sessions import keep_session_for

COOKIES = "pywikibot-Bot.lwp"


def logged_in(folder: Path) -> Path:
    keep_session_for(folder, "Bot@app", "secret")
    (folder / COOKIES).write_text("#LWP-Cookies-2.0\n", encoding="utf-8")
    return folder


def test_a_session_goes_on_with_the_password_that_it_was_begun_with(tmp_path: Path) -> None:
    keep_session_for(logged_in(tmp_path), "Bot@app", "secret")
    assert (tmp_path / COOKIES).exists()


@pytest.mark.parametrize(("login", "password"), [("Bot@app", "Secret"), ("Bot@other", "secret")])
def test_with_another_password_or_name_it_is_forgotten(tmp_path: Path, login: str, password: str) -> None:
    keep_session_for(logged_in(tmp_path), login, password)
    assert not (tmp_path / COOKIES).exists()


def test_a_session_whose_password_is_not_known_is_forgotten(tmp_path: Path) -> None:
    (logged_in(tmp_path) / "password-check").write_bytes(b"")
    keep_session_for(tmp_path, "Bot@app", "secret")
    assert not (tmp_path / COOKIES).exists()
