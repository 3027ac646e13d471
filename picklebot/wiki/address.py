"""From a user's name for a wiki to the URL of its api.php."""

from __future__ import annotations

import json
import os
import re
import stat
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
_TIMEOUT_SECONDS = 60

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
# It goes on with defaults of its own, test.wikipedia.org, where a value has another type or the file names no wiki.
_ASK_SETTINGS = """
import ast, json, pathlib, sys, warnings
warnings.filterwarnings("error", message="Configuration variable .* is defined as")
from pywikibot import config
nodes = ast.walk(ast.parse(pathlib.Path("user-config.py").read_bytes()))
assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
defaults = (("family", "wikipedia"), ("mylang", "test"))
missing = [name for name, default in defaults if getattr(config, name) == default and name not in assigned]
if missing:
    sys.exit("it does not say which wiki: it needs " + " and ".join(missing))
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

    :raises ConfigError: there is one, and pywikibot cannot use it
    """
    path = _user_config()
    if not path:
        return None
    family, code, user = _ask(_ASK_SETTINGS, failure=f"{path}: pywikibot cannot use it")
    return f"{family}:{code}", user


def _from_pywikibot(family: str, code: str) -> str:
    return str(_ask(_ASK_FAMILY, code, family, failure=f"wiki: pywikibot does not know {family}:{code}"))


def _own_folder() -> Path:
    return Path(os.environ.get("PYWIKIBOT_DIR", "."))


def _user_config() -> Path | None:
    """The file of pywikibot's settings, where there is one.

    pywikibot passes over a file that it does not trust, and goes on with its defaults: with a wiki that nobody named
    (https://doc.wikimedia.org/pywikibot/stable/api_ref/pywikibot.config.html).

    :raises ConfigError: pywikibot would pass over it
    """
    path = _own_folder() / _USER_CONFIG
    try:
        found = path.stat()
        path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    if found.st_mode & stat.S_IWOTH:
        raise ConfigError(f"{path}: others may write it, so pywikibot does not read it: chmod 600 {path}")
    if found.st_uid not in (os.getuid(), 0):
        raise ConfigError(f"{path}: it belongs to another user, so pywikibot does not read it: make it your own")
    return path


def _ask(question: str, *arguments: str, failure: str) -> Any:  # noqa: ANN401 (whatever the question prints as JSON)
    """Ask pywikibot in a process of its own: its settings and session are global.

    :param failure: the beginning of the message where it does not answer
    """
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if _user_config():
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
                timeout=_TIMEOUT_SECONDS,
                check=True,
            )
            return json.loads(answer.stdout.splitlines()[-1])
        except subprocess.CalledProcessError as error:
            reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1].rpartition("Error: ")[2]
            raise ConfigError(f"{failure}: {reason}") from error
        except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
            raise ConfigError(f"{failure}: no answer") from error
