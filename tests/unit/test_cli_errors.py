"""How an error becomes a message and an exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from picklebot import __version__, errors
from picklebot.cli.commands import COMMANDS
from picklebot.cli.main import cli, main
from picklebot.errors import ConfigError

EVERY_ERROR = [error for error in vars(errors).values() if isinstance(error, type) and issubclass(error, Exception)]


def made(error: type[Exception]) -> Exception:
    return error("badtoken", "about it") if error is errors.ApiError else error("about it")


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str, raised: BaseException | None = None) -> int:
    """The exit status of the command line."""
    if raised is not None:

        def fail(**_: object) -> None:
            raise raised

        monkeypatch.setitem(cli.commands, "harvest", click.Command("harvest", callback=fail))
    monkeypatch.setattr(sys, "argv", ["picklebot", *arguments])
    with pytest.raises(SystemExit) as caught:
        main()
    return int(caught.value.code or 0)


@pytest.mark.parametrize("error", EVERY_ERROR)
def test_every_error_of_ours_is_a_line_on_stderr_and_its_status(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = ended(monkeypatch, "harvest", raised=made(error))
    said = capsys.readouterr()
    assert status == (2 if issubclass(error, errors.UsageError) else 3)
    assert said.out == ""
    assert said.err.startswith("picklebot: ")
    assert "about it" in said.err
    assert len(said.err.splitlines()) == 1


def test_the_errors_are_the_tree_that_is_drawn() -> None:
    drawn = errors.__doc__ or ""
    assert all(error.__name__ in drawn for error in EVERY_ERROR)
    assert {error.__name__ for error in EVERY_ERROR} == set(errors.__all__)
    assert all(issubclass(error, errors.PicklebotError) for error in EVERY_ERROR)


def test_an_interruption_ends_it_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(monkeypatch, "harvest", raised=KeyboardInterrupt()) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [("--nonsense",), ("nonsense",), ("harvest", "--nonsense"), ("harvest", "--only")]
)
def test_a_slip_of_the_keyboard_ends_it_with_2(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, *arguments) == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, name, "--help") == 0
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    assert capsys.readouterr().out.startswith("Usage: ")


def subcommands(group: click.Group) -> dict[str, click.Command]:
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in group.list_commands(context)}
    return {name: command for name, command in found.items() if command is not None}


def test_the_list_of_commands_imports_none_of_them() -> None:
    code = "import sys; from picklebot.cli.main import main\ntry: main()\nexcept SystemExit: print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, check=True)
    assert all(f"\n  {name}" in ran.stdout for name in COMMANDS)
    loaded = set(ran.stdout.splitlines()[-1].split())
    assert "click" in loaded
    assert not loaded & {"sqlalchemy", "requests", "pydantic", "rich", "lxml", "re2", "yaml", "importlib.metadata"}


def test_a_misspelt_command_is_told_the_nearest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "harvst") == 2
    assert "did you mean harvest?" in capsys.readouterr().err


def test_every_option_has_help() -> None:
    def options(command: click.Command, path: str) -> list[str]:
        below = subcommands(command).items() if isinstance(command, click.Group) else ()
        bare = [
            f"{path} {option.name}"
            for option in command.params
            if isinstance(option, click.Option) and not option.help and not option.show_default
        ]
        return bare + [found for name, sub in below for found in options(sub, f"{path} {name}")]

    assert options(cli, "picklebot") == []


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"picklebot, version {__version__}\n"


@pytest.mark.parametrize("command", ["harvest", "plan", "status"])
def test_whoever_runs_a_bot_on_somebody_elses_wiki_says_who_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path))
    monkeypatch.setenv("PICKLEBOT_USER", "Bot")
    monkeypatch.setenv("PICKLEBOT_PASSWORD", "secret")
    with pytest.raises(ConfigError, match="PICKLEBOT_CONTACT") as caught:
        cli.main([command, "--wiki", "https://wiki.example.org/w/api.php"], standalone_mode=False)
    assert "User:Example" in str(caught.value)
    assert caught.value.exit_status == 2
