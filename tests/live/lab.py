"""A wiki of a few modules to explain and to try, started once for the tests of a file."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from picklebot.cli.main import main
from tests.live.livewiki import LiveWiki
from tests.live.wikis import Wikis
from tests.ran import Ran

PAGES = Path(__file__).parent / "lab" / "pages"
STRATEGIES = Path(__file__).parents[2] / "docs" / "examples" / "strategies"


@dataclass(frozen=True)
class Reader:
    """picklebot without an account, and the wiki that it reads. Commands run in this very process: they are many."""

    wiki: LiveWiki
    folder: Path

    def run(self, *arguments: str) -> Ran:
        """Run a command, whatever its exit status."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PICKLEBOT_")}
        ours |= {"PICKLEBOT_WIKI": self.wiki.api, "PICKLEBOT_DATA": str(self.folder), "COLUMNS": "200"}
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.object(sys, "argv", ["picklebot", *arguments]),
            patch.dict(os.environ, ours, clear=True),
            chdir(self.folder),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main()
        status = ended.value.code
        assert isinstance(status, int | None)
        return Ran(status or 0, out.getvalue(), err.getvalue())


@contextmanager
def started(name: str, release: str, wikis: Wikis, folder: Path) -> Iterator[Reader]:
    sandbox = wikis.up(f"{name}-{release}", "lab", release, seeds=False, pages=[PAGES])
    try:
        yield Reader(LiveWiki(sandbox), folder)
    finally:
        sandbox.down(delete=True)
