"""``picklebot harvest``: one pass over a wiki. ``picklebot plan``: what it would run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any

import click

from picklebot import log
from picklebot.app import App
from picklebot.cli.options import (
    Command,
    need_account,
    need_kept_store,
    open_app,
    setting_options,
    settings_from,
    wiki_options,
)
from picklebot.cli.progress import recorded, shown_progress
from picklebot.cli.signals import ending_in_good_order
from picklebot.config import Settings
from picklebot.deadline import Deadline
from picklebot.errors import UsageError, WorkError
from picklebot.harvest import Harvest, harvest
from picklebot.model import Ending, Reason, Suite
from picklebot.output.document import document_text
from picklebot.plan import Options, plan
from picklebot.recording import LOGIN, NO_RECORDING, Problem, Recording
from picklebot.store.store import Store
from picklebot.text.terminal import json_text, plain
from picklebot.text.wording import reason_words

if TYPE_CHECKING:  # most commands write nothing
    from picklebot.account.observer import Observer
    from picklebot.recording.preview import PlannedTask

__all__ = ["harvest_command", "plan_command", "selecting"]

_BOT_FLAG = "it should be an account of the bot's own, in the group bot: its work looks like a person's now"
_WITHOUT = "; without an account: --no-record leaves the wiki alone, --dry-run the store too"


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
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def harvest_command(
    *,
    drafts: bool,
    full: bool,
    sweep: bool,
    dry_run: bool,
    diff: bool,
    no_record: bool,
    output: str,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Run the tests of a wiki's Lua modules, and record which states changed.

    Discovers modules with test pages, runs the tests whose answer could have changed since the last harvest, and
    records transitions under the observer's account: as change tags, tracking categories and log entries. Exits 0
    whatever state modules are in, 2 for wrong usage, 3 if the work could not be done.
    """
    settings = settings_from(flags)
    app = App(settings, Deadline.after(settings.deadline))
    if diff and output == "json":
        raise UsageError("--diff is for people: the JSON document has no place for it")
    dry_run = dry_run or diff
    records = not (dry_run or no_record)
    if records:
        need_account(settings, _WITHOUT)
        need_kept_store(settings)
    options = app.options(drafts=drafts, full=full, sweep=sweep)
    with ending_in_good_order(app.deadline):
        found, planned = _harvest(app, options, records=records, dry_run=dry_run, diff=diff)
    if settings.only and not found.matched and found.suites:
        raise UsageError(_nothing_matched(settings.only, [each.suite for each in found.suites]))
    _print(found, planned, output)
    _tell(found, settings)
    failed = found.useless or _nothing_recorded(found.problems, settings.recorders)
    if failed and found.ending is not Ending.TERMINATED:
        raise click.exceptions.Exit(3)


def _harvest(
    app: App, options: Options, *, records: bool, dry_run: bool, diff: bool
) -> tuple[Harvest, Sequence[PlannedTask]]:
    """The harvest, and the writes that were planned and not carried out.

    One that was asked to end before it had read the wiki comes to nothing, and the next one does its work.
    """
    try:
        app.check()
        options = replace(options, latest=app.read_changes())
        evaluator = app.evaluator
        with app.store(read_only=dry_run) as store:
            recording = _recording(app, store) if records else NO_RECORDING
            with shown_progress() as progress:
                found = harvest(app.wiki, app.site, evaluator, store, recording, options, progress, recorded())
            return found, list(app.preview(store, found)) if diff else ()
    except WorkError as error:
        if not app.deadline.brought_forward:
            raise
        log.warning("terminated", reason=str(error))
        return Harvest((), (), (), ending=Ending.TERMINATED), ()


def _print(found: Harvest, planned: Sequence[PlannedTask], output: str) -> None:
    """The result, on the standard output.

    :param planned: writes of a dry run
    :param output: ``json`` or ``table``
    """
    if output == "json":
        for part in document_text(found):
            sys.stdout.write(part)
    else:
        from picklebot.output.table import console, print_table  # noqa: PLC0415 (rich is imported for tables alone)

        print_table(found, console())
    if planned:
        from picklebot.output.writes import planned_lines  # noqa: PLC0415 (most harvests show none)

        click.echo("".join(f"{line}\n" for task in planned for line in planned_lines(task)), nl=False)


def _tell(found: Harvest, settings: Settings) -> None:
    """Events of the log that concern the whole harvest."""
    for problem in found.problems:
        log.warning("not_recorded", recorder=problem.recorder, reason=problem.message, postponed=problem.postponed)
    if not found.matched and settings.only:
        log.warning("no_suite_matched", only=list(settings.only))
    if found.waiting:
        event = "terminated" if found.ending is Ending.TERMINATED else "deadline"
        log.warning(event, suites_waiting=found.waiting)


def _recording(app: App, store: Store) -> Recording:
    """The recorders of the settings, with a login where transitions wait: after the tests ran and were kept."""

    @cache
    def log_in() -> Observer:
        observer = app.log_in(before_write=store.assert_held)
        if not observer.has_right("bot"):
            log.warning("no_bot_flag", account=observer.name, hint=_BOT_FLAG)
        return observer

    if app.settings.recorders:
        app.check_account()
    return app.recording(store, log_in)


def _nothing_matched(patterns: Sequence[str], suites: Sequence[Suite]) -> str:
    """The message for patterns that are like the title of no suite, with the titles most like them."""
    titles = {title.partition(":")[2]: title for suite in suites for title in (suite.testee.title, suite.tester.title)}
    near = [titles[name] for pattern in patterns for name in get_close_matches(pattern.rpartition(":")[2], titles, 1)]
    meant = f"; did you mean {', '.join(dict.fromkeys(near))}?" if near else ""
    return f"only: none of the {len(suites)} suites has a module or test page like {', '.join(patterns)}{meant}"


def _nothing_recorded(problems: Sequence[Problem], recorders: Sequence[str]) -> bool:
    """Whether all recorders were kept from their work, by more than the time."""
    kept = [problem.recorder for problem in problems if not problem.postponed]
    return LOGIN in kept or (bool(kept) and len(kept) == len(recorders))


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
