"""``picklebot watch``: stays up, and harvests within seconds of an edit."""

from __future__ import annotations

import json
import queue
import re
import signal
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import click

from picklebot.app import App
from picklebot.cli.harvest import options_from, selecting
from picklebot.cli.options import need_account, open_app, setting_options, wiki_options
from picklebot.cli.streams import reader_left
from picklebot.recording import Recorder
from picklebot.store.store import Store
from picklebot.text.redaction import redact
from picklebot.text.terminal import json_text, plain
from picklebot.watch.stream import Stream, stream_url
from picklebot.watch.watch import Say, Watch, Watched
from picklebot.wiki import Site

__all__ = ["watch_command"]

# What stands without quotes in a line of the log.
_BARE = re.compile(r"[\w.:/+-]+", re.ASCII)
_MAX_MESSAGE_CHARACTERS = 2000


@click.command("watch")
@wiki_options
@selecting
@setting_options("interval", "stream", "write_interval")
@click.option("--no-record", is_flag=True, help="Keep the store, and leave the wiki alone.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def watch_command(*, drafts: bool, sweep: bool, no_record: bool, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Stay up, follow a wiki's changes, and record transitions within seconds of an edit.

    Begins with a harvest of what changed since the last one. Writes a line for each event to the standard output. Ends
    on SIGTERM or SIGINT (Ctrl-C) once the running suite is done; on a second one at once, which loses nothing either.
    A second watch of the same wiki and store stands by until the first has ended.
    """
    app = open_app(flags)
    settings = app.settings
    if not no_record:
        need_account(settings, "; without an account: --no-record leaves the wiki alone")
    app.check()
    url = stream_url(settings.stream, app.wiki.api)
    site = app.site
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with app.store() as store:
        options = options_from(settings, drafts=drafts, full=False, sweep=sweep)
        recorders_for = None if no_record else _recorders_for(app, store)
        watched = Watched(app.wiki, store, app.evaluator_for, recorders_for, options, settings.interval)
        stream = Stream(url, site, settings.contact, inbox) if url else None
        watch = Watch(watched, site, _say_json if output == "json" else _say_text, inbox, stream)
        watch.say = _until_nobody_reads(watch)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _handler(watch))
        try:
            watch.run()
        finally:
            if stream:
                stream.close()


def _recorders_for(app: App, store: Store) -> Callable[[Site], Sequence[Recorder]]:
    def make(site: Site) -> Sequence[Recorder]:
        observer = app.log_in(site)
        observer.before_each_write(store.assert_held)
        return app.recorders(observer, site)

    return make


def _handler(watch: Watch) -> Callable[[int, FrameType | None], None]:
    def handle(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends at once
        watch.stop()

    return handle


def _until_nobody_reads(watch: Watch) -> Say:
    """Let a watch end in good order when who read its log is gone, as ``head`` is after some lines."""
    say = watch.say

    def say_and_look(event: str, **values: object) -> None:
        say(event, **values)
        if reader_left():
            watch.stop()

    return say_and_look


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _say_text(event: str, **values: object) -> None:
    """A line of names and values, as in https://brandur.org/logfmt."""
    words = " ".join(f"{name}={_word(value)}" for name, value in values.items())
    click.echo(f"{_now()} {event} {words}".rstrip())


def _word(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    text = plain(redact(text), _MAX_MESSAGE_CHARACTERS)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _say_json(event: str, **values: object) -> None:
    plain_values = {
        name: value if isinstance(value, int | float | list) else redact(str(value)) for name, value in values.items()
    }
    click.echo(json_text({"time": _now(), "event": event, **plain_values}, indent=None))


_: tuple[Say, ...] = (_say_text, _say_json)
