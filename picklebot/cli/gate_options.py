"""The options of ``picklebot gate``, and their values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from picklebot.cli.options import Command

__all__ = ["GateFlags", "gate_options"]

_FILE = click.Path(dir_okay=False, path_type=Path)
_SECONDS = click.FloatRange(min=0, min_open=True, max=366 * 86_400)


@dataclass(frozen=True, slots=True)
class GateFlags:
    """The values of the options that the gate alone has; their help explains them."""

    baseline: Path | None
    save: Path | None
    from_store: bool
    resume: Path | None
    baseline_url: str | None
    baseline_connect_to: str | None
    baseline_header: tuple[str, ...]
    connect_to: tuple[str, ...]
    ca: Path | None
    cert: Path | None
    use_proxy: bool
    config: Path
    group: str | None
    tier: str
    suites: Path | None
    category: str | None
    sample: int | None
    seed: int
    deadline: float
    attempts: int
    at_once: int
    min_coverage: float
    max_regressions: str
    on_infrastructure_error: str
    expect_software: str | None
    max_baseline_age: float
    waivers: Path | None
    observe: bool
    drill: bool
    expect_restored: bool
    output: tuple[str, ...]
    check: bool


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--baseline", type=_FILE, metavar="FILE", help="What to expect: a file that --save made."),
    click.option("--save", type=_FILE, metavar="FILE", help="Make a baseline by running all suites; .gz compresses."),
    click.option(
        "--from-store", is_flag=True, help="With --save: from what harvests know, and no suite is run; see --store."
    ),
    click.option(
        "--resume", type=_FILE, metavar="FILE", help="Run the suites that an earlier gate did not come to: its JSON."
    ),
    click.option("--baseline-url", metavar="URL", help="The old software's api.php, asked about differences."),
    click.option(
        "--baseline-connect-to", metavar="HOST", help="HOST:PORT of a machine with the old software, for the same URL."
    ),
    click.option("--baseline-header", multiple=True, metavar="LINE", help="A header for the old software alone."),
    click.option(
        "--connect-to",
        multiple=True,
        metavar="HOST",
        help="HOST:PORT of a machine with the candidate, for the URL's host; ranges as mw[1-3].example.",
    ),
    click.option("--ca", type=_FILE, metavar="FILE", help="Certificates (PEM) that are trusted instead of the usual."),
    click.option("--cert", type=_FILE, metavar="FILE", help="Our own certificate and its key (PEM)."),
    click.option("--use-proxy", is_flag=True, help="Use the environment's proxies."),
    click.option(
        "--gate-config",
        "config",
        type=_FILE,
        default=Path("gate.toml"),
        show_default=True,
        metavar="FILE",
        help="File with groups of wikis.",
    ),
    click.option("--group", metavar="NAME", help="A group of wikis in that file; one verdict on all of them."),
    click.option(
        "--tier",
        type=click.Choice(["quick", "standard", "all"]),
        default="standard",
        show_default=True,
        help="Suites that many pages use and that take no time; all but drafts; all.",
    ),
    click.option("--suites", type=_FILE, metavar="FILE", help="Only these: titles of modules or testers, one a line."),
    click.option("--category", metavar="NAME", help="Only modules or testers in this category."),
    click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Only N of them, drawn by --seed."),
    click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Draws the same sample again."),
    click.option(
        "--deadline",
        type=_SECONDS,
        default=100.0,
        show_default=True,
        metavar="SECONDS",
        help="The answer is there by then, counted from the start of the process.",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(1, 10),
        default=2,
        show_default=True,
        help="How often the candidate has to fail.",
    ),
    click.option(
        "--at-once", type=click.IntRange(1, 50), default=2, show_default=True, help="Requests at a time to a wiki."
    ),
    click.option(
        "--min-coverage",
        type=click.FloatRange(0, 100),
        default=50.0,
        show_default=True,
        metavar="PERCENT",
        help="With fewer of the suites compared there is no verdict.",
    ),
    click.option(
        "--max-regressions", default="0", show_default=True, metavar="N|P%", help="So many suites may regress."
    ),
    click.option(
        "--on-infrastructure-error",
        type=click.Choice(["fail", "pass"]),
        default="fail",
        show_default=True,
        help="Exit 3, or 0, where the gate could not do its work.",
    ),
    click.option("--expect-software", metavar="PATTERN", help="Pattern of the candidate's generator or git hash."),
    click.option(
        "--max-baseline-age",
        type=click.FloatRange(min=0, max=10_000),
        default=7.0,
        show_default=True,
        metavar="DAYS",
        help="An older baseline is none.",
    ),
    click.option("--waivers", type=_FILE, metavar="FILE", help="Regressions that somebody answers for (TOML)."),
    click.option("--observe", is_flag=True, help="Say what would have been done, and exit 0."),
    click.option("--drill", is_flag=True, help="Behave as if one suite had regressed, to try the rollback."),
    click.option("--expect-restored", is_flag=True, help="After a rollback: everything has to be as in the baseline."),
    click.option(
        "--output",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write the decision too: json, ctrf, junit, tap, tap13, prometheus, html, text.",
    ),
    click.option("--check", is_flag=True, help="Validate options and files, and make no request."),
)


def gate_options(command: Command) -> Command:
    """Add the options of the gate."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
