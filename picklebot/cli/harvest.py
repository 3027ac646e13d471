"""``picklebot harvest``: one pass over a wiki. ``picklebot plan``: the suites that it would run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import click

from picklebot.app import App
from picklebot.cli.one_wiki import Scope, Writing, failed, harvest_wiki, log_harvest
from picklebot.cli.options import (
    Command,
    all_settings_from,
    open_app,
    setting_options,
    settings_from,
    wiki_options,
)
from picklebot.cli.signals import ending_in_good_order
from picklebot.deadline import Deadline
from picklebot.errors import UsageError
from picklebot.harvest import Harvest
from picklebot.model import Reason, Suite, WikiEnding
from picklebot.output.document import document_text
from picklebot.plan import plan
from picklebot.text.messages import Messages
from picklebot.text.terminal import json_text, plain
from picklebot.text.wording import reason_words

if TYPE_CHECKING:  # most commands write nothing
    from picklebot.recording.preview import PlannedTask

__all__ = ["harvest_command", "plan_command", "selecting"]

_DRAFTS = click.option("--drafts", is_flag=True, help="Also run the tests of sandboxes and of users' own drafts.")
_SWEEP = click.option("--sweep", is_flag=True, help="List all pages, also where recent changes say what changed.")


def selecting(command: Command) -> Command:
    """Add the options that say which suites are to run."""
    return setting_options("store", "only", "strategies", "recheck_after")(_DRAFTS(_SWEEP(command)))


_full = click.option("--full", is_flag=True, help="Run all suites, whatever changed.")


@click.command("harvest")
@wiki_options
@selecting
@_full
@setting_options("deadline", "concurrency", "write_interval")
@click.option("--dry-run", is_flag=True, help="Change neither the wiki nor the store.")
@click.option("--diff", is_flag=True, help="A dry run that also shows, as diffs, all that would be written.")
@click.option("--no-record", is_flag=True, help="Keep the store, and leave the wiki alone.")
@click.option("--release", is_flag=True, help="Record what is held back because many modules change at once.")
@click.option("--all", "all_wikis", is_flag=True, help="Harvest all wikis of the settings, those in [wikis].")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="With --all: how many at once.")
@setting_options("wiki_deadline")
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def harvest_command(
    *,
    drafts: bool,
    full: bool,
    sweep: bool,
    dry_run: bool,
    diff: bool,
    no_record: bool,
    release: bool,
    all_wikis: bool,
    jobs: int,
    output: str,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Run the tests of a wiki's Lua modules, and record which states changed.

    Discovers modules with test pages, runs the tests whose answer could have changed since the last harvest, and
    records transitions under the observer's account: as change tags, tracking categories and log entries. Exits 0
    whatever state modules are in, 2 for wrong usage, 3 if the work could not be done.
    """
    if diff and output == "json":
        raise UsageError("--diff is for people: the JSON document has no place for it")
    writing = Writing(store=not (dry_run or diff), wiki=not (dry_run or diff or no_record), shown=diff, release=release)
    scope = Scope(drafts=drafts, full=full, sweep=sweep)
    if all_wikis:
        _harvest_all(flags, scope, writing, jobs, output)
    else:
        _harvest_one(flags, scope, writing, output)


def _harvest_one(flags: dict[str, Any], scope: Scope, writing: Writing, output: str) -> None:
    settings = settings_from(flags)
    app = App(settings, Deadline.after(settings.deadline))
    writing.check(settings)
    with ending_in_good_order(app.deadline):
        found, planned = harvest_wiki(app, scope, writing)
    mistyped = bool(settings.only and not found.matched and found.suites)
    if not mistyped or found.transitions:  # pages that went leave transitions, whatever was asked for
        _print(found, planned, output, app.say)
    if mistyped:
        raise UsageError(_nothing_matched(settings.only, [each.suite for each in found.suites]))
    log_harvest(found, settings)
    if failed(found, settings):
        raise click.exceptions.Exit(3)


def _harvest_all(flags: dict[str, Any], scope: Scope, writing: Writing, jobs: int, output: str) -> None:
    from picklebot.cli.fleet import harvest_wikis  # noqa: PLC0415 (most commands are about one wiki)
    from picklebot.output.fleet import fleet_document, print_fleet  # noqa: PLC0415

    if flags.get("wiki") or writing.shown:
        raise UsageError("--all is for all wikis of the settings: it goes with neither --wiki nor --diff")
    wikis = all_settings_from(flags)
    for settings in wikis.values():
        writing.check(settings)
    deadline = Deadline.after(None)
    with ending_in_good_order(deadline):
        outcomes = list(harvest_wikis(wikis, scope, writing, jobs, deadline))
    if output == "json":
        click.echo(json_text(fleet_document(outcomes)))
    else:
        from picklebot.output.table import console  # noqa: PLC0415 (rich is imported for tables alone)

        print_fleet(outcomes, console())
    if any(outcome.ending in (WikiEnding.FAILED, WikiEnding.AWAY) for outcome in outcomes):
        raise click.exceptions.Exit(3)


def _print(found: Harvest, planned: Sequence[PlannedTask], output: str, say: Messages) -> None:
    """The result, on the standard output.

    :param planned: writes of a dry run
    :param output: ``json`` or ``table``
    :param say: the words of the table
    """
    if output == "json":
        for part in document_text(found):
            sys.stdout.write(part)
    else:
        from picklebot.output.table import console, print_table  # noqa: PLC0415 (rich is imported for tables alone)

        print_table(found, console(), say)
    if planned:
        from picklebot.output.writes import planned_lines, total_of  # noqa: PLC0415 (most harvests show none)

        click.echo("".join(f"{line}\n" for task in planned for line in planned_lines(task)), nl=False)
        click.echo(total_of(planned))


def _nothing_matched(patterns: Sequence[str], suites: Sequence[Suite]) -> str:
    """The message for patterns that are like the title of no suite, with the titles most like them."""
    titles = {title.partition(":")[2]: title for suite in suites for title in (suite.testee.title, suite.tester.title)}
    near = [titles[name] for pattern in patterns for name in get_close_matches(pattern.rpartition(":")[2], titles, 1)]
    meant = f"; did you mean {', '.join(dict.fromkeys(near))}?" if near else ""
    return f"only: none of the {len(suites)} suites has a module or test page like {', '.join(patterns)}{meant}"


@click.command("plan")
@wiki_options
@selecting
@_full
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def plan_command(*, drafts: bool, full: bool, sweep: bool, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Show which suites a harvest would run now, why, and with how many requests. Runs and changes nothing."""
    app = open_app(flags)
    app.check()
    options = replace(app.options(drafts=drafts, full=full, sweep=sweep), latest=app.read_changes())
    evaluator = app.evaluator
    with app.store(read_only=True) as store:
        found = plan(app.wiki, app.site, evaluator, store, options)
    if output == "json":
        suites = [
            {"tester": each.suite.tester.title, "testee": each.suite.testee.title, **_why(each.reason)}
            for each in found.planned
        ]
        numbers = {"alone": found.alone, "batches": found.batches, "requests_made": app.wiki.requests_made}
        click.echo(json_text({"suites": suites, **numbers}))
        return
    for each in found.planned:
        click.echo(f"{plain(each.suite.tester.title)}: {plain(reason_words(each.reason))}")
    click.echo(
        f"{len(found.planned)} suites would run: {found.alone} alone, a request each or a few,"
        f" the others in {found.batches} requests; finding that out took {app.wiki.requests_made}"
    )


def _why(reason: Reason) -> dict[str, Any]:
    return {"reason": reason_words(reason), "reason_code": reason.code, "reason_titles": list(reason.titles)}
