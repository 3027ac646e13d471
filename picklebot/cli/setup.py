"""``picklebot setup``: the preparation of a wiki by a sysop, once, and again after an update of picklebot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from picklebot.cli.options import need_account, open_app, setting_options, wiki_options
from picklebot.output.writes import diff_lines
from picklebot.recording.doc_messages import CALL
from picklebot.recording.setup import Step, StepOutcome, plan_setup, recording_account, sees_states, set_up
from picklebot.text.messages import Messages

if TYPE_CHECKING:
    from picklebot.app import App

__all__ = ["setup_command"]


@click.command("setup")
@wiki_options
@setting_options("observer", "show")
@click.option("--diff", is_flag=True, help="Show what would be written, and how pages differ; write nothing.")
@click.option("--force", is_flag=True, help="Overwrite also pages that somebody changed.")
@click.option("--specs", is_flag=True, help="Also install Module:Pickle, by which editors write specs of modules.")
def setup_command(*, diff: bool, force: bool, specs: bool, **flags: Any) -> None:  # noqa: ANN401
    """Define the change tags and install the pages that show states, with a sysop's account.

    Run it once per wiki, and again after an update of picklebot. A page that somebody changed stays as it is.
    """
    app = open_app(flags)
    if not diff:
        need_account(app.settings, ": those of a sysop, for this command")
    observer = recording_account(app.wiki, app.site, app.settings)
    steps = plan_setup(app.wiki, app.site, app.settings, observer, force=force, specs=specs)
    if diff:
        for step in steps:
            _show_difference(step)
        return
    click.echo(f"records: {observer}")
    for step in set_up(app.log_in(), app.wiki, app.site, steps, Messages(app.settings.language)):
        click.echo(f"{step.outcome}: {step.name if step.target else f'tag {step.name}'}{_HINTS.get(step.outcome, '')}")
    _say_whether_it_shows(app, observer)


_HINTS = {
    StepOutcome.CHANGED: " (by somebody, and so it stays: --diff shows the difference, --force overwrites it)",
    StepOutcome.OWN_TEXT: f"; to show states on modules, paste this line above it: {CALL}",
}


def _show_difference(step: Step) -> None:
    if step.target is None:
        if step.writes:
            click.echo(f"would define: tag {step.name}")
        return
    for line in diff_lines(
        step.name, step.before, step.after if step.outcome is not StepOutcome.THERE else step.before
    ):
        click.echo(line)


def _say_whether_it_shows(app: App, observer: str) -> None:
    """Say whether module pages show their states, or how they come to."""
    show = app.settings.show
    if show == "template":
        click.echo(f"paste this line into the wiki's documentation template for modules: {CALL}")
    if show not in ("messages", "template"):
        return
    seen = sees_states(app.wiki, app.site, app.settings, observer)
    if seen is None:
        click.echo("no state is recorded yet: after a harvest, run this again to see whether module pages show theirs")
    else:
        click.echo(f"{seen[0]} {'shows its state' if seen[1] else f'does not show its state: {CALL} is missing'}")
