"""From what a user calls a wiki to the URL of its api.php."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from picklebot.errors import ConfigError

__all__ = ["resolve"]

_FAMILY_CODE = re.compile(r"[a-z0-9]+:[a-z0-9-]+", re.IGNORECASE)
_SECONDS = 60

# Runs in a process of its own: pywikibot's settings and session are global. The family is enough, and asks no wiki.
_ASK_PYWIKIBOT = """
import json, sys
family, code = sys.argv.pop(), sys.argv.pop()
import pywikibot
from pywikibot.family import Family
known = Family.load(family)
code = known.code_aliases.get(code, code)
if code not in known.langs:
    sys.exit(f"the family {family} has no {code}")
print(json.dumps(f"{known.protocol(code)}://{known.hostname(code)}{known.apipath(code)}"))
"""


def resolve(wiki: str) -> str:
    """The URL of api.php for a URL (any host, port and path) or a pywikibot ``family:code``.

    Families of one's own are found where a ``user-config.py`` in the working folder or ``PYWIKIBOT_DIR`` names them.

    :raises ConfigError: it is neither
    """
    parts = urlsplit(wiki)
    if parts.scheme in ("http", "https") and parts.netloc:
        return wiki
    if _FAMILY_CODE.fullmatch(wiki):
        return _from_pywikibot(*wiki.split(":"))
    raise ConfigError(
        f"wiki: expected the URL of a wiki's api.php, such as https://en.wikipedia.org/w/api.php,"
        f" or a pywikibot family:code, such as wikipedia:en; got {wiki!r}"
    )


def _from_pywikibot(family: str, code: str) -> str:
    own = Path(os.environ.get("PYWIKIBOT_DIR", "."))
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ)
        if (own / "user-config.py").exists():
            home = str(own.resolve())
        else:
            home = folder  # or it would make a folder in the user's home
            environment["PYWIKIBOT_NO_USER_CONFIG"] = "2"
        try:
            answer = subprocess.run(
                [sys.executable, "-c", _ASK_PYWIKIBOT, f"-dir:{home}", code, family],
                cwd=home,
                env=environment,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=True,
            )
            return str(json.loads(answer.stdout.splitlines()[-1]))
        except subprocess.CalledProcessError as error:
            reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1].rpartition("Error: ")[2]
            raise ConfigError(f"wiki: pywikibot does not know {family}:{code}: {reason}") from error
        except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
            raise ConfigError(f"wiki: pywikibot did not say where {family}:{code} is") from error
