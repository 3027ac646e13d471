"""The commands that the manual shows are run as they stand, but for address and account."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from picklebot.sandbox import SandboxAccount
from tests.live.bot import SCRIPT, Bot
from tests.live.livewiki import LiveWiki

OPERATORS = Path(__file__).parents[2] / "docs" / "operators.md"
BLOCKS = re.findall(
    r"^```console test( sysop)?\n(.*?)^```$", OPERATORS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)


def commands(block: str, wiki: LiveWiki, account: SandboxAccount) -> str:
    """The commands behind the prompts, with the test's own address and account in place of the manual's."""
    lines = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    script = "\n".join(lines).replace("https://wiki.example.org/w/api.php", wiki.api)
    script = re.sub(r"PICKLEBOT_USER='[^']*'", f"PICKLEBOT_USER='{account.user}'", script)
    return re.sub(r"PICKLEBOT_PASSWORD='…'", f"PICKLEBOT_PASSWORD='{account.password}'", script)


def test_the_manual_has_commands_to_run() -> None:
    assert len(BLOCKS) >= 5
    assert sum(bool(sysop) for sysop, _ in BLOCKS) == 1


def test_the_commands_of_the_manual_run_from_its_beginning_to_its_end(bot: Bot, small: LiveWiki) -> None:
    for sysop, block in BLOCKS:
        account = small.sandbox.admin if sysop else small.sandbox.observer
        environment = {**Bot(bot.folder, "").variables, "PATH": f"{SCRIPT.parent}:/usr/bin:/bin"}
        script = commands(block, small, account)
        ran = subprocess.run(
            ["bash", "-euc", script], cwd=bot.work, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{script}\n{ran.stderr}"
        assert "Traceback" not in ran.stderr
    assert small.members("Modules with passed tests") == {"Module:Area", "Module:Lost/testcases"}
    assert small.tags("Module:Area") == ["pickle-good"]


@pytest.mark.parametrize("message", ["which wiki?", "must be set", "cannot log in", "no answer from"])
def test_troubleshooting_begins_with_what_one_sees_first(message: str) -> None:
    assert f"| `{message}` |" in OPERATORS.read_text(encoding="utf-8")
