"""``picklebot sandbox``: a real MediaWiki in a folder, for trying out, for tests, for the demo."""

from __future__ import annotations

import time
from pathlib import Path

import click

from picklebot.errors import UsageError
from picklebot.sandbox import DEFAULT_RELEASE, RELEASES, Sandbox

__all__ = ["sandbox", "sandbox_description", "say"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def sandbox() -> None:
    """Real MediaWikis in folders of their own, on this machine only.

    Each has Scribunto, two accounts and pages to try things on. They live under PICKLEBOT_DATA, or the user's data
    folder.
    """


@sandbox.command()
@click.option(
    "--release", type=click.Choice(list(RELEASES)), help=f"The release of MediaWiki. [default: {DEFAULT_RELEASE}]"
)
@click.option("--port", type=click.IntRange(1, 65535), help="[default: the one it had before, or a free one]")
@click.option("--pages", type=_FOLDER, multiple=True, help="A folder of further pages; may be given several times.")
@click.option("--mediawiki", type=_FOLDER, help="An unpacked MediaWiki with Scribunto, instead of a release.")
@click.option("--settings", type=_FILE, help="A PHP file with settings that come after the sandbox's own.")
@click.option("--name", help="What to call it, to have several side by side. [default: the release]")
@click.option("--seeds/--no-seeds", default=True, help="With or without the pages to try things on. [default: with]")
@click.option("--keep", is_flag=True, help="Start a stopped sandbox as it was left, instead of anew.")
def up(
    *,
    release: str | None,
    port: int | None,
    pages: tuple[Path, ...],
    mediawiki: Path | None,
    settings: Path | None,
    name: str | None,
    seeds: bool,
    keep: bool,
) -> None:
    """Make a pristine wiki and serve it; one that runs already is left as it is."""
    if release and mediawiki:
        raise UsageError("give --release or --mediawiki, not both")
    started = time.monotonic()
    made = Sandbox.up(
        name,
        release=release,
        port=port,
        pages=pages,
        mediawiki=mediawiki,
        settings=settings,
        seeds=seeds,
        keep=keep,
        progress=say,
    )
    say(f"ready after {time.monotonic() - started:.1f} s")
    click.echo(sandbox_description(made))


@sandbox.command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="Stop all of them.")
@click.option("--delete", is_flag=True, help="Delete the folder of the sandbox NAME too.")
def down(*, name: str | None, every: bool, delete: bool) -> None:
    """Stop a sandbox. Its wiki is made anew by the next `up`, unless that says --keep."""
    if every and (name or delete):
        # Others may work beside this one: a sandbox to be deleted for good has to be named.
        raise UsageError("--all stops every sandbox, and goes with neither a name nor --delete: delete them by name")
    if delete and not name:
        raise UsageError("--delete wants the name of the sandbox; picklebot sandbox status lists them")
    for box in Sandbox.all() if every else (_the(name),):
        stopped = box.down(delete=delete)
        click.echo(f"{box.name}: {'stopped' if stopped else 'was not running'}{', deleted' if delete else ''}")


@sandbox.command()
@click.argument("name", required=False)
def reset(*, name: str | None) -> None:
    """Bring back the pristine wiki, under a new wiki id."""
    box = _the(name)
    box.reset()
    click.echo(f"{box.name}: pristine again, wiki id {box.wiki_id}")


@sandbox.command()
@click.argument("name", required=False)
@click.option("--release", type=click.Choice(list(RELEASES)), help="The release of MediaWiki to come to.")
@click.option("--mediawiki", type=_FOLDER, help="An unpacked MediaWiki with Scribunto, instead of a release.")
def upgrade(*, name: str | None, release: str | None, mediawiki: Path | None) -> None:
    """Bring a sandbox to a newer MediaWiki in place.

    Pages, accounts and port stay. One that runs is stopped for that time; a stopped one stays stopped.
    """
    if bool(release) == bool(mediawiki):
        raise UsageError("upgrade to which MediaWiki? Give --release or --mediawiki, one of them")
    box = _the(name)
    box.upgrade(release=release, mediawiki=mediawiki, progress=say)
    click.echo(sandbox_description(box) if box.running else f"{box.name}: MediaWiki {box.version}, stopped")


@sandbox.command()
def status() -> None:
    """List the sandboxes."""
    boxes = Sandbox.all()
    if not boxes:
        say("there is no sandbox; picklebot sandbox up makes one")
    for box in boxes:
        state = f"running  {box.url}  {box.api}" if box.running else "stopped"
        click.echo(f"{box.name:<12} MediaWiki {box.version:<10} {state}")


def sandbox_description(box: Sandbox) -> str:
    """The addresses and accounts of a sandbox."""
    rows = {
        "Sandbox": f"{box.name} (MediaWiki {box.version})",
        "Address": box.url,
        "API": box.api,
        "Sysop": f"{box.admin.user}    password: {box.admin.password}",
        "Observer": f"{box.observer.user}    password: {box.observer.password}",
    }
    return "\n".join(f"{key:<9} {value}" for key, value in rows.items())


def say(line: str) -> None:
    """Name the current step on stderr."""
    click.echo(f"sandbox: {line}", err=True)


def _the(name: str | None) -> Sandbox:
    """The sandbox of that name; without one, the only one there is, or the one of the default release."""
    if name is None:
        boxes = Sandbox.all()
        name = boxes[0].name if len(boxes) == 1 else DEFAULT_RELEASE
    return Sandbox.find(name)
