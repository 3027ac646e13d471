"""``picklebot status``: how a wiki stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import click

from picklebot.cli.options import open_app, setting_options, wiki_options
from picklebot.errors import WorkError
from picklebot.model.software import software_digest, with_evaluator
from picklebot.output.overview import Standing, overview_document, overview_lines
from picklebot.scheduling.due import plan_due
from picklebot.store.history import overview
from picklebot.text.terminal import json_text

__all__ = ["status_command"]


@click.command("status")
@wiki_options
@setting_options("store", "strategies", "recheck_after")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def status_command(*, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Show how a wiki stands.

    Modules by state, flaky and inconclusive suites, transitions that wait to be recorded, the last harvest, and how
    many suites are due: all from the store, so changes on the wiki since then do not count. Runs and changes nothing.
    """
    app = open_app(flags)
    strategies = app.strategies
    now = datetime.now(UTC)
    with app.store_as_left() as store:
        if not store.wiki:
            raise WorkError("the store knows nothing of this wiki: run `picklebot harvest` first")
        found = overview(store, app.settings.recorders)
        software = store.versions(found.last.software) if found.last else {}
    digest = software_digest(with_evaluator(software, strategies.digest))
    after = timedelta(days=app.settings.recheck_after)
    waiting = plan_due(found.suites, now, digest, recheck_after=after, full=False)
    standing = Standing(store.key, found, sum(1 for _ in waiting))
    if output == "json":
        click.echo(json_text(overview_document(standing)))
        return
    for line in overview_lines(standing, app.say):
        click.echo(line)
