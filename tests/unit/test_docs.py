"""What the documentation promises: commands, settings, keys, states, messages."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest

from picklebot.cli.main import cli
from picklebot.config import category_names, load_settings
from picklebot.events import Event
from picklebot.harvest import Harvest
from picklebot.model import (
    Baseline,
    Call,
    Cause,
    ChangedPage,
    Counts,
    DisregardedCall,
    ErrorKind,
    ModuleStatus,
    Page,
    Point,
    SoftwareChange,
    State,
    Suite,
    SuiteError,
    SuiteRecord,
    SuiteStatus,
    Transition,
)
from picklebot.output.document import document
from picklebot.recording.wikitext import tag_name
from picklebot.wiki.address import resolve

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(text: str, *languages: str) -> Iterator[str]:
    for language, _, content in BLOCK.findall(text):
        if language in languages:
            yield content


def rows(text: str, *heading: str) -> list[list[str]]:
    """The rows of the table with this heading."""
    lines = iter(text.splitlines())
    for line in lines:
        if line == f"| {' | '.join(heading)} |":
            next(lines)
            return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in _until_blank(lines)]
    raise AssertionError(f"there is no table with the heading {heading}")


def _until_blank(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def command_lines() -> Iterator[tuple[str, str]]:
    """Every command line of picklebot's in the documentation, with where it stands; examples may add commands."""
    for path in (path for path in PAGES if path.parent.name != "adding"):
        text = path.read_text(encoding="utf-8")
        for content in blocks(text, "sh", "console", "crontab"):
            for line in content.replace("\\\n", " ").splitlines():
                found = re.search(r"(?:^|[\s/])(picklebot( .*)?)$", re.split(r" (?:[12]?>|\||&&|#) ?", line)[0].strip())
                if found and "pip install" not in line:
                    yield found[1], path.name
        for found in re.findall(r"`(picklebot [a-z][^`]*)`", text):
            yield found, path.name


@pytest.mark.parametrize(("line", "where"), sorted(set(command_lines())))
def test_every_command_in_the_documentation_exists_with_its_options(line: str, where: str) -> None:
    arguments = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name = arguments.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"{where}: {line}"
        command = found
    options = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)} | {"--help", "-h"}
    for argument in arguments:
        if argument.startswith("-"):
            assert argument.partition("=")[0] in options | {"--version"}, f"{where}: {line}"


def files_shown() -> Iterator[tuple[str, str]]:
    """Files of the repository that pages show whole: the path behind the language of a block, and the block."""
    for path in PAGES:
        for _, name, content in BLOCK.findall(path.read_text(encoding="utf-8")):
            if name.strip().startswith("docs/examples/"):
                yield name.strip(), content


@pytest.mark.parametrize(("name", "content"), list(files_shown()), ids=lambda value: value.partition("\n")[0])
def test_an_example_is_the_file_that_is_run(name: str, content: str) -> None:
    assert content == (ROOT / name).read_text(encoding="utf-8")


def test_every_example_is_shown() -> None:
    files = (path for path in (ROOT / "docs" / "examples").rglob("*.*") if path.is_file() and path.suffix != ".pyc")
    assert {path.relative_to(ROOT).as_posix() for path in files} == {name for name, _ in files_shown()}


def test_commands_are_found_at_all() -> None:
    found = {line.split()[1] for line, _ in command_lines() if len(line.split()) > 1}
    assert {"setup", "harvest", "explain"} <= found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tables", ROOT / "tools" / "docs_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["operators.md", "architecture.md"])
def test_tables_that_the_code_knows_better_are_up_to_date(name: str) -> None:
    text = page(name)
    assert text == tables().with_tables(name, text), "run .venv/bin/python tools/docs_tables.py"


def keys_of(value: object, path: str = "") -> set[str]:
    """The keys of a document, as the manual names them."""
    if isinstance(value, list):
        return {key for item in value for key in keys_of(item, f"{path}[]")}
    if isinstance(value, dict):
        inside = {key for name, item in value.items() for key in keys_of(item, f"{path}.{name}" if path else name)}
        return inside | {f"{path}.{name}" if path else name for name in value}
    return set()


def test_every_key_of_the_document_is_explained_and_no_other() -> None:
    foo, tests = Page("Module:Foo", 1, 2), Page("Module:Foo/testcases", 3, 4)
    failing, error = (Point(ok=False),), SuiteError(ErrorKind.PLAN, "")
    other = DisregardedCall(Call("tap"), State.GOOD)
    cause = Cause((ChangedPage("Module:Foo", 1, 2),), SoftwareChange({}, {}))
    harvest = Harvest(
        (
            SuiteRecord(
                Suite(foo, tests, ()),
                Baseline(State.FAIL, "tap"),
                status=SuiteStatus(error=error, failing=failing, other=other),
            ),
        ),
        (ModuleStatus(foo, State.FAIL),),
        (Transition(foo, None, State.FAIL, Counts(1), cause=cause),),
    )
    explained = [row[0].strip("`") for row in rows(page("operators.md"), "Key", "Meaning")]
    assert sorted(explained) == sorted(keys_of(document(harvest)))


def test_every_state_is_explained_in_its_order() -> None:
    explained = [row[0].strip("`") for row in rows(page("states.md"), "State", "Meaning", "Remedy")]
    assert explained == [str(state) for state in State]
    attention = explained[:4]
    assert attention == [str(state) for state in State if not state.passing]


def test_tags_and_categories_are_those_that_are_written() -> None:
    table = rows(page("states.md"), "State", "Tag on the revision", "Category")
    assert table == [[f"`{state}`", f"`{tag_name(state)}`", category_names("en")[state]] for state in State]


@pytest.mark.parametrize("content", list(blocks(page("operators.md"), "toml")))
def test_settings_that_are_shown_are_settings(content: str, tmp_path: Path) -> None:
    file = tmp_path / "picklebot.toml"
    file.write_text(content, encoding="utf-8")
    found = load_settings({}, {}, file)
    assert all(settings.wiki for settings in found.wikis.values())
    assert found.settings.wiki or found.wikis


def sources() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "picklebot").rglob("*.py")))


def test_every_event_of_the_log_is_explained_and_named_by_the_program() -> None:
    cells = [row[0] for row in rows(page("operators.md"), "Event", "Level", "Meaning")]
    assert [name for cell in cells for name in re.findall(r"`(\w+)`", cell)] == sorted(Event)
    assert [event for event in Event if f"Event.{event.name}" not in sources()] == []
    assert all(re.fullmatch("[a-z]+(_[a-z]+)+", event) for event in Event)


def test_messages_that_are_explained_are_said() -> None:
    messages = [row[0].strip("`") for row in rows(page("operators.md"), "Message", "Cause", "Remedy")]
    of_the_wiki = {"blocked"}
    assert [message for message in messages if message not in of_the_wiki and message not in sources()] == []


def test_the_sample_for_pywikibot_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = tmp_path / "user-config.py"
    sample.write_text((ROOT / "user-config.py.sample").read_text(encoding="utf-8"), encoding="utf-8")
    sample.chmod(0o600)
    monkeypatch.setenv("PYWIKIBOT_DIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert resolve("club:club") == "https://wiki.example.org/w/api.php"


def test_the_documentation_names_no_place_of_the_machine_it_was_written_on() -> None:
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text, path.name
        assert sys.prefix not in text, path.name


def test_the_design_of_the_first_code_block_of_the_readme_stands() -> None:
    first = next(blocks((ROOT / "README.md").read_text(encoding="utf-8"), "sh"))
    assert first.splitlines() == ["make demo", "make test"]
