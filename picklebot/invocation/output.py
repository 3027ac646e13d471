"""The output of a call: its text, and how it ended. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from picklebot.model import Cost, ErrorKind, Inconclusive, Note, NoteCode, SuiteError
from picklebot.text.html import fragments
from picklebot.wiki.client import Answer

__all__ = [
    "LimitUsage",
    "Limits",
    "Output",
    "cost_of",
    "dependencies_of",
    "error_at_home",
    "is_of_runner",
    "limit_usage_of",
    "logged_by",
    "omission",
    "omitted",
    "out_of_memory",
    "presence_of",
    "says_no_function",
    "script_error",
    "too_large",
]

# Scribunto's message where a page returns no such function (its i18n/en.json); $2 is the function.
NO_FUNCTION = ("scribunto-common-nosuchfunction", "scribunto-common-notafunction")

# MediaWiki replaces an output that is too large with a link and this comment (Parser.php, braceSubstitution). No report
# can hold it: in HTML an apparent comment is none.
_OMITTED = "<!-- WARNING: template omitted, post-expand include size too large -->"
_MAX_OMISSION_CHARACTERS = 1000
# An answer of the API holds no more than so many bytes of text, where a wiki does not say otherwise; it does not say
# so in its answers (https://www.mediawiki.org/wiki/Manual:$wgAPIMaxResultSize).
_ANSWER_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one request on a wiki, as its limit report gives them."""

    lua_ms: int = 7_000
    memory_bytes: int = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LimitUsage:
    """The cost of a request, as parts of its limits.

    :param most: of any limit
    :param time: of Lua's time
    :param memory: of Lua's memory
    :param others: of any limit but those of Lua's time and memory
    :param limits: None where the report does not tell
    """

    most: float = 0.0
    time: float = 0.0
    memory: float = 0.0
    others: float = 0.0
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """The output of one run.

    :param text: wikitext where the strategy wants text, HTML where it wants the page
    :param error: the error that ended the suite as a whole
    :param inconclusive: why nothing was had; the rest is then empty
    :param notes: for readers of the result
    :param depends_on: titles of the pages that the run loaded or asked about, whether they exist or not; those first
        that matter most
    :param seen: revisions that the run saw, by title, as far as it tells; 0 for a page that did not exist
    :param reached: the newest revision that its server is known to have had; None where it told of no landmark
    :param there: titles of those of these pages that existed, whatever their revision
    :param limit_usage: how much of any limit of one request it took
    :param no_function: whether there is no such function to call
    :param of_runner: whether the error is one of another page's that runs the tests: it made no sense of them
    :param logged: whether the text is the log of the run, since the page shows nothing
    :param not_taken: whether the wiki does not take the call for one
    """

    text: str = ""
    error: SuiteError | None = None
    inconclusive: Inconclusive | None = None
    duration_ms: int = 0
    cost: Cost = field(default_factory=Cost)
    notes: tuple[Note, ...] = ()
    depends_on: tuple[str, ...] = ()
    seen: Mapping[str, int] = field(default_factory=dict)
    reached: int | None = None
    there: frozenset[str] = frozenset()
    limit_usage: float = 0.0
    no_function: bool = False
    of_runner: bool = False
    logged: bool = False
    not_taken: bool = False


# Read as text: in a page's text, markup and a message's words about markup have become alike.
_ERROR_ALONE = re.compile(
    r'(?:<strong class="error">)?<span class="scribunto-error(?: [^"<>]*)?"[^<>]*>'
    # A message may hold the ends of tags, but further lines may be a report.
    r"((?:(?!scribunto-error)[^\n])*|(?:(?!</?span|scribunto-error).)*)</span>(?:</strong>)?",
    re.DOTALL,
)


# A library of Scribunto's own, as the place of an error.
_LIBRARY = re.compile(r"\bmw[\w.]*\.lua\b")


def too_large() -> SuiteError:
    """The error of a suite that prints more than an answer may hold."""
    return SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.OUTPUT_ABOVE_API))


def omission(html_text: str) -> SuiteError | None:
    """The error of a suite that prints more than a page may hold; None where something is shown.

    :param html_text: the page's HTML
    """
    return omitted() if len(html_text) < _MAX_OMISSION_CHARACTERS and _OMITTED in html_text else None


def omitted() -> SuiteError:
    """The error of a suite that prints more than a page may hold."""
    return SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.OUTPUT_ABOVE_PAGE))


def script_error(text: str, timeout_message: str) -> SuiteError | None:
    """The error that stands in place of a whole output, or None where there is any other output.

    A report may well quote errors; only an error and nothing else means that the suite died.

    :param text: wikitext or HTML of the output
    :param timeout_message: this wiki's words for the end of Lua's time (``MediaWiki:Scribunto-common-timeout``)
    """
    text = text.strip()
    if not text.startswith("<") or "scribunto-error" not in text:
        return None
    if alone := _ERROR_ALONE.fullmatch(text):
        message = unescape(alone[1]).strip()
        return SuiteError(_kind(message, timeout_message), message)
    elements = fragments(text)
    if len(elements) != 1 or isinstance(elements[0], str) or _own_tail(elements[0]):
        return None
    return _of_element(elements[0], timeout_message)


def error_at_home(error: SuiteError, tester: str, messages: Mapping[str, str]) -> SuiteError:
    """An error as the tester's own page shows it: there the place of an error has no title (ScribuntoException).

    :param messages: the wiki's ``scribunto-line`` and ``scribunto-module-line``
    """
    here, elsewhere = (messages.get(name, "") for name in ("scribunto-line", "scribunto-module-line"))
    if "$1" not in here or "$2" not in elsewhere:
        return error
    title = "[ _]".join(map(re.escape, tester.split(" ")))
    place = re.escape(elsewhere).replace(r"\$1", title).replace(r"\$2", "([0-9]+)")
    return replace(error, message=re.sub(place, lambda found: here.replace("$1", found[1]), error.message, count=1))


def is_of_runner(error: SuiteError, runner: str, prefix: str, messages: Mapping[str, str]) -> bool:
    """Whether an error happened in a page that runs the tests of others, or in a library that it called.

    An error in the module under test, or in a page that this loads, is one of the tests. The first page that is named
    is the place of the error; the page on which it is shown is named by its line alone.

    :param runner: title of the page that runs the tests
    :param prefix: the name of the Module namespace with its colon
    :param messages: the wiki's ``scribunto-line``
    """
    if error.kind is not ErrorKind.SCRIPT:
        return False
    message = error.message.replace("_", " ")
    _, named, rest = message.partition(prefix)
    if named:
        return re.match(rf"{re.escape(runner.removeprefix(prefix))}(?!\w)", rest) is not None
    line = re.escape(messages.get("scribunto-line", "")).replace(r"\$1", "[0-9]+")
    return not line or _LIBRARY.search(message) is not None or re.search(line, message) is None


def says_no_function(error: SuiteError, function: str, messages: Mapping[str, str]) -> bool:
    """Whether an error says that there is no function of that name.

    :param messages: the wiki's own words, by the names of `NO_FUNCTION`
    """
    words = (messages[name].replace("$2", function) for name in NO_FUNCTION if name in messages)
    return error.kind is ErrorKind.SCRIPT and any(_plain(text) == _plain(error.message) for text in words)


def _plain(text: str) -> str:
    """Text without wikitext's own markup of it."""
    return re.sub(r"<[^<>]*>|\W+", " ", text.replace("_", " ")).strip().casefold()


def _of_element(element: Any, timeout_message: str) -> SuiteError | None:  # noqa: ANN401 (lxml's stubs name no type)
    """Read an error without the paragraph that wikitext puts around it."""
    while element.tag in ("div", "p", "strong") and len(element) == 1 and not _own_text(element):
        element = element[0]
    if element.tag != "span" or "scribunto-error" not in element.get("class", "").split() or _own_tail(element):
        return None
    message = element.text_content().strip()
    return SuiteError(_kind(message, timeout_message), message)


def _own_text(element: Any) -> str:  # noqa: ANN401
    return ((element.text or "") + "".join(child.tail or "" for child in element)).strip()


def _own_tail(element: Any) -> str:  # noqa: ANN401
    return (element.tail or "").strip()


def _kind(message: str, timeout_message: str) -> ErrorKind:
    if timeout_message and timeout_message.rstrip(".") in message:
        return ErrorKind.TIME
    return ErrorKind.MEMORY if out_of_memory(message) else ErrorKind.SCRIPT


def out_of_memory(message: str) -> bool:
    """Whether a Lua error says that memory ran out: Lua's own words, in no language but this (lmem.c)."""
    return "not enough memory" in message


def dependencies_of(parse: Answer, tester: str, files: str) -> tuple[str, ...]:
    """Titles of pages that a parse transcluded or loaded (``templates``) or asked about (``links``), files too.

    A file has the revision of its page here, which an upload changes, too; one of a shared repository has none. Of a
    file that is not there and of which only Lua asked (``mw.title…file.exists``) MediaWiki notes nothing.

    In the order in which they matter: the tester and the pages around it, loaded pages, other existing ones.
    Interface messages, category counts and the clock leave no trace here.

    :param files: name of the namespace of files
    """
    family = tester.partition("/")[0]
    pages = [
        (page["title"], bool(page.get("exists")), kind)
        for kind in ("templates", "links")
        for page in parse.get(kind, ())
    ]
    pages += [(f"{files}:{name.replace('_', ' ')}", True, "links") for name in parse.get("images", ())]
    ranks: dict[str, tuple[bool, bool, bool]] = {}
    for title, exists, kind in pages:
        rank = (title.partition("/")[0] != family, not exists, kind == "links")
        ranks[title] = min(rank, ranks.get(title, rank))
    return tuple(sorted(ranks, key=lambda title: (ranks[title], title)))


def presence_of(parse: Answer) -> tuple[frozenset[str], dict[str, int]]:
    """Of pages that a parse transcluded, loaded or asked about: titles of those there were; 0 for each of the others.

    Of files it does not tell.
    """
    exists = {
        page["title"]: bool(page.get("exists")) for kind in ("templates", "links") for page in parse.get(kind, ())
    }
    there = frozenset(title for title, is_there in exists.items() if is_there)
    return there, dict.fromkeys(exists.keys() - there, 0)


# Names in MediaWiki's limit report of limits that all suites of a request share.
_TIME, _MEMORY = "scribunto-limitreport-timeusage", "scribunto-limitreport-memusage"
_ANSWER = "the size of the answer"
_LOGS = "scribunto-limitreport-logs"
_EXPENSIVE = "limitreport-expensivefunctioncount"
_SHARED = (
    _TIME,
    _MEMORY,
    "limitreport-ppvisitednodes",
    "limitreport-postexpandincludesize",
    "limitreport-templateargumentsize",
    _EXPENSIVE,
    "limitreport-unstrip-size",
)


def cost_of(parse: Answer, lookups: int = 0) -> Cost:
    """The cost of a parse, but for lookups of ours, from ``limitreportdata`` (https://www.mediawiki.org/wiki/API:Parsing_wikitext)."""
    report = _report(parse)
    return Cost(
        round(report.get(_TIME, (0.0, 0.0))[0] * 1000),
        int(report.get(_MEMORY, (0.0, 0.0))[0]),
        math.ceil(limit_usage_of(parse, lookups).others * 1000),
    )


def limit_usage_of(parse: Answer, lookups: int = 0) -> LimitUsage:
    """How near a parse came to the wiki's limits, but for expensive calls of ours."""
    report = _report(parse)
    calls, most = report.get(_EXPENSIVE, (0.0, 0.0))
    report[_EXPENSIVE] = max(calls - lookups, 0.0), most
    parts = {name: used / limit for name, (used, limit) in report.items() if name in _SHARED and limit}
    parts[_ANSWER] = len(str(parse.get("text", "")).encode("utf-8", "replace")) / _ANSWER_BYTES
    others = max(part for name, part in parts.items() if name not in (_TIME, _MEMORY))
    time, memory = report.get(_TIME, (0.0, 0.0))[1], report.get(_MEMORY, (0.0, 0.0))[1]
    limits = Limits(round(time * 1000), int(memory)) if time and memory else None
    return LimitUsage(max(parts.values()), parts.get(_TIME, 0.0), parts.get(_MEMORY, 0.0), others, limits)


def logged_by(parse: Answer) -> str:
    """The logs (``mw.log``) of all invocations of a parse, one after the other, with nothing between them.

    Where Lua's time was over there is none (seen on MediaWiki 1.39 and 1.43).
    """
    items = parse.get("limitreportdata", ())
    return next((str(item.get("0", "")) for item in items if item["name"] == _LOGS), "")


def _report(parse: Answer) -> dict[str, tuple[float, float]]:
    """Use and limit by name; the limit is 0 where there is none."""
    items = parse.get("limitreportdata", ())
    return {item["name"]: (_number(item.get("0")), _number(item.get("1"))) for item in items}


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0
