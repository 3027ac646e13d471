"""The measure for a harvest: one ``action=parse`` for each suite, and nothing else.

Run by sweep.py with the rival's name and the URL of api.php; titles of testers come on the standard input. Prints the
milliseconds of Lua time that the wiki reports.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from typing import Any

_PARSE = {
    "action": "parse",
    "contentmodel": "wikitext",
    "prop": "text|templates|links|limitreportdata",
    "wrapoutputclass": "",
    "disablelimitreport": "1",
    "formatversion": "2",
}


def with_requests(api: str) -> Callable[[dict[str, str]], Any]:
    """Plain requests, over one connection that is kept."""
    import requests  # noqa: PLC0415 (each rival loads its own needs, and nothing else)

    session = requests.Session()
    session.trust_env = False
    return lambda parameters: session.post(api, data={**parameters, "format": "json"}, timeout=60).json()


def with_pywikibot(api: str) -> Callable[[dict[str, str]], Any]:
    """pywikibot, in a private folder, without its pauses."""
    folder = tempfile.mkdtemp()
    os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"
    sys.argv = [sys.argv[0], f"-dir:{folder}"]
    import pywikibot  # noqa: PLC0415

    pywikibot.config.minthrottle = 0
    pywikibot.config.maxthrottle = 0
    site = pywikibot.Site(url=api, fam="bench")
    return lambda parameters: site.simple_request(**parameters).submit()


def main() -> None:
    """Run all suites, one after the other."""
    titles = sys.stdin.read().splitlines()
    ask = {"requests": with_requests, "pywikibot": with_pywikibot}[sys.argv[1]](sys.argv[2])
    seconds = 0.0
    for title in titles:
        invoke = f"{{{{#invoke:{title.partition(':')[2]}|tap}}}}"
        parse = ask({**_PARSE, "title": title, "text": f"{{{{#tag:pre|{invoke}}}}}"})["parse"]
        if "ok 1 - " not in parse["text"] or "not ok" in parse["text"]:
            raise RuntimeError(f"{title}: {parse['text']}")
        report = {item["name"]: item.get("0", 0) for item in parse["limitreportdata"]}
        seconds += float(report["scribunto-limitreport-timeusage"])
    sys.stdout.write(f"{round(seconds * 1000)}\n")


if __name__ == "__main__":
    main()
