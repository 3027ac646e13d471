"""``picklebot strategies``: how kinds of suites are told apart, in the order in which they are tried."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from picklebot.app import App
from picklebot.cli.options import setting_options
from picklebot.config import load_settings
from picklebot.output.table import console
from picklebot.text.terminal import plain

__all__ = ["strategies_command"]


@click.command("strategies")
@setting_options("strategies")
@click.option("--config", "config_file", type=click.Path(dir_okay=False, path_type=Path), help="File with settings.")
def strategies_command(strategies: tuple[str, ...], config_file: Path | None) -> None:
    """List all strategies in the order they are tried, and where each comes from."""
    loaded = App(load_settings({"strategies": strategies}, file=config_file).settings).strategies
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Order", "Strategy", "Reads", "About", "From"):
        table.add_column(heading, overflow="fold")
    for strategy in loaded.ordered:
        formats = ", ".join(strategy.report.formats)
        cells = (str(strategy.order), strategy.name, formats, strategy.about, loaded.origins[strategy.name])
        table.add_row(*(Text(plain(cell)) for cell in cells))
    console().print(table)
