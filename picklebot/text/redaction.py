"""Takes passwords out of messages, logs, and stored errors."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus, unquote

__all__ = ["keep_header", "keep_secret", "keep_url", "redact", "shown_url"]

_HIDDEN = "***"
# A shorter text may be part of any word.
_MIN_SECRET_CHARACTERS = 4
_MIN_VALUE_CHARACTERS = 8
_secrets: set[str] = set()

# A URL up to the last @ before a space, a quote or a bracket: a password that is not encoded can hold / and @ itself.
_USER_INFO = re.compile(r"\b([a-z][a-z0-9+.-]*:/+)([^\s'\"<>/][^\s'\"<>]*)@", re.IGNORECASE)
# Drivers of databases take a password as a parameter of the URL, too.
_PARAMETER = re.compile(r"\b((?:\w*password|passwd|pwd|\w*token|\w*secret)=)[^\s&'\"]+", re.IGNORECASE)


def keep_secret(password: str) -> None:
    """Remember a password for the rest of this process: `redact` leaves it out."""
    plain = unquote(password)
    forms = (password, plain, quote(plain, safe=""), quote(plain), quote_plus(plain), repr(plain)[1:-1])
    _secrets.update(form for form in forms if len(form) >= _MIN_SECRET_CHARACTERS)


def keep_url(url: str) -> None:
    """Remember the password in a URL, if there is one, as `keep_secret` does."""
    keep_secret(_user_info(url)[1].partition(":")[2])


def keep_header(line: str) -> None:
    """Remember the value of a header (``Name: value``), and the last word of it, as `keep_secret` does.

    Short ones are left: "true" and "on" are words of messages.
    """
    value = line.partition(":")[2].strip()
    for form in (value, *value.split()[-1:]):
        if len(form) >= _MIN_VALUE_CHARACTERS:
            keep_secret(form)


def redact(text: str) -> str:
    """A text without the passwords in URLs and parameters, and without the remembered ones."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    return _PARAMETER.sub(rf"\g<1>{_HIDDEN}", _USER_INFO.sub(_hidden, text))


def shown_url(url: str) -> str:
    """A URL, or a text meant for one, without user name and password, whatever characters they hold."""
    scheme, user_info, rest = _user_info(url)
    secret = user_info and not _is_path(scheme, user_info)
    return redact(f"{scheme}{_HIDDEN}@{rest}" if secret else url)


def _user_info(url: str) -> tuple[str, str, str]:
    """Scheme with colon and slashes, user name and password, and the rest after the last @."""
    scheme, colon, rest = url.partition(":")
    before, at, after = rest.rpartition("@")
    if not (colon and at):
        return "", "", url
    user_info = before.lstrip("/")
    return scheme + colon + before[: len(before) - len(user_info)], user_info, after


def _hidden(match: re.Match[str]) -> str:
    return match[0] if _is_path(match[1], match[2]) else f"{match[1]}{_HIDDEN}@"


def _is_path(scheme: str, user_info: str) -> bool:
    """Whether the apparent name of a user is the beginning of a file's."""
    return scheme.startswith("sqlite") and ":" not in user_info
