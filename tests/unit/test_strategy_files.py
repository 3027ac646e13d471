"""Strategy files: what the schema takes, and how a mistake is refused: file, line, key and what was expected."""

# ruff: noqa: E501 (a mistake and its refusal stand on one line)
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from picklebot.errors import StrategyError
from picklebot.model import Directive
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import Strategies, load_strategies

PLUGINS = load_plugins()
GOOD = """\
schema = 1
name = "mine"
about = "Suites of our own"
order = 50

[recognise]
source = ['require\\("Module:Mine"\\)']

[invoke]
functions = ["go"]

[report]
formats = ["patterns"]

[[report.points]]
pattern = '(?m)^PASS: (?P<name>.*)$'
ok = true
"""
TITLES = """\
schema = 1

[testers]
any = ['proofs?']

[neglected]
de = ['entwurf']
"""
TYPO = "there is no such key here"
RE2 = "expected a regular expression that RE2 understands: "


def load(folder: Path, **files: str | bytes) -> Strategies:
    for name, text in files.items():
        (folder / f"{name}.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    return load_strategies(PLUGINS, [folder])


def refusal(folder: Path, **files: str | bytes) -> list[str]:
    """The lines of a refusal, without the folder."""
    with pytest.raises(StrategyError) as caught:
        load(folder, **files)
    assert caught.value.exit_status == 2
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_a_file_is_taken_as_it_is_written(tmp_path: Path) -> None:
    strategies = load(tmp_path, mine=GOOD, titles=TITLES)
    mine = strategies["mine"]
    assert (mine.order, mine.about, mine.invoke.functions) == (50, "Suites of our own", ["go"])
    assert (mine.invoke.output, mine.invoke.title, mine.invoke.arguments) == ("text", "tester", [])
    assert (mine.console.decides, mine.console.question) == ("never", "")
    (point,) = mine.report.patterns.points
    assert point.ok
    assert point.directive is None
    assert strategies.origins["mine"] == f"{tmp_path}/mine.toml"
    assert strategies.match_title("Foo/proofs", "en") is not None
    assert strategies.match_title("Foo/proofs/Entwurf", "de") is None
    assert strategies.match_title("Foo/proofs/Entwurf", "en") is not None


@pytest.mark.parametrize("order", [-5, 10**9])
def test_strategies_are_tried_in_their_order(tmp_path: Path, order: int) -> None:
    names = [each.name for each in load(tmp_path, mine=GOOD.replace("50", str(order))).ordered]
    assert names.index("mine") == (0 if order < 0 else len(names) - 1)


def test_where_two_have_the_same_order_names_decide(tmp_path: Path) -> None:
    both = load(tmp_path, a=GOOD.replace("mine", "z-kind"), b=GOOD.replace("mine", "a-kind"))
    names = [each.name for each in both.ordered]
    assert names.index("a-kind") == names.index("z-kind") - 1


def test_a_file_of_ones_own_takes_the_place_of_the_one_of_its_name(tmp_path: Path) -> None:
    strategies = load(tmp_path, whatever=GOOD.replace('"mine"', '"tap"'))
    assert strategies["tap"].about == "Suites of our own"
    assert strategies.origins["tap"] == f"{tmp_path}/whatever.toml"
    assert [each.name for each in strategies.ordered].count("tap") == 1


def test_of_two_folders_the_later_has_its_way_and_titles_add_up(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, about, title in ((first, "one", "proofs"), (second, "two", "checks")):
        folder.mkdir()
        (folder / "mine.toml").write_text(GOOD.replace("Suites of our own", about), encoding="utf-8")
        (folder / "titles.toml").write_text(TITLES.replace("proofs?", title), encoding="utf-8")
    strategies = load_strategies(PLUGINS, [first, second])
    assert strategies["mine"].about == "two"
    assert all(strategies.match_title(f"Foo/{part}", "en") for part in ("proofs", "checks", "testcases"))


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()])
def test_how_an_editor_saves_a_file_is_its_own_affair(tmp_path: Path, text: bytes) -> None:
    assert load(tmp_path, mine=text)["mine"].order == 50


def test_keys_may_be_dotted_or_stand_in_line(tmp_path: Path) -> None:
    table = '[invoke]\nfunctions = ["go"]\n'
    for other in ('invoke = {functions = ["go"]}\n', 'invoke.functions = ["go"]\n'):
        text = GOOD.replace(table, "").replace("order = 50\n", f"order = 50\n{other}")
        assert load(tmp_path, mine=text)["mine"].invoke.functions == ["go"]


def test_a_directive_is_written_as_in_tap(tmp_path: Path) -> None:
    (point,) = load(tmp_path, mine=GOOD + 'directive = "SKIP"\n')["mine"].report.points
    assert point.directive is Directive.SKIP


# What to replace in the good file, by what, and the refusal without the file's name.
MISTAKES = {
    "unquoted": ('"mine"', "mine", "2: expected TOML: Unexpected character: 'm'"),
    "unclosed": ('about = "S', "about = S", "3: expected TOML: Unexpected character: 'S'"),
    "twice": ("order = 50", "order = 50\norder = 51", '5: expected TOML: Key "order" already exists.'),
    "table twice": ("[invoke]", "[recognise]\n\n[invoke]", '9: expected TOML: Key "recognise" already exists.'),
    "nul": ("order = 50", "order = 50 # \0", "4: expected TOML: Control characters (codes less than 0x1f and 0x7f)"),
    "deep": ("50", "[" * 9999, "4: expected TOML: TOML value nested more than 100 levels deep"),
    "endless": ("50", "9" * 9999, "4: expected TOML: Invalid number"),
    "day": ("50", "2026-02-31", "4: expected TOML: Invalid date"),
    "key": ("order = 50", "order = 50\ncolour = 1", f"5: colour: expected one of schema, name, about, order, titles, recognise, invoke, console, report; {TYPO}"),
    "key below": ("formats =", "formatting =", f"13: report.formatting: expected one of formats, points, counts, empty; {TYPO}"),
    "key in a list": ("ok = true", "ok = true\nname = 1", f"18: report.points.0.name: expected one of pattern, ok, directive; {TYPO}"),
    "missing": ('about = "Suites of our own"\n', "", "1: about: expected this key, which is not there"),
    "missing below": ('functions = ["go"]', "arguments = []", "10: invoke.functions: expected this key, which is not there"),
    "missing all": ('functions = ["go"]', "", "10: invoke.functions: expected this key, which is not there"),
    "missing table": ('[invoke]\nfunctions = ["go"]\n', "", "1: invoke: expected this key, which is not there"),
    "missing in a list": ("ok = true", "", "16: report.points.0.ok: expected this key, which is not there"),
    "schema": ("schema = 1", "schema = 2", "1: schema: expected 1; got 2"),
    "schema fraction": ("schema = 1", "schema = 1.0", "1: schema: expected 1; got 1.0"),
    "no function": ('"go"', '""', "10: invoke.functions.0: expected the name of a function; got ''"),
    "function with more": ('"go"', '"go|x}}{{y"', "10: invoke.functions.0: expected text without | { } [ ] < > and line breaks; got 'go|x}}{{y'"),
    "argument with more": ("[invoke]", '[invoke]\narguments = ["}}{{y|"]', "10: invoke.arguments.0: expected text without | { } [ ] < > and line breaks; got '}}{{y|'"),
    "schema true": ("schema = 1", "schema = true", "1: schema: expected 1; got true"),
    "no schema": ("schema = 1\n", "", "1: schema: expected this key, which is not there"),
    "name": ('"mine"', '"Our own"', "2: name: expected what matches ^[a-z0-9][a-z0-9-]*$; got 'Our own'"),
    "long name": ('"mine"', f'"{"m" * 65}"', f"2: name: expected at most 64 characters; got '{'m' * 65}'"),
    "string": ("50", '"50"', "4: order: expected a whole number; got '50'"),
    "fraction": ("50", "5.5", "4: order: expected a whole number; got 5.5"),
    "infinity": ("50", "inf", "4: order: expected a whole number; got inf"),
    "true": ("50", "true", "4: order: expected a whole number; got True"),
    "number": ('"Suites of our own"', "5", "3: about: expected a string; got 5"),
    "nothing said": ('"Suites of our own"', '" "', "3: about: expected what matches \\S; got ' '"),
    "boolean": ("ok = true", 'ok = "yes"', "17: report.points.0.ok: expected true or false; got 'yes'"),
    "boolean number": ("ok = true", "ok = 1", "17: report.points.0.ok: expected true or false; got 1"),
    "no list": ('["patterns"]', '"patterns"', "13: report.formats: expected a list; got 'patterns'"),
    "no list of tables": ("[[report.points]]", "[report.points]", "16: report.points: expected a list; got a table"),
    "no table": ('[invoke]\nfunctions = ["go"]\n', "[[invoke]]\n", "10: invoke: expected a table; got a list"),
    "no functions": ('["go"]', "[]", "10: invoke.functions: expected at least one item; got none"),
    "title": ("[invoke]", '[invoke]\ntitle = "moon"', "10: invoke.title: expected 'tester', 'testee', 'tester-doc' or 'tester-talk'; got 'moon'"),
    "output": ("[invoke]", '[invoke]\noutput = "html"', "10: invoke.output: expected 'text' or 'page'; got 'html'"),
    "decides": ("[report]", "[console]\ndecides = 'always'\n[report]", "13: console.decides: expected 'never' or 'when-empty'; got 'always'"),
    "directive": ("ok = true", 'ok = true\ndirective = "todo"', "18: report.points.0.directive: expected 'TODO' or 'SKIP'; got 'todo'"),
    "language": ("[recognise]", "[titles]\nEN = []\n\n[recognise]", "7: titles.EN: expected what matches ^[a-z][a-z0-9-]*$; got 'EN'"),
    "pattern": ("(?P<name>.*)", "(?P<name>.*", f"16: report.points.0.pattern: {RE2}missing ): (?m)^PASS: (?P<name>.*$"),
    "backreference": ("(?P<name>.*)", "(.)\\1", f"16: report.points.0.pattern: {RE2}invalid escape sequence: \\1"),
    "look ahead": ("(?P<name>.*)", "(?=x)", f"16: report.points.0.pattern: {RE2}invalid perl operator: (?="),
    "look behind": ("(?P<name>.*)", "(?<=x)", f"16: report.points.0.pattern: {RE2}invalid perl operator: (?<="),
    "possessive": ("(?P<name>.*)", "x*+", f"16: report.points.0.pattern: {RE2}bad repetition operator: *+"),
    "repetition": ("(?P<name>.*)", "x{1001}", f"16: report.points.0.pattern: {RE2}invalid repetition size: {{1001}}"),
    "repetitions": ("(?P<name>.*)", "((x{99}){99}){99}", f"16: report.points.0.pattern: {RE2}invalid repetition size: "),
    "no pattern": ("'require\\(\"Module:Mine\"\\)'", "5", "7: recognise.source.0: expected a regular expression as a string"),
    "second pattern": ("source = [", "source = [\n  'fine',\n  '[',", f"9: recognise.source.1: {RE2}missing ]: ["),
    "group": ("<name>", "<nmae>", "16: report.points.0.pattern: expected named groups of name, expected, actual, message; got 'nmae'"),
    "nothing": ("(?m)^PASS: (?P<name>.*)$", "x*", "16: report.points.0.pattern: expected a pattern that does not match the empty text"),
    "count group": ("ok = true", "ok = true\n\n[[report.counts]]\npattern = '(?P<bad>\\d+)'", "20: report.counts.0.pattern: expected named groups of total, passed, failed, skipped, todo; got 'bad'"),
    "no count": ("ok = true", "ok = true\n\n[[report.counts]]\npattern = 'all well'", "20: report.counts.0.pattern: expected a named group for each number: (?P<name>…) with one of total"),
    "format": ('["patterns"]', '["patterns", "tapp"]', "13: report.formats.1: expected one of patterns, pickle, scribuntounit, specs, tap"),
    "idle patterns": ('["patterns"]', '["tap"]', "13: report: expected 'patterns' among the formats: only it reads points, counts and empty"),
    "no patterns": ("[[report.points]]", "[[titles.en]]", "13: report: expected points, counts or empty for the format 'patterns' to read by"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_with_its_line_its_key_and_what_was_expected(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    lines = refusal(tmp_path, mine=GOOD.replace(old, new, 1))
    assert any(line.startswith(f"mine.toml:{expected}") for line in lines), lines


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("50", '"a"').replace("ok = true", "ok = 2").replace('about = "Suites of our own"\n', "")
    assert refusal(tmp_path, mine=text) == [
        "mine.toml:1: about: expected this key, which is not there",
        "mine.toml:3: order: expected a whole number; got 'a'",
        "mine.toml:16: report.points.0.ok: expected true or false; got 2",
    ]


def test_the_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("50", '"a"')
    assert refusal(tmp_path, mine=bad, other=bad.replace('"mine"', "mine")) == [
        "mine.toml:4: order: expected a whole number; got 'a'",
        "other.toml:2: expected TOML: Unexpected character: 'm'",
    ]


def test_an_empty_file_lacks_everything(tmp_path: Path) -> None:
    keys = [line.split(": ")[1] for line in refusal(tmp_path, mine="")]
    assert keys == ["schema", "name", "about", "order", "recognise", "invoke", "report"]


def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    (line,) = refusal(tmp_path, mine=GOOD.encode() + b"# caf\xe9\n")
    assert line.startswith("mine.toml:18: expected UTF-8 text: invalid continuation byte at byte ")
    (line,) = refusal(tmp_path, mine=GOOD.encode("utf-16"))
    assert line == "mine.toml:1: expected UTF-8 text: invalid start byte at byte 0"


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").mkdir()
    assert refusal(tmp_path) == ["mine.toml: expected a file"]
    (tmp_path / "mine.toml").rmdir()
    (tmp_path / "mine.toml").symlink_to("nowhere")
    assert refusal(tmp_path) == ["mine.toml: cannot be read: No such file or directory"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StrategyError, match="gone: there is no such folder of strategies"):
        load_strategies(PLUGINS, [tmp_path / "gone"])


def test_two_files_of_one_folder_cannot_share_a_name(tmp_path: Path) -> None:
    (line,) = refusal(tmp_path, a=GOOD, b=GOOD)
    assert line == "b.toml:2: name: expected another name; a.toml has 'mine'"


TITLE_MISTAKES = {
    "table": ("[testers]", "[tester]", f"4: tester: expected one of schema, testers, extensions, likely, candidates, neglected, sandboxes; {TYPO}"),
    "no list": ("['proofs?']", "'proofs?'", "4: testers.any: expected a list; got 'proofs?'"),
    "pattern": ("['proofs?']", "['x', '(']", f"4: testers.any.1: {RE2}missing ): ("),
    "language": ("de =", "De =", "7: neglected.De: expected what matches ^[a-z][a-z0-9-]*$; got 'De'"),
    "schema": ("schema = 1", "schema = 0", "1: schema: expected 1; got 0"),
    "a strategy's key": ("schema = 1", "schema = 1\norder = 1", "2: order: expected one of schema, testers"),
    "syntax": ("[testers]", "[testers", "3: expected TOML: "),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), TITLE_MISTAKES.values(), ids=TITLE_MISTAKES)
def test_a_mistake_among_the_titles_is_refused_likewise(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in TITLES
    lines = refusal(tmp_path, titles=TITLES.replace(old, new, 1))
    assert any(line.startswith(f"titles.toml:{expected}") for line in lines), lines


def test_the_command_line_refuses_with_status_2_and_one_line_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace("50", "5.5").replace("formats =", "format ="), encoding="utf-8")
    ran = picklebot(tmp_path, "strategies", "--strategies", str(tmp_path))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.splitlines()) == 3
    assert all(f"{tmp_path}/mine.toml:" in line for line in ran.stderr.splitlines())


def test_no_file_of_a_folder_can_run_code(tmp_path: Path) -> None:
    """A strategy is data: what would be code elsewhere stays text, and nothing beside it is imported."""
    folder, trace = tmp_path / "strategies", tmp_path / "trace"
    folder.mkdir()
    for name in ("conftest", "sitecustomize", "__init__", "mine", "setup", "plugin"):
        (folder / f"{name}.py").write_text(f"open({str(trace)!r}, 'w').close()", encoding="utf-8")
    touch = "touch trace"
    about = f"!!python/object/apply:os.system ['{touch}'] $({touch}) `{touch}` {{0.__class__}} %(x)s [red]"
    lua = f"console = {{question = \"os.execute('{touch}')\"}}"
    text = GOOD.replace("Suites of our own", about).replace("order = 50", f"order = 50\n{lua}")
    (folder / "picklebot.toml").write_text(text.replace("PASS", "[{]exec[(]touch[)][}]"), encoding="utf-8")
    ran = picklebot(tmp_path, "strategies", "--strategies", str(folder))
    assert ran.returncode == 0, ran.stderr
    assert about in ran.stdout
    assert not trace.exists()
    for perl in ("(?{ code })", "(?C1)", "(??{ code })", "\\C{code}(?R)"):
        (line,) = refusal(folder, picklebot=GOOD.replace("PASS", perl))
        assert "picklebot.toml:16: report.points.0.pattern: " in line


def picklebot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).with_name("picklebot")
    environment = {"HOME": str(folder), "COLUMNS": "2000", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [script, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
