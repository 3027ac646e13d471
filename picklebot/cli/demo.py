"""``picklebot demo``: a wiki of one's own, and a harvest of it."""

from __future__ import annotations

import os
import subprocess
import sys

import click

from picklebot.cli.sandbox import sandbox_description, say
from picklebot.sandbox import DEFAULT_RELEASE, RELEASES, Sandbox, SandboxAccount

__all__ = ["demo"]

_PLACES = ("Special:RecentChanges", "Special:Log/tag", "Category:Modules_with_failing_tests")


@click.command()
@click.option("--release", type=click.Choice(list(RELEASES)), default=DEFAULT_RELEASE, show_default=True)
def demo(*, release: str) -> None:
    """Start a wiki in a folder, prepare it for picklebot, and harvest it."""
    name = "demo" if release == DEFAULT_RELEASE else f"demo-{release}"
    box = Sandbox.up(name, release=release, progress=say)
    click.echo(sandbox_description(box))
    for arguments, account in ((("setup",), box.admin), (("harvest",), box.observer)):
        status = _picklebot(*arguments, "--wiki", box.api, account=account)
        if status:
            sys.exit(status)
    click.echo("\nSee for yourself:")
    for place in _PLACES:
        click.echo(f"  {box.url}index.php?title={place}")
    click.echo(f"Stop the wiki with: picklebot sandbox down {name}")


def _picklebot(*arguments: str, account: SandboxAccount) -> int:
    """Run a command of picklebot as an operator would, and return its exit status."""
    click.echo(f"\n$ PICKLEBOT_USER={account.user} PICKLEBOT_PASSWORD=… picklebot {' '.join(arguments)}")
    environment = {**os.environ, "PICKLEBOT_USER": account.user, "PICKLEBOT_PASSWORD": account.password}
    return subprocess.run([sys.executable, "-m", "picklebot", *arguments], env=environment, check=False).returncode
