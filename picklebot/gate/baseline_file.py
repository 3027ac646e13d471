"""The file of a baseline: all that a gate needs of a wiki without discovery. docs/schema/baseline.json is its schema.

Names of keys stay, and new ones may come: a reader leaves alone the ones that it does not know.
"""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from picklebot.errors import WorkError
from picklebot.files import write_whole
from picklebot.gate.model import ProblemCode
from picklebot.model import Origin, State

__all__ = [
    "FORMAT_NAME",
    "FORMAT_VERSION",
    "BaselineCall",
    "BaselineCandidate",
    "BaselineCost",
    "BaselineError",
    "BaselineFile",
    "BaselinePage",
    "BaselineSuite",
    "Inventory",
    "PointTally",
    "SoftwareEntry",
    "WikiEntry",
    "age_of",
    "read_baseline",
    "write_baseline",
]

FORMAT_NAME = "picklebot-baseline"
FORMAT_VERSION = 1
# Of an uncompressed baseline, bytes: one of 10,000 suites has about 50 million.
_LARGEST = 1024 * 1024 * 1024


class BaselineError(WorkError):
    """A baseline cannot be used.

    :param code: why not
    """

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Part(BaseModel):
    """A part of the file."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class WikiEntry(_Part):
    """The wiki."""

    key: Annotated[str, Field(description="tells the wiki from all others, whatever address it is reached by")]
    url: Annotated[str, Field(description="URL of its api.php, as the baseline was made")]
    main_page: Annotated[str, Field(description="title of its main page, under which batches run")] = ""


class SoftwareEntry(_Part):
    """The software of the wiki."""

    generator: Annotated[str, Field(description="MediaWiki and its version")]
    git_hash: Annotated[str, Field(description="of MediaWiki; empty where the wiki tells none")] = ""
    extensions: Annotated[dict[str, str], Field(description="versions by name")] = {}
    hosts: Annotated[list[str], Field(description="servers that answered, where the wiki shows them")] = []


class Inventory(_Part):
    """Everything that modules and pages can call by a name."""

    tags: Annotated[list[str], Field(description="tags that extensions add to wikitext")] = []
    functions: Annotated[list[str], Field(description="functions of the parser")] = []
    lua: Annotated[list[str], Field(description="names in Scribunto's libraries, such as mw.text.trim")] = []


class BaselineCall(_Part):
    """A call of a suite."""

    function: Annotated[str, Field(description="the function that is called")]
    arguments: Annotated[list[str], Field(description="its arguments, as in wikitext")] = []
    title: Annotated[str, Field(description="title of the page that it runs under; empty for the tester's")] = ""
    found_on: Annotated[str, Field(description="title of the page on which editors call it so")] = ""
    page: Annotated[str, Field(description="title of the module that is invoked, where that is another one")] = ""


class BaselineCandidate(_Part):
    """A strategy that may read a suite, and the call by which it would run it."""

    strategy: Annotated[str, Field(description="name of the strategy")]
    call: Annotated[BaselineCall, Field(description="how it would run the suite")]
    declared: Annotated[bool, Field(description="whether the tester's source says that it is of this kind")] = False
    origin: Annotated[Origin, Field(description="where the call comes from")] = Origin.STRATEGY


class BaselineCost(_Part):
    """The cost of a suite, alone."""

    lua_ms: Annotated[int, Field(description="Lua time, milliseconds")] = 0
    memory_bytes: Annotated[int, Field(description="Lua memory")] = 0
    permille: Annotated[int, Field(description="of the limit that it came nearest, time and memory left out")] = 0


class PointTally(_Part):
    """The points of one name: a report may use a name several times."""

    name: Annotated[str, Field(description="as the report names them")]
    passed: Annotated[int, Field(description="how many of them passed, and were neither skipped nor TODO")] = 0
    failed: Annotated[int, Field(description="how many failed, and were neither skipped nor TODO")] = 0
    other: Annotated[int, Field(description="how many were skipped or TODO")] = 0


class BaselineSuite(_Part):
    """A suite, and how it ended."""

    tester: Annotated[str, Field(description="title of the test page")]
    testee: Annotated[str, Field(description="title of the module under test")]
    strategy: Annotated[str, Field(description="name of the strategy that read its report")] = ""
    call: Annotated[BaselineCall | None, Field(description="the call that counts; null where none was made")] = None
    candidates: Annotated[list[BaselineCandidate], Field(description="all ways to run it, the first first")] = []
    state: Annotated[State | None, Field(description="one of the states; null where a run came to none")] = None
    passed: Annotated[int, Field(description="points that passed")] = 0
    failed: Annotated[int, Field(description="points that failed")] = 0
    total: Annotated[int, Field(description="all points, skipped ones and TODO included")] = 0
    points: Annotated[list[PointTally], Field(description="points by name; empty where the report names none")] = []
    error: Annotated[str, Field(description="the error that ended it; empty for none")] = ""
    fingerprint: Annotated[str, Field(description="of its report alone; empty where a batch cannot show the same")] = ""
    batch_fingerprint: Annotated[
        str, Field(description="of its report in a batch, under another title; empty where that was not seen")
    ] = ""
    title_dependent: Annotated[bool | None, Field(description="whether its title matters; null: not known")] = None
    shown: Annotated[bool, Field(description="whether the page alone shows its points")] = True
    flaky: Annotated[bool, Field(description="whether its runs disagreed with each other")] = False
    draft: Annotated[bool, Field(description="whether it tests a sandbox or a user's own draft")] = False
    cost: Annotated[BaselineCost, Field(description="Lua time and memory")] = BaselineCost()
    duration_ms: Annotated[int, Field(description="of its run alone, milliseconds")] = 0
    used_on: Annotated[int | None, Field(description="pages that transclude the testee; null: not known")] = None
    pages: Annotated[list[str], Field(description="titles of the pages that its run depended on")] = []

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the pages that it is made of, and of its run's dependencies."""
        return tuple(dict.fromkeys((self.tester, self.testee, *self.pages)))

    @property
    def passes(self) -> bool:
        """Whether it passed as a whole."""
        return self.state is not None and self.state.passing

    @property
    def at_stake(self) -> bool:
        """Whether it has something to lose: it passed, or points of it did."""
        return self.passed > 0 or self.passes


class BaselinePage(_Part):
    """A page that suites depend on."""

    revision: Annotated[int, Field(description="its newest revision; 0 for a page that does not exist")] = 0
    page_id: Annotated[int, Field(description="its page id; 0 for a page that does not exist")] = 0
    sha1: Annotated[str, Field(description="SHA-1 of its text, hexadecimal; empty where it is hidden or missing")] = ""


class BaselineFile(_Part):
    """The results of a wiki's modules under known software."""

    format: Annotated[Literal["picklebot-baseline"], Field(description="always `picklebot-baseline`")]
    version: Annotated[Literal[1], Field(description="of the format")]
    made: Annotated[datetime, Field(description="when its making began, UTC")]
    picklebot: Annotated[str, Field(description="version of picklebot that made it")]
    strategies: Annotated[str, Field(description="digest of the strategies that its reports were read with")]
    wiki: Annotated[WikiEntry, Field(description="the wiki that it is of")]
    software: Annotated[SoftwareEntry, Field(description="the wiki's software when it was made")]
    inventory: Annotated[Inventory, Field(description="names that the software offers")] = Inventory()
    pages: Annotated[dict[str, BaselinePage], Field(description="pages that suites depend on, by title")] = {}
    suites: Annotated[list[BaselineSuite], Field(description="suites, in the order of their testers' titles")] = []


def read_baseline(file: Path, *, how: str) -> BaselineFile:
    """Read a baseline.

    :param how: the command that makes one, for messages
    :raises BaselineError: it is missing, cut short, of another format or version
    """
    text = _read(file, how)
    try:
        return BaselineFile.model_validate_json(text)
    except ValidationError as error:
        raise _refusal(file, text, error, how) from error


def age_of(baseline: BaselineFile, now: datetime) -> timedelta:
    """How old a baseline is; none for one of the future, as another clock may have it."""
    made = baseline.made if baseline.made.tzinfo else baseline.made.replace(tzinfo=UTC)
    return max(now - made, timedelta())


def write_baseline(baseline: BaselineFile, file: Path) -> None:
    """Write a baseline whole or not at all; compressed where the name ends in ``.gz``.

    :raises WorkError: it cannot be written
    """
    text = baseline.model_dump_json(exclude_defaults=True).encode()
    data = gzip.compress(text, compresslevel=6, mtime=0) if file.suffix == ".gz" else text
    try:
        write_whole(file, data)
    except OSError as error:
        raise WorkError(f"{file}: the baseline cannot be written: {error.strerror or error}") from error


def _read(file: Path, how: str) -> bytes:
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        message = f"{file}: there is no such baseline; make one: {how}"
        raise BaselineError(ProblemCode.BASELINE_MISSING, message) from error
    except OSError as error:
        message = f"{file}: the baseline cannot be read: {error.strerror or error}; make another: {how}"
        raise BaselineError(ProblemCode.BASELINE_UNREADABLE, message) from error
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        unpacker = zlib.decompressobj(wbits=31)
        text = unpacker.decompress(data, _LARGEST)
    except zlib.error as error:
        raise _cut(file, how) from error
    if not unpacker.eof:
        raise _cut(file, how)
    return text


def _cut(file: Path, how: str) -> BaselineError:
    message = f"{file}: the baseline is cut short or damaged; make another: {how}"
    return BaselineError(ProblemCode.BASELINE_UNREADABLE, message)


def _refusal(file: Path, text: bytes, error: ValidationError, how: str) -> BaselineError:
    """The error of a file that is no baseline of this version, in the words that help most."""
    first = error.errors(include_url=False, include_input=True)[0]
    if first["type"] == "json_invalid":
        return _cut(file, how)
    where = ".".join(map(str, first["loc"]))
    if where == "format" or (where == "" and not text.lstrip().startswith(b"{")):
        message = f"{file}: this is no baseline of picklebot; make one: {how}"
        return BaselineError(ProblemCode.BASELINE_UNREADABLE, message)
    if where == "version":
        message = f"{file}: a baseline of version {first['input']!r}, and this picklebot reads {FORMAT_VERSION}"
        return BaselineError(ProblemCode.BASELINE_VERSION, f"{message}; make another: {how}")
    message = f"{file}: {where}: {first['msg'].lower()}; make another: {how}"
    return BaselineError(ProblemCode.BASELINE_UNREADABLE, message)
