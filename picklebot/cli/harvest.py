"""``picklebot harvest``: one pass over a wiki."""

from __future__ import annotations

from typing import Any

import click
from rich.console import Console

from picklebot.cli.options import need_account, open_judge, open_wiki, settings_from, wiki_options
from picklebot.cli.progress import watched
from picklebot.harvest import harvest
from picklebot.recording import log_in, make_recorders
from picklebot.rendering import document, print_table
from picklebot.rendering.text import json_text, plain
from picklebot.tracking import Store
from picklebot.wiki import read_site

__all__ = ["harvest_command"]

_WITHOUT = "; without an account: --no-record leaves the wiki alone, --dry-run the store too"


@click.command("harvest")
@wiki_options
@click.option("--store", metavar="URL", help="Database that remembers states, as an SQLAlchemy URL.")
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only modules with such titles (*, ? and [] as in a shell)."
)
@click.option("--drafts", is_flag=True, help="Also run the tests of sandboxes and of users' own drafts.")
@click.option("--strategies", multiple=True, metavar="FOLDER", help="Folder with strategies of your own.")
@click.option("--write-interval", type=float, metavar="SECONDS", help="Between two writes.  [default: 10; loopback: 0]")
@click.option("--dry-run", is_flag=True, help="Change neither the wiki nor the store.")
@click.option("--no-record", is_flag=True, help="Keep the store, and leave the wiki alone.")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def harvest_command(*, drafts: bool, dry_run: bool, no_record: bool, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Run the tests of a wiki's Lua modules, and record which states changed.

    Discovers modules with test pages, runs the tests through the wiki's API, compares with what is stored, and records
    transitions under the observer's account: as change tags, tracking categories and log entries. Exits 0 whatever
    state modules are in, 2 for wrong usage, 3 if the work could not be done.
    """
    settings = settings_from(flags)
    recording = not (dry_run or no_record)
    if recording:
        need_account(settings, _WITHOUT)
    wiki = open_wiki(settings)
    site = read_site(wiki)
    judge = open_judge(wiki, site, settings)
    recorders = make_recorders(log_in(wiki, site, settings), wiki, site, settings) if recording else []
    with Store(settings.store_url, site.key, read_only=dry_run) as store:
        found = harvest(
            wiki,
            site,
            judge,
            store,
            recorders,
            only=settings.only,
            drafts=drafts,
            progress=watched("running tests"),
        )
    if output == "json":
        click.echo(json_text(document(found)))
    else:
        print_table(found, Console(highlight=False))
    for problem in found.problems:
        click.echo(f"picklebot: not recorded ({problem.recorder}): {plain(problem.message, 2000)}", err=True)
    if found.useless or (recorders and len(found.problems) == len(recorders)):
        raise click.exceptions.Exit(3)
