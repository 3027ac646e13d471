"""``picklebot history``: the story of one module."""

from __future__ import annotations

import difflib
from typing import Any

import click

from picklebot.cli.options import open_app, setting_options, wiki_options
from picklebot.errors import WorkError
from picklebot.output.history import story_document, story_lines
from picklebot.store.history import known, story
from picklebot.text.terminal import json_text

__all__ = ["history_command"]


@click.command("history")
@wiki_options
@click.argument("module")
@setting_options("store")
@click.option("--runs", type=click.IntRange(min=0), default=5, show_default=True, help="Runs to show of each suite.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def history_command(module: str, *, runs: int, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Tell the story of one MODULE.

    Its changes of state, with their causes and records, and the last runs of its tests: all from
    the store. Runs and changes nothing.
    """
    app = open_app(flags)
    wiki, site = app.wiki, app.site
    title = site.module(module)
    with app.store(read_only=True) as store:
        titles = known(store) if store.wiki else set()
        if not titles:
            raise WorkError("the store knows nothing of this wiki: run `picklebot harvest` first")
        found = story(store, title, runs)
    if found is None:
        names = [site.module_name(each) for each in titles]  # a part that all have in common makes none alike
        near = difflib.get_close_matches(site.module_name(title), names, 1)
        meant = f"; did you mean {site.module(near[0])}?" if near else ""
        raise WorkError(f"nothing is known of {title}{meant}")
    if output == "json":
        click.echo(json_text(story_document(found, wiki.shown, app.settings.recorders)))
        return
    for line in story_lines(found, wiki.shown, app.settings.recorders, app.say):
        click.echo(line)
