"""Breaks the flow on purpose, one decision at a time, and tells which breaks no test notices (``make mutants``).

The tests of tests/unit, tests/store (on SQLite) and tests/flow are collected once; for each break a process is forked,
the broken function put in place of the whole one, and the tests that come by its line run, the most specific first,
until one fails. No wiki is needed; a run that was cut short goes on where it was. tests/mutants.toml lists breaks
that must be noticed, and survivors that are known, each with its reason.
"""

# ruff: noqa: INP001 (a script)
from __future__ import annotations

import argparse
import gc
import hashlib
import importlib
import json
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import coverage
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
from tools.breaks import Break, breaks_of, named_break

ROOT = Path(__file__).parents[1]
ROOMS = (
    "evaluation",
    "harvest.py",
    "scheduling",
    "tracking",
    "discovery/sync.py",
    "watch",
    "rebuild.py",
    "recording",
    "account",
)
KEPT = ROOT / "tests" / "mutants.toml"
# A test that takes so much longer than any of them comes to no end.
_CPU_SECONDS = 30.0
_SECONDS = 300
_NOT_MADE = 71
_ENOUGH = 85.0


def modules() -> list[Path]:
    """The modules that are broken, from the root."""
    found = []
    for room in ROOMS:
        path = ROOT / "picklebot" / room
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [path.relative_to(ROOT) for path in found]


def _unit_tests() -> list[str]:
    """Files of unit tests that name a module of these rooms: the others have no business with them."""
    paths = [*(Path("picklebot") / room for room in ROOMS), *(each.path for each in listed_breaks())]
    names = {".".join(path.with_suffix("").parts) for path in paths}
    files = sorted((ROOT / "tests" / "unit").glob("test_*.py"))
    return [str(file) for file in files if any(name in file.read_text(encoding="utf-8") for name in names)]


class Loop:
    """Takes the place of pytest's loop over tests."""

    def __init__(self, given: argparse.Namespace) -> None:
        self._given = given

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all breaks that are asked for."""
        session.config.pluginmanager.unregister(name="terminalreporter")  # the output of a broken program is not shown
        items = [item for item in session.items if "mariadb" not in item.nodeid]
        tests = _tests_by_line(items, session)
        chosen = [each for path in modules() for each in breaks_of(path, ROOT)]
        chosen = [each for each in chosen if self._given.only in each.name]
        if self._given.sample and self._given.sample < len(chosen):
            chosen = random.Random(self._given.seed).sample(chosen, self._given.sample)  # noqa: S311 (no secret)
        named = [each for each in listed_breaks() if self._given.only in each.name]
        chosen = named if self._given.listed else [*named, *chosen]
        by_id = {item.nodeid: item for item in items}
        gc.freeze()
        started = time.monotonic()

        def tried(each: Break) -> int:
            ids = tests.get(f"{each.path}:{each.line}", [])[: self._given.tests or None]
            return _noticed(each, [by_id[id_] for id_ in ids if id_ in by_id])

        survivors: list[Break] = []
        made, endless = [], 0
        for number, (each, status) in enumerate(_once(tried, chosen, self._given.jobs), 1):
            endless += status < 0
            made += [] if status == _NOT_MADE else [each]
            if status == 0:
                survivors.append(each)
                print(f"{each.path}:{each.line}: {each.function}: {each.before}  =>  {each.after}", flush=True)
            if number % 25 == 0:
                print(f"# {number}/{len(chosen)}, {time.monotonic() - started:.0f} s", flush=True)
        print(f"# {len(chosen) - len(made)} breaks cannot be made; of the noticed ones {endless} come to no end")
        session.testsfailed = _told(made, survivors) or len({*map(_key, named)} & {*map(_key, survivors)})
        return True


def listed_breaks() -> list[Break]:
    """The breaks that no test noticed when the flow was one knot: each must be noticed."""
    listed = tomllib.loads(KEPT.read_text(encoding="utf-8"))["noticed"]
    return [named_break(Path(each["file"]), ROOT, each["before"], each["after"]) for each in listed]


def _told(chosen: Sequence[Break], survivors: Sequence[Break]) -> int:
    """Tell the score; how many survivors nobody has named, or 1 where too many survive."""
    known = tomllib.loads(KEPT.read_text(encoding="utf-8"))["survivor"] if KEPT.exists() else []
    named = {each["break"] for each in known}
    unnamed = sorted({each.name for each in survivors} - named)
    killed = 100 * (len(chosen) - len(survivors)) / max(len(chosen), 1)
    print(
        f"\n{len(chosen)} breaks, {len(survivors)} survive: {killed:.1f} % are noticed (at least {_ENOUGH:g} % must be)"
    )
    print(f"{len(unnamed)} survivors stand without a reason in {KEPT.relative_to(ROOT)}")
    for name in unnamed:
        print(f"  {name}")
    return len(unnamed) or int(killed < _ENOUGH)


@cache
def _kept(kind: str) -> Path:
    """A file of findings that hold as long as the code and its tests stay as they are."""
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "picklebot").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        digest.update(path.read_bytes())
    folder = ROOT / ".mutants"
    folder.mkdir(exist_ok=True)
    return folder / f"{digest.hexdigest()[:16]}.{kind}"


def _tests_by_line(items: Sequence[pytest.Item], session: pytest.Session) -> dict[str, list[str]]:
    """Tests by the lines that they come by, the most specific first; kept as long as the code stays."""
    kept = _kept("json")
    if not kept.exists():
        print(f"# {len(items)} tests run once, to see which lines they come by", flush=True)
        _, status = os.waitpid(_fork(partial(_measure, items, session, kept)), 0)
        if status != 0:
            print("mutants: tests fail without any break; run them first", flush=True)
            raise SystemExit(1)
    found: dict[str, list[str]] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _measure(items: Sequence[pytest.Item], session: pytest.Session, kept: Path) -> int:
    files = {*modules(), *(each.path for each in listed_breaks())}
    # The settings of `make coverage` would have commands that tests start be measured too, and say so.
    data = coverage.Coverage(data_file=None, config_file=False, include=[str(ROOT / path) for path in files])
    data.start()
    failed: set[str] = set()
    for item, following in zip(items, [*items[1:], None], strict=True):
        data.switch_context(item.nodeid)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            failed.add(item.nodeid)
            session.testsfailed = 0
    data.stop()
    lines: dict[str, list[str]] = {}
    for file in data.get_data().measured_files():
        for line, contexts in data.get_data().contexts_by_lineno(file).items():
            lines[f"{Path(file).relative_to(ROOT)}:{line}"] = [
                context for context in contexts if context and context not in failed
            ]
    breadth: dict[str, int] = {}
    for tests in lines.values():
        for test in tests:
            breadth[test] = breadth.get(test, 0) + 1
    kept.write_text(json.dumps({line: sorted(tests, key=breadth.__getitem__) for line, tests in lines.items()}))
    (kept.parent / "failed.txt").write_text("\n".join(sorted(failed)), encoding="utf-8")
    # Their neighbours in one process may be to blame; but most must pass.
    return int(len(failed) > len(items) // 100)


def _once(run: Callable[[Break], int], breaks: Sequence[Break], jobs: int) -> Iterator[tuple[Break, int]]:
    """Breaks with their exit statuses; one that was tried before on the same code is not tried again."""
    file = _kept("outcomes")
    known = dict(line.split() for line in file.read_text(encoding="utf-8").splitlines()) if file.exists() else {}
    left = []
    for each in breaks:
        if _key(each) in known:
            yield each, int(known[_key(each)])
        else:
            left.append(each)
    for each, status in _several(run, left, jobs):
        with file.open("a", encoding="utf-8") as out:
            print(_key(each), status, file=out)
        yield each, status


def _key(each: Break) -> str:
    return hashlib.sha256(f"{each.path}\n{each.code}".encode()).hexdigest()[:16]


def _several(run: Callable[[Break], int], breaks: Sequence[Break], jobs: int) -> Iterator[tuple[Break, int]]:
    """Breaks with their exit statuses, as they come; so many processes at a time, forked by this very thread."""
    left, running = list(breaks), dict[int, Break]()
    while left or running:
        while left and len(running) < jobs:
            each = left.pop(0)
            running[_fork(partial(run, each))] = each
        child, status = os.wait()
        yield running.pop(child), os.waitstatus_to_exitcode(status)


def _noticed(each: Break, items: Sequence[pytest.Item]) -> int:
    """1 where a test fails with a break, 0 where none does, `_NOT_MADE`; a process that comes to no end is killed."""
    if items:
        try:
            _put_in_place(each)
        except Exception:  # noqa: BLE001 (whatever keeps it from being made: it says nothing of the tests)
            return _NOT_MADE
        session = items[0].session
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
            signal.alarm(_SECONDS)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
    return 0


def _fork(run: Callable[[], int]) -> int:
    """Run a function in a process of its own, which says nothing and ends with its status; the process's id."""
    child = os.fork()
    if child == 0:
        status = 70
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            status = run()
        finally:
            os._exit(status)
    return child


def _put_in_place(each: Break) -> None:
    """Give a function of the loaded program the code of the broken one, or a constant the broken value everywhere."""
    name = ".".join(each.path.with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    code = compile(each.code, module.__file__ or "", "exec", dont_inherit=True)
    if not each.function:
        _put_constant(module, code)
        return
    found: Any = module
    for part in each.function.split("."):
        inner = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == part)
        found, code = vars(found)[part], inner
    while not isinstance(found, FunctionType):
        found = next(
            getattr(found, name)
            for name in ("fget", "func", "__func__", "__wrapped__", "callback")
            if hasattr(found, name)
        )
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    found.__code__ = code


def _put_constant(module: Any, code: CodeType) -> None:  # noqa: ANN401
    before = dict(vars(module))
    broken = dict(before)
    # Classes would be made anew, and be others than the tests': only plain values are taken.
    exec(code, broken)  # noqa: S102 (our own source)
    for name, value in before.items():
        if (
            isinstance(value, str | int | float | tuple | frozenset)
            and broken[name] != value
            and not name.startswith("__")
        ):
            for each in list(sys.modules.values()):
                if getattr(each, "__name__", "").startswith("picklebot") and vars(each).get(name) is value:
                    setattr(each, name, broken[name])


def main() -> int:
    """Run from the command line; 1 where a survivor has no reason, or too many survive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="so many breaks, drawn at random; all by default")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--only", default="", help="only breaks whose names hold this, such as picklebot/watch/")
    parser.add_argument("--tests", type=int, default=0, help="ask only so many tests, the most specific")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--listed", action="store_true", help="only the breaks that tests/mutants.toml lists")
    parser.add_argument("--count", action="store_true", help="only count the breaks of each room")
    given = parser.parse_args()
    if given.count:
        for path in modules():
            print(f"{sum(1 for _ in breaks_of(path, ROOT)):5} {path}")
        return 0
    os.chdir(ROOT)
    with suppress(FileNotFoundError):
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(Path("/dev/shm").resolve(strict=True))  # noqa: S108 (memory, where there is any)
    options = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "--no-summary"]
    return int(pytest.main([*options, "tests/flow", "tests/store", *_unit_tests()], plugins=[Loop(given)]))


if __name__ == "__main__":
    sys.exit(main())
