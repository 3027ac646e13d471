"""The schema of the files in ``strategies/``: the meaning of each key, and its values.

docs/strategies.md explains it to authors of such files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, Self, get_args

import re2
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from picklebot.model import Directive
from picklebot.reports.patterns import COUNT_GROUPS, FORMAT, POINT_GROUPS, CountPattern, Patterns, PointPattern

__all__ = [
    "MAX_NAME_CHARACTERS",
    "SCHEMA",
    "Console",
    "Invocation",
    "Recognition",
    "Reporting",
    "Strategy",
    "Titles",
    "keys_at",
]

#: The version of this schema. A file of another version is refused.
SCHEMA = 1

#: Characters of a strategy's name; the store keeps it in a column of this width.
MAX_NAME_CHARACTERS = 64

_QUIET = re2.Options()
_QUIET.log_errors = False


def _compile(value: object) -> object:
    """Compile a pattern. re2 runs in linear time: patterns come from wikis, and so do the texts."""
    if not isinstance(value, str):
        raise ValueError("expected a regular expression as a string")  # noqa: TRY004 (pydantic wants ValueError)
    try:
        return re2.compile(value, _QUIET)
    except re2.error as error:
        detail = error.args[0] if error.args else error
        text = detail.decode() if isinstance(detail, bytes) else detail
        raise ValueError(f"expected a regular expression that RE2 understands: {text}") from error


def _a_number(value: object) -> object:
    """Python takes true and 1.0 for 1; TOML does not."""
    if isinstance(value, bool | float):
        raise ValueError(f"expected {SCHEMA}; got {str(value).lower()}")  # noqa: TRY004 (as above)
    return value


def _outside_of_markup(value: str) -> str:
    """A part of a call must not end it, nor begin anything else."""
    found = next((char for char in value if char in "|{}[]<>\n"), None)
    if found is not None:
        raise ValueError(f"expected text without | {{ }} [ ] < > and line breaks; got {value!r}")
    return value


def _a_function(value: str) -> str:
    if not value.strip() or "=" in value or value != value.strip():
        raise ValueError(f"expected the name of a function; got {value!r}")
    return _outside_of_markup(value)


def _a_page(value: str) -> str:
    if value != value.strip() or not value:
        raise ValueError(f"expected the name of a module; got {value!r}")
    return _outside_of_markup(value)


Version = Annotated[Literal[1], BeforeValidator(_a_number), Field(alias="schema")]


def _source(value: Any) -> str:  # noqa: ANN401 (re2's patterns carry no types)
    return str(value.pattern)


def _names_of_points(pattern: Any) -> Any:  # noqa: ANN401
    _check_names(pattern, POINT_GROUPS)
    if pattern.search("") is not None:
        raise ValueError("expected a pattern that does not match the empty text: every match is a point")
    return pattern


def _names_of_counts(pattern: Any) -> Any:  # noqa: ANN401
    _check_names(pattern, COUNT_GROUPS)
    if not pattern.groupindex:
        raise ValueError(f"expected a named group for each number: (?P<name>…) with one of {', '.join(COUNT_GROUPS)}")
    return pattern


def _check_names(pattern: Any, known: tuple[str, ...]) -> None:  # noqa: ANN401
    for name in pattern.groupindex:
        if name not in known:
            raise ValueError(f"expected named groups of {', '.join(known)}; got {name!r}")


#: A compiled RE2 pattern (https://github.com/google/re2/wiki/Syntax).
Pattern = Annotated[Any, BeforeValidator(_compile), PlainSerializer(_source)]
#: The name of a function, as ``#invoke`` takes it.
Function = Annotated[str, AfterValidator(_a_function)]
#: The code of a wiki's content language, or ``any``.
Language = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recognition(_Table):
    """How a suite of this kind is told from others. A list that is left out or empty asks for nothing."""

    source: list[Pattern] = []
    functions: list[Function] = []
    report: list[Pattern] = []
    data: bool = False


class Invocation(_Table):
    """How a suite of this kind is run.

    ``page``: the module that is called where that is not the tester itself; such a strategy is only tried on wikis
    that have it. In arguments ``$tester$`` and ``$testee$`` stand for the names of the tester and its module.
    """

    page: Annotated[str, AfterValidator(_a_page)] = ""
    functions: Annotated[list[Function], Field(min_length=1)]
    arguments: list[Annotated[str, AfterValidator(_outside_of_markup)]] = []
    title: Literal["tester", "testee", "tester-doc", "tester-talk"] = "tester"
    output: Literal["text", "page"] = "text"


class Console(_Table):
    """The strategy's use of the console.

    ``decides = "when-empty"``: where the ``#invoke`` shows nothing, the log of the same call is the report.
    ``question``: Lua that runs the suite once more (``p`` is the value of the tester's page, ``$args$`` a table of the
    call's arguments) and prints ``picklebot:`` and its results as JSON on one line; they add detail to the
    page's report, and decide nothing.
    """

    decides: Literal["never", "when-empty"] = "never"
    question: str = ""


class PointRule(_Table):
    """A pattern whose every match is a point."""

    pattern: Annotated[Pattern, AfterValidator(_names_of_points)]
    ok: bool
    directive: Annotated[Directive | None, Field(strict=False)] = None


class CountRule(_Table):
    """A pattern of a headline with numbers."""

    pattern: Annotated[Pattern, AfterValidator(_names_of_counts)]


class Reporting(_Table):
    """Which formats to read the report with; the first that makes sense of it wins.

    The format ``patterns`` reads it by the ``points``, ``counts`` and ``empty`` that stand here.
    """

    formats: Annotated[list[str], Field(min_length=1)]
    points: list[PointRule] = []
    counts: list[CountRule] = []
    empty: list[Pattern] = []

    @model_validator(mode="after")
    def _used(self) -> Self:
        given = bool(self.points or self.counts or self.empty)
        if given and FORMAT not in self.formats:
            raise ValueError(f"expected {FORMAT!r} among the formats: only it reads points, counts and empty")
        if FORMAT in self.formats and not given:
            raise ValueError(f"expected points, counts or empty for the format {FORMAT!r} to read by")
        return self

    @property
    def patterns(self) -> Patterns:
        """The patterns of the format ``patterns``."""
        return Patterns(
            [PointPattern(rule.pattern, rule.ok, rule.directive) for rule in self.points],
            [CountPattern(rule.pattern) for rule in self.counts],
            self.empty,
        )


class Strategy(_Table):
    """One kind of suite: one file."""

    schema_version: Version
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=MAX_NAME_CHARACTERS)]
    about: Annotated[str, Field(pattern=r"\S")]
    order: int
    titles: dict[Language, list[Pattern]] = {}
    recognise: Recognition
    invoke: Invocation
    console: Console = Console()
    report: Reporting

    @model_validator(mode="after")
    def _run_by_a_page(self) -> Self:
        if self.recognise.data and not self.invoke.page:
            raise ValueError("expected invoke.page: data cannot be called, so another page has to run it")
        return self


class Titles(_Table):
    """``titles.toml``: which subpages of modules hold tests, by content language, on whatever framework."""

    schema_version: Version
    testers: dict[Language, list[Pattern]] = {}
    extensions: dict[str, dict[Language, list[Pattern]]] = {}
    likely: dict[Language, list[Pattern]] = {}
    candidates: dict[Language, list[Pattern]] = {}
    neglected: dict[Language, list[Pattern]] = {}
    sandboxes: dict[Language, list[Pattern]] = {}


def keys_at(table: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    """The keys that may stand where a path leads to, as a strategy file spells them."""
    for key in path:
        if isinstance(key, str):
            table = next(_tables_in(table.model_fields[key].annotation))
    return [field.alias or name for name, field in table.model_fields.items()]


def _tables_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _tables_in(part)
