"""``picklebot rebuild``: a lost store, from the record on the wiki."""

from __future__ import annotations

from typing import Any

import click

from picklebot.account.observer import Account
from picklebot.cli.options import open_app, setting_options, wiki_options
from picklebot.rebuild import rebuild
from picklebot.text.terminal import plain

__all__ = ["rebuild_command"]


@click.command("rebuild")
@wiki_options
@setting_options("store")
@click.option("--drafts", is_flag=True, help="As in your harvests: also the tests of sandboxes and users' own drafts.")
@setting_options("strategies")
@click.option("--force", is_flag=True, help="Forget what the store knows of this wiki.")
def rebuild_command(*, drafts: bool, force: bool, **flags: Any) -> None:  # noqa: ANN401
    """Rebuild a lost store from the record on the wiki.

    Reads the observer's data pages, the change tags of revisions, their log, the log pages and the tracking
    categories. Runs nothing, writes nothing on the wiki, and needs no password; the user, where given, says whose
    record counts. The next harvest runs all suites once, and records only changes.
    """
    app = open_app(flags)
    settings, evaluator = app.settings, app.evaluator
    with app.store() as store:
        found = rebuild(
            app.wiki,
            app.site,
            evaluator,
            store,
            app.recorders,
            user=Account(settings.user, "", app.site.capital).name if settings.user else "",
            log_page=settings.log_page,
            data_page=settings.data_page,
            categories=tuple(settings.categories.values()),
            elsewhere=settings.testers_elsewhere,
            drafts=drafts,
            force=force,
        )
    click.echo(
        f"{found.suites} suites; {found.modules} modules have a recorded state,"
        f" from {found.recorded} transitions that are recorded on the wiki"
    )
    for transition in found.transitions:
        new = transition.new or "no longer followed"
        click.echo(f"changed since, to be recorded: {plain(transition.page.title)}: {transition.old} → {new}")
