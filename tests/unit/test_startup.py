"""Commands import what they need, when they need it: benchmarks/startup.py measures what that comes to."""

from __future__ import annotations

import subprocess
import sys

import pytest

_MEASURES = """
import sys
from picklebot.cli.commands import LazyGroup
from picklebot.cli.main import cli
if sys.argv[1] != "none":
    cli.get_command(None, sys.argv[1])
print("\\n".join(sys.modules))
"""

# Each takes a tenth or more of the processor time of a command that has nothing to do.
_HEAVY = {"alembic", "lxml", "mwparserfromhell", "pywikibot", "rich", "sqlalchemy.dialects.mysql", "tomlkit"}


def imported(command: str) -> set[str]:
    """All modules that a process knows which has looked up a command."""
    ran = subprocess.run([sys.executable, "-c", _MEASURES, command], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize("command", ["status", "harvest", "history"])
def test_commands_import_no_library_before_they_have_a_use_for_it(command: str) -> None:
    modules = imported(command)

    assert "sqlalchemy" in modules  # it does look
    assert not modules & _HEAVY


@pytest.mark.parametrize("command", ["status", "harvest", "history"])
def test_commands_that_record_nothing_import_nothing_of_the_account(command: str) -> None:
    assert not {module for module in imported(command) if module.startswith("picklebot.account.")}


def test_help_imports_none_of_the_libraries_that_commands_stand_on() -> None:
    assert not imported("none") & {*_HEAVY, "pydantic", "requests", "sqlalchemy"}
