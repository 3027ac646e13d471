"""Sessions that are kept between harvests, each for the password that it was begun with."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

__all__ = ["keep_session_for"]

_CHECK = "password-check"
_COOKIES = "*.lwp"
_SALT_BYTES = 16
_SCRYPT_COST = 2**14


def keep_session_for(folder: Path, login: str, password: str) -> None:
    """Forget a session in ``folder`` that was begun with another password, and remember this one's check.

    A session goes on whatever password is given: a mistyped one would be noticed weeks later, when the session ends.
    A salted scrypt digest is kept (https://www.rfc-editor.org/rfc/rfc7914), readable by the user alone.

    :param folder: pywikibot's, of one wiki and account
    :raises OSError: the folder cannot be written
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = _check(folder)
    salt = known[:_SALT_BYTES] or os.urandom(_SALT_BYTES)
    digest = _digest(login, password, salt)
    if hmac.compare_digest(known, salt + digest):
        return
    for cookies in folder.glob(_COOKIES):
        cookies.unlink()
    with os.fdopen(os.open(folder / _CHECK, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(salt + digest)


def _check(folder: Path) -> bytes:
    check = folder / _CHECK
    return check.read_bytes() if check.exists() else b""


def _digest(login: str, password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(f"{login}\n{password}".encode(), salt=salt, n=_SCRYPT_COST, r=8, p=1, dklen=32)
