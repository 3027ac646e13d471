"""What the command line of the sandbox says without starting anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from picklebot.cli.main import main
from picklebot.errors import SandboxError, UsageError
from picklebot.sandbox import Home, Sandbox
from picklebot.sandbox.mediawiki import check_php, open_tree
from picklebot.sandbox.state import SandboxState


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PICKLEBOT_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["picklebot", "sandbox", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    return int(exit_.value.code or 0)


def a_tree(folder: Path, *, extensions: str = "extensions") -> Path:
    (folder / "includes").mkdir(parents=True)
    (folder / "includes" / "Defines.php").write_text("define( 'MW_VERSION', '1.45.1' );", encoding="utf-8")
    (folder / extensions / "Scribunto").mkdir(parents=True)
    (folder / extensions / "Scribunto" / "extension.json").touch()
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["reset", "nosuch"], "there is no sandbox 'nosuch'. Sandboxes there are: none"),
        (["down", "a/b"], "cannot be named"),
        (["down", "a.lock"], "not .lock at the end"),
        (["down", "--all", "--delete"], "delete them by name"),
        (["down", "--delete"], "--delete wants the name"),
        (["up", "--release", "1.38"], "1.39"),
        (["up", "--pages", "/nosuch"], "/nosuch"),
        (["up", "--mediawiki", "/usr"], "holds no MediaWiki"),
        (["upp"], "upp"),
        (["upgrade", "nosuch", "--release", "1.43"], "there is no sandbox 'nosuch'"),
        (["upgrade", "nosuch"], "Give --release or --mediawiki"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong_and_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert said in re.sub(r"\s+", " ", capfd.readouterr().err)


def test_delete_takes_only_the_sandbox_that_is_named(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    for name in ("mine", "theirs"):
        folder = Home(data).sandbox(name)
        folder.mkdir(parents=True)
        SandboxState("1.39", "/nowhere", "extensions", "sandbox_0", {}, 1).save(folder)
    assert run(monkeypatch, "down", "mine", "--delete") == 0
    assert [sandbox.name for sandbox in Sandbox.all()] == ["theirs"]


@pytest.mark.parametrize(
    ("wish", "other"),
    [(["--release", "1.43"], "release"), (["--no-seeds"], "seeds"), (["--settings", __file__], "settings")],
)
def test_a_sandbox_that_is_kept_is_not_taken_for_another_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], data: Path, wish: list[str], other: str
) -> None:
    folder = Home(data).sandbox("mine")
    folder.mkdir(parents=True)
    given = {"release": "", "pages": "", "settings": "", "seeds": ""}
    SandboxState("1.39.17", "/nowhere", "extensions", "sandbox_0", given, 1).save(folder)
    monkeypatch.setattr("picklebot.sandbox.sandbox.check_php", lambda: None)
    assert run(monkeypatch, "up", "--name", "mine", "--keep", *wish) == 2
    said = capfd.readouterr().err
    assert f"sandbox mine is there already, with other {other} (MediaWiki 1.39.17" in said


def a_sandbox(data: Path, version: str, tree: Path) -> None:
    folder = Home(data).sandbox("mine")
    folder.mkdir(parents=True)
    given = {"release": "", "pages": "", "settings": "", "seeds": ""}
    SandboxState(version, str(tree), "extensions", "sandbox_0", given, 1).save(folder)


@pytest.mark.parametrize("options", [["--keep"], []])
def test_up_of_a_newer_release_names_the_way_there(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], data: Path, options: list[str]
) -> None:
    a_sandbox(data, "1.39.17", Path("/nowhere"))
    monkeypatch.setattr("picklebot.sandbox.sandbox.check_php", lambda: None)
    monkeypatch.setattr("picklebot.sandbox.server.processes", lambda _command: () if options else (1,))

    assert run(monkeypatch, "up", "--name", "mine", "--release", "1.43", *options) == 2
    assert "picklebot sandbox upgrade mine --release 1.43" in capfd.readouterr().err


def test_no_upgrade_leads_back(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    a_sandbox(data, "1.46.0", Path("/nowhere"))
    monkeypatch.setattr("picklebot.sandbox.sandbox.check_php", lambda: None)

    assert run(monkeypatch, "upgrade", "mine", "--mediawiki", str(a_tree(tmp_path / "older"))) == 2
    assert "no MediaWiki goes back to 1.45.1" in capfd.readouterr().err
    assert run(monkeypatch, "up", "--name", "mine", "--keep", "--mediawiki", str(tmp_path / "older")) == 2
    assert "sandbox upgrade" not in capfd.readouterr().err


def test_an_upgrade_to_the_mediawiki_that_is_there_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], data: Path, tmp_path: Path
) -> None:
    tree = a_tree(tmp_path / "same").resolve()
    a_sandbox(data, "1.45.1", tree)
    monkeypatch.setattr("picklebot.sandbox.sandbox.check_php", lambda: None)

    assert run(monkeypatch, "upgrade", "mine", "--mediawiki", str(tree)) == 0
    said = capfd.readouterr()
    assert "is MediaWiki 1.45.1 already" in said.err
    assert said.out == "mine: MediaWiki 1.45.1, stopped\n"


def test_missing_packages_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    php = tmp_path / "php"
    php.write_text("#!/bin/sh\nprintf 'apcu\\ndom\\ngmp\\nintl\\nmbstring\\n'\n", encoding="utf-8")
    php.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(SandboxError, match=r"sudo apt-get install php-luasandbox php-sqlite3$"):
        check_php()
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(SandboxError, match="php-apcu php-cli php-gmp"):
        check_php()


def test_a_mediawiki_is_found_in_a_source_tree_and_in_an_unpacked_package(tmp_path: Path) -> None:
    source = open_tree(a_tree(tmp_path / "source"))
    assert (source.version, source.extensions) == ("1.45.1", "extensions")
    a_tree(tmp_path / "deb" / "usr" / "share" / "mediawiki", extensions="extensions-core")
    assert open_tree(tmp_path / "deb").extensions == "extensions-core"


def test_a_mediawiki_without_scribunto_is_refused(tmp_path: Path) -> None:
    tree = a_tree(tmp_path / "bare", extensions="elsewhere")
    with pytest.raises(UsageError, match="without Scribunto"):
        open_tree(tree)


def test_a_broken_state_file_is_named(data: Path) -> None:
    folder = Home(data).sandbox("odd")
    folder.mkdir(parents=True)
    (folder / "state.json").write_text("{", encoding="utf-8")
    with pytest.raises(SandboxError, match=r"state\.json cannot be read"):
        Sandbox.find("odd")
