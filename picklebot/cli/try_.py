"""``picklebot try``: a wiki's tests against text that is not saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from picklebot.cli.options import open_app, setting_options, wiki_options
from picklebot.errors import UsageError, WorkError
from picklebot.output.comparison import comparison_lines
from picklebot.unsaved import UnsavedText, run_unsaved

__all__ = ["try_command"]

_IN_CONSOLE = "  tried through require in the console; what tests reach by #invoke or a template is the saved page"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("try")
@wiki_options
@click.argument("module")
@click.option("--file", "file", type=_FILE, help="Lua text to take for MODULE's.")
@click.option("--tests", type=_FILE, help="Lua text to take for its test page's.")
@click.option("--tester", metavar="TITLE", help="Which test page to run, which --tests stands for.  [default: all]")
@setting_options("strategies")
def try_command(
    *,
    module: str,
    file: Path | None,
    tests: Path | None,
    tester: str | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Run MODULE's tests on the wiki against text that is not saved there, and show the differences.

    Exits 0 if all tests pass, 1 if not, 3 where the unsaved text cannot be tried.
    """
    if file is None and tests is None:
        raise UsageError("nothing to try: give --file for the module's text, --tests for its test page's, or both")
    app = open_app(flags)
    strategies, wiki, site = app.strategies, app.wiki, app.site
    what = UnsavedText(site.module(module), _read(file), _read(tests), site.module(tester) if tester else None)
    passing = True
    for outcome in run_unsaved(what, wiki, site, strategies, app.plugins):
        for line in comparison_lines(outcome.saved, outcome.unsaved, app.say):
            click.echo(line)
        way = _IN_CONSOLE if outcome.in_console else "  tried through #invoke, with TemplateSandbox"
        click.echo(way)
        if outcome.unsaved.state is None:
            raise WorkError(f"no verdict on {outcome.unsaved.suite.tester.title}")
        passing = passing and outcome.unsaved.state.passing
    if not passing:
        raise click.exceptions.Exit(1)


def _read(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read as UTF-8 text: {error}") from error
