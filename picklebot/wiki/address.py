"""From a user's name for a wiki to the URL of its api.php."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from picklebot.errors import ConfigError
from picklebot.text.redaction import shown_url

__all__ = ["from_user_config", "resolve"]

_FAMILY_CODE = re.compile(r"[a-z0-9]+:[a-z0-9-]+", re.IGNORECASE)
_SECONDS = 60

_USER_CONFIG = "user-config.py"

# The family is enough, and asks no wiki.
_ASK_FAMILY = """
import json, sys
family, code = sys.argv.pop(), sys.argv.pop()
import pywikibot
from pywikibot.family import Family
try:
    known = Family.load(family)
    code = known.code_aliases.get(code, code)
    there = code in known.langs
    host, rest = (known.hostname(code), known.apipath(code)) if there else ("", "")
except Exception as error:  # a file of the user's, which may do anything
    sys.exit(f"the family {family} cannot be made: {str(error) or type(error).__name__}")
if not there:
    sys.exit(f"the family {family} has no {code}")
if not host:
    sys.exit(f"the family {family} names no host for {code}")
print(json.dumps(f"{known.protocol(code)}://{host}{rest}"))
"""
_ASK_SETTINGS = """
import json
import pywikibot
from pywikibot import config
names = config.usernames[config.family]
print(json.dumps([config.family, config.mylang, names.get(config.mylang) or names.get("*") or ""]))
"""


def resolve(wiki: str) -> str:
    """The URL of api.php for a URL (any host, port and path) or a pywikibot ``family:code``.

    Families of one's own are found where a ``user-config.py`` in the working folder or ``PYWIKIBOT_DIR`` names them.

    :raises ConfigError: it is neither
    """
    try:
        parts = urlsplit(wiki)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return wiki
    except ValueError as error:
        raise ConfigError(
            f"wiki: {shown_url(wiki)!r} is no URL; in a user name or password / is written %2F, @ is %40 and : is %3A"
        ) from error
    if _FAMILY_CODE.fullmatch(wiki):
        return _from_pywikibot(*wiki.split(":"))
    raise ConfigError(
        f"wiki: expected the URL of a wiki's api.php, such as https://en.wikipedia.org/w/api.php,"
        f" or a pywikibot family:code, such as wikipedia:en; got {shown_url(wiki)!r}"
    )


def from_user_config() -> tuple[str, str] | None:
    """Wiki (as ``family:code``) and user name that pywikibot's own ``user-config.py`` says; None where there is none.

    It is looked for in ``PYWIKIBOT_DIR``, else in the working folder.

    :raises ConfigError: there is one, and pywikibot cannot read it
    """
    if not (_own_folder() / _USER_CONFIG).exists():
        return None
    family, code, user = _ask(_ASK_SETTINGS, failure=f"{_own_folder() / _USER_CONFIG}: pywikibot cannot read it")
    return f"{family}:{code}", user


def _from_pywikibot(family: str, code: str) -> str:
    return str(_ask(_ASK_FAMILY, code, family, failure=f"wiki: pywikibot does not know {family}:{code}"))


def _own_folder() -> Path:
    return Path(os.environ.get("PYWIKIBOT_DIR", "."))


def _ask(question: str, *arguments: str, failure: str) -> Any:  # noqa: ANN401 (whatever the question prints as JSON)
    """Ask pywikibot in a process of its own: its settings and session are global.

    :param failure: the beginning of the message where it does not answer
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if (_own_folder() / _USER_CONFIG).exists():
            home = str(_own_folder().resolve())
        else:
            home = folder  # or it would make a folder in the user's home
            environment["PYWIKIBOT_NO_USER_CONFIG"] = "2"
        try:
            answer = subprocess.run(
                [sys.executable, "-c", question, f"-dir:{home}", *arguments],
                cwd=home,
                env=environment,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=True,
            )
            return json.loads(answer.stdout.splitlines()[-1])
        except subprocess.CalledProcessError as error:
            reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1].rpartition("Error: ")[2]
            raise ConfigError(f"{failure}: {reason}") from error
        except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
            raise ConfigError(f"{failure}: no answer") from error
