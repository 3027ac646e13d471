"""``picklebot watch``: stays up, and harvests within seconds of an edit."""

from __future__ import annotations

import queue
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from picklebot import log
from picklebot.app import App
from picklebot.cli.harvest import selecting
from picklebot.cli.options import need_account, need_kept_store, open_app, setting_options, wiki_options
from picklebot.cli.signals import ending_in_good_order
from picklebot.cli.streams import reader_left
from picklebot.deadline import Deadline
from picklebot.events import Event
from picklebot.recording import Recording
from picklebot.store.store import Store
from picklebot.watch.stream import Stream, stream_url
from picklebot.watch.watch import Say, Watch, Watched
from picklebot.wiki import Site

if TYPE_CHECKING:  # most commands write nothing
    pass

__all__ = ["watch_command"]

# Events that someone may have to do something about.
_TROUBLE = frozenset({Event.CONNECTION_LOST, Event.SUITES_INCONCLUSIVE, Event.RECORDING_FAILED, Event.WATCH_WAITING})


@click.command("watch")
@wiki_options
@selecting
@setting_options("interval", "stream", "write_interval")
@click.option("--no-record", is_flag=True, help="Keep the store, and leave the wiki alone.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def watch_command(*, drafts: bool, sweep: bool, no_record: bool, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Stay up, follow a wiki's changes, and record transitions within seconds of an edit.

    Begins with a harvest of all changes since the last one. Writes a line for each event to the standard output. Ends
    on SIGTERM or SIGINT (Ctrl-C) once the running suite is done; on a second one at once, which loses nothing either.
    A second watch of the same wiki and store stands by until the first has ended.
    """
    app = open_app(flags, Deadline.after(None))
    settings = app.settings
    if output == "json":
        log.set_format("json")
    log.write_to("stdout")
    if not no_record:
        need_account(settings, "; without an account: --no-record leaves the wiki alone")
        need_kept_store(settings)
    app.check()
    url = stream_url(settings.stream, app.wiki.api)
    site = app.site
    inbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    with app.store() as store:
        options = app.options(drafts=drafts, sweep=sweep)
        recording_for = None if no_record else _recording_for(app, store)
        watched = Watched(app.wiki, store, app.evaluator_for, recording_for, options, settings.interval)
        stream = Stream(url, site, settings.contact, inbox) if url else None
        watch = Watch(watched, site, _say, inbox, stream, reader_left)
        with ending_in_good_order(app.deadline, watch.stop):
            try:
                watch.run()
            finally:
                if stream:
                    stream.close()


def _recording_for(app: App, store: Store) -> Callable[[Site], Recording]:
    return lambda site: app.recording(store, partial(app.log_in_to_record, store, site), site)


def _say(event: Event, **values: object) -> None:
    """Log an event of a watch."""
    (log.warning if event in _TROUBLE else log.info)(event, **values)


_: Say = _say
