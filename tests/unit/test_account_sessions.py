"""Sessions that are kept between harvests: whose they are, and whether there is one."""

from __future__ import annotations

from pathlib import Path

from picklebot.account.sessions import has_session_for, keep_session_for

COOKIES = "pywikibot-Bot.lwp"


def logged_in(folder: Path) -> Path:
    keep_session_for(folder, "Bot@app", "secret")
    (folder / COOKIES).write_text("#LWP-Cookies-2.0\n", encoding="utf-8")
    return folder


def test_a_session_is_there_once_an_account_has_logged_in(tmp_path: Path) -> None:
    assert not has_session_for(tmp_path / "new", "Bot@app", "secret")
    assert not (tmp_path / "new").exists(), "to look leaves nothing behind"
    keep_session_for(tmp_path, "Bot@app", "secret")
    assert not has_session_for(tmp_path, "Bot@app", "secret"), "nobody has logged in yet"
    assert has_session_for(logged_in(tmp_path), "Bot@app", "secret")


def test_it_is_nobodys_who_gives_another_password_or_another_name(tmp_path: Path) -> None:
    logged_in(tmp_path)
    assert not has_session_for(tmp_path, "Bot@app", "Secret")
    assert not has_session_for(tmp_path, "Bot@other", "secret")
    (tmp_path / "password-check").write_bytes(b"")
    assert not has_session_for(tmp_path, "Bot@app", "secret")


def test_with_another_password_it_is_forgotten(tmp_path: Path) -> None:
    keep_session_for(logged_in(tmp_path), "Bot@app", "another")
    assert not (tmp_path / COOKIES).exists()
    assert not has_session_for(tmp_path, "Bot@app", "another")
