"""Follows a wiki's changes through EventStreams (https://wikitech.wikimedia.org/wiki/Event_Platform/EventStreams).

pywikibot reads the stream, in a process of its own: its settings and session are global, and a stream that hangs must
not keep the watch from ending. The stream only tells when it is worth asking the wiki; nothing rests on its content.
"""

from __future__ import annotations

import importlib.util
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from picklebot.errors import ConfigError
from picklebot.wiki import Site
from picklebot.wiki.client import user_agent
from picklebot.wiki.retry import keep_at_it

__all__ = ["Stream", "stream_url"]

WIKIMEDIA = "https://stream.wikimedia.org/v2/stream/recentchange"
_PROJECTS = re.compile(
    r"(?:^|\.)(?:wikipedia|wiktionary|wikibooks|wikinews|wikiquote|wikisource|wikiversity|wikivoyage|wikidata"
    r"|wikifunctions|wikimedia|mediawiki)\.org$"
)
# A connection that lasted so long was a good one.
_LONG_SECONDS = 300.0


def stream_url(wanted: str, api: str) -> str | None:
    """The stream to follow; None to poll.

    :param wanted: a URL, ``off``, or ``auto``: Wikimedia's for its own wikis, where the extra is installed
    :raises ConfigError: it is none of these, or a stream is asked for that cannot be read
    """
    if wanted == "off":
        return None
    installed = importlib.util.find_spec("requests_sse") is not None
    if wanted == "auto":
        return WIKIMEDIA if installed and _PROJECTS.search(urlsplit(api).hostname or "") else None
    if urlsplit(wanted).scheme not in ("http", "https"):
        raise ConfigError(f"stream: expected auto, off or a URL, got {wanted!r}")
    if not installed:
        raise ConfigError("stream: reading one needs the extra eventstreams: pip install 'picklebot[eventstreams]'")
    return wanted


class Stream:
    """Reads a stream from when it is opened to when it is closed, whatever happens to the connection.

    :param inbox: where it puts titles that were touched on the wiki, and None when that may have gone unseen
    :ivar live: whether it is connected
    """

    def __init__(self, url: str, site: Site, contact: str, inbox: queue.SimpleQueue[str | None]) -> None:
        self.live = False
        self._server = urlsplit(site.base).hostname or ""
        self._request = {"url": url, "server": self._server, "agent": user_agent(contact)}
        self._inbox = inbox
        self._closed = False
        self._process: subprocess.Popen[str] | None = None
        threading.Thread(target=self._keep_reading, daemon=True).start()

    def close(self) -> None:
        """Stop reading."""
        self._closed = True
        if self._process is not None:
            self._process.kill()

    def _keep_reading(self) -> None:
        keep_at_it(self._read_for_long, lambda: self._closed)

    def _read_for_long(self) -> bool:
        """Read until the connection ends; whether that was after a good while."""
        started = time.monotonic()
        self._read()
        self.live = False
        self._inbox.put(None)
        return time.monotonic() - started > _LONG_SECONDS

    def _read(self) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            subprocess.Popen(
                [sys.executable, "-m", "picklebot.watch.stream"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYWIKIBOT_NO_USER_CONFIG": "2", "PYTHONIOENCODING": "utf-8"},
            ) as process,
        ):
            self._process = process
            if process.stdin is None or process.stdout is None or self._closed:
                process.kill()
                return
            process.stdin.write(json.dumps({**self._request, "folder": folder}) + "\n")
            process.stdin.flush()  # and stays open: its end tells the reader that nobody listens
            for line in process.stdout:
                event = json.loads(line)
                self.live = event["live"]
                for title in event["titles"] if self.live else (None,):
                    self._inbox.put(title)


def _main() -> None:
    """The reader: a line of JSON for each change, until its standard input ends."""
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_stdin, daemon=True).start()
    sys.argv = [sys.argv[0], f"-dir:{request['folder']}"]
    os.chdir(Path(request["folder"]))
    import pywikibot  # noqa: PLC0415 (only in this process)
    from pywikibot.comms.eventstreams import EventStreams  # noqa: PLC0415

    pywikibot.config.user_agent_format = request["agent"].replace("{", "{{").replace("}", "}}")
    stream = EventStreams(
        url=request["url"],
        site=None,  # or it would ask that wiki who we are, to say so in a header that is given here
        headers={"user-agent": request["agent"]},
        on_open=lambda: _say(live=True),
        on_error=lambda: _say(live=False),
    )
    stream.register_filter(server_name=request["server"], type=("edit", "new", "log"))
    for event in stream:
        parameters = event.get("log_params")
        target = parameters.get("target") if isinstance(parameters, dict) else None  # where a page was moved to
        _say(live=True, titles=[title for title in (event.get("title"), target) if isinstance(title, str)])


def _say(*, live: bool, titles: list[str] | None = None) -> None:
    sys.stdout.write(json.dumps({"live": live, "titles": titles or []}) + "\n")
    sys.stdout.flush()


def _end_with_stdin() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _main()
