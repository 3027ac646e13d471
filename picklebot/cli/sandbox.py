"""``picklebot sandbox``: a real MediaWiki in a folder, for trying out, for tests, for the demo."""

from __future__ import annotations

import click

__all__ = ["sandbox"]


@click.group()
def sandbox() -> None:
    """Make, reset and stop real MediaWikis on this machine."""
