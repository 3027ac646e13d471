"""The schema of the files in ``strategies/``: what each key means and which values it takes.

docs/strategies.md explains it to those who write such files.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from picklebot.model import Directive
from picklebot.reports.patterns import CountPattern, Patterns, PointPattern

__all__ = ["SCHEMA", "Console", "Invocation", "Recognition", "Reporting", "Strategy", "Titles"]

#: The version of this schema. A file of another version is refused.
SCHEMA = 1

_QUIET = re2.Options()
_QUIET.log_errors = False


def _compile(value: object) -> object:
    """Compile a pattern. re2 runs in linear time: patterns come from wikis, and so does what they are run on."""
    if not isinstance(value, str):
        raise ValueError("expected a regular expression as a string")  # noqa: TRY004 (pydantic wants ValueError)
    try:
        return re2.compile(value, _QUIET)
    except re2.error as error:
        detail = error.args[0] if error.args else error
        text = detail.decode() if isinstance(detail, bytes) else detail
        raise ValueError(f"expected a regular expression that RE2 understands: {text}") from error


def _source(value: Any) -> str:  # noqa: ANN401 (re2's patterns carry no types)
    return str(value.pattern)


#: A compiled RE2 pattern (https://github.com/google/re2/wiki/Syntax).
Pattern = Annotated[Any, BeforeValidator(_compile), PlainSerializer(_source)]
#: The code of a wiki's content language, or ``any``.
Language = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Recognition(_Table):
    """How a suite of this kind is told from others. A list that is left out or empty asks for nothing."""

    source: list[Pattern] = []
    functions: list[str] = []
    report: list[Pattern] = []


class Invocation(_Table):
    """How a suite of this kind is run, where no page of the wiki shows how its editors do it."""

    functions: Annotated[list[str], Field(min_length=1)]
    arguments: list[str] = []
    title: Literal["tester", "testee", "tester-doc", "tester-talk"] = "tester"
    output: Literal["text", "page"] = "text"


class Console(_Table):
    """What the console is asked for.

    ``decides = "when-empty"``: where the ``#invoke`` shows nothing, what the same call logs is the report.
    ``question``: Lua that runs the suite once more (``p`` is what the tester returns, ``$args$`` becomes a table of the
    call's arguments) and prints ``picklebot:`` and its results as JSON on one line; they add detail to what the page
    shows, and decide nothing.
    """

    decides: Literal["never", "when-empty"] = "never"
    question: str = ""


class PointRule(_Table):
    """A pattern whose every match is a point."""

    pattern: Pattern
    ok: bool
    directive: Annotated[Directive | None, Field(strict=False)] = None


class CountRule(_Table):
    """A pattern of a headline with numbers."""

    pattern: Pattern


class Reporting(_Table):
    """Which formats to read the report with; the first that makes sense of it wins.

    The format ``patterns`` reads it by the ``points``, ``counts`` and ``empty`` that stand here.
    """

    formats: Annotated[list[str], Field(min_length=1)]
    points: list[PointRule] = []
    counts: list[CountRule] = []
    empty: list[Pattern] = []

    @property
    def patterns(self) -> Patterns:
        """What the format ``patterns`` reads by."""
        return Patterns(
            [PointPattern(rule.pattern, rule.ok, rule.directive) for rule in self.points],
            [CountPattern(rule.pattern) for rule in self.counts],
            self.empty,
        )


class Strategy(_Table):
    """One kind of suite: one file."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    about: str
    order: int
    titles: dict[Language, list[Pattern]] = {}
    recognise: Recognition
    invoke: Invocation
    console: Console = Console()
    report: Reporting


class Titles(_Table):
    """``titles.toml``: which subpages of modules hold tests, by content language, on whatever framework."""

    schema_version: Annotated[Literal[1], Field(alias="schema")]
    testers: dict[Language, list[Pattern]]
    candidates: dict[Language, list[Pattern]] = {}
    neglected: dict[Language, list[Pattern]]
    sandboxes: dict[Language, list[Pattern]] = {}
