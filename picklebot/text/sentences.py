"""Sentences that picklebot stored and recorded before it had codes, read back. Pure."""

from __future__ import annotations

import re
from ast import literal_eval
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from picklebot.model import (
    Basis,
    Counts,
    ErrorKind,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Reason,
    RunAloneReason,
    RunReason,
    SoftwareChange,
    Transition,
)

__all__ = [
    "Summary",
    "read_finding",
    "read_inconclusive",
    "read_point_finding",
    "read_run_alone_reason",
    "read_run_reason",
    "read_software",
    "read_summary",
]

_REASONS = {
    "it is new": RunReason.NEW,
    "it never ran": RunReason.NEVER_RAN,
    "changed: its title": RunReason.REMADE,
    "the wiki was restored from a backup": RunReason.WIKI_RESTORED,
    "its last run was inconclusive": RunReason.INCONCLUSIVE,
    "the store was rebuilt": RunReason.STORE_REBUILT,
    "the software changed: the wiki's, or the bot's strategies": RunReason.SOFTWARE,
    "all were asked for": RunReason.ASKED_FOR,
    "its last run is long ago": RunReason.RECHECK,
    "to see whether its title matters": RunReason.TITLE_PROBE,
}
_CHANGED = "changed: "
_RUN_ALONE_REASONS = {
    "it comes near a limit of one request": RunAloneReason.NEAR_LIMIT,
    "it ended otherwise beside others": RunAloneReason.DIFFERENT_OUTPUT,
}


def read_run_reason(sentence: str, known: Container[str] = ()) -> Reason:
    """Why a suite must run.

    :param known: titles; a title may itself hold the comma that stood between two
    """
    if sentence in _REASONS:
        return Reason(_REASONS[sentence])
    if sentence.startswith(_CHANGED):
        return Reason(RunReason.CHANGED, split_titles(sentence.removeprefix(_CHANGED), known))
    return Reason(RunReason.OTHER, detail=sentence)


def read_run_alone_reason(sentence: str) -> RunAloneReason:
    """Why a suite never runs in a batch."""
    return _RUN_ALONE_REASONS.get(sentence, RunAloneReason.OTHER)


def split_titles(listed: str, known: Container[str] = ()) -> tuple[str, ...]:
    """Titles that stand in a row with commas between them.

    The longest known title is taken; where none is known, a part without namespace is taken for the rest of a title.
    """
    parts = listed.split(", ")
    titles: list[str] = []
    while parts:
        ends = [end for end in range(len(parts), 0, -1) if ", ".join(parts[:end]) in known]
        end = ends[0] if ends else 1
        while not ends and end < len(parts) and ":" not in parts[end] and parts[end] not in known:
            end += 1
        titles.append(", ".join(parts[:end]))
        del parts[:end]
    return tuple(titles)


@dataclass(frozen=True, slots=True)
class Summary:
    """The basis of a transition's new state, as `Transition` has it."""

    basis: Basis = Basis.UNKNOWN
    counts: Counts | None = None
    errors: tuple[ErrorKind, ...] = ()
    detail: str = ""

    def of(self, transition: Transition) -> Transition:
        """A transition with this basis."""
        return replace(transition, basis=self.basis, counts=self.counts, errors=self.errors, detail=self.detail)


_BASES = {"no test page": Basis.NO_TEST_PAGE, "the page is gone": Basis.PAGE_GONE}
_SUMMARY = re.compile(
    r"(?P<passed>\d+) of (?P<total>\d+) passed(?:, (?P<failed>\d+) failed)?(?:, (?P<skipped>\d+) skipped)?"
    r"(?:, (?P<todo>\d+) todo)?(?P<errors>(?:, error: [a-z-]+)*)"
)


def read_summary(sentence: str) -> Summary:
    """The basis of a new state."""
    if sentence in _BASES:
        return Summary(_BASES[sentence])
    match = _SUMMARY.fullmatch(sentence)
    kinds = match["errors"].split(", error: ")[1:] if match else []
    if match is None or not set(kinds) <= set(ErrorKind):
        return Summary(detail=sentence)
    names = ("total", "passed", "failed", "skipped", "todo")
    counts = Counts(*(int(match[name] or 0) for name in names))
    return Summary(Basis.TESTS, counts, tuple(ErrorKind(kind) for kind in kinds))


def read_software(before: str, now: str, known: Iterable[Mapping[str, str]] = ()) -> SoftwareChange:
    """The software that changed, from its names and versions before and now.

    A version may hold the comma that stood between two, and a name a space; a part in which no name is found is a name
    as a whole, so that it reads as it did.

    :param known: names and versions of software that there was
    """
    versions = {f"{name} {each[name]}".strip(): (name, each[name]) for each in known for name in each}
    return SoftwareChange(_software(before, versions), _software(now, versions))


def _software(sentence: str, known: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    if sentence == "none":
        return {}
    found: dict[str, str] = {}
    parts = sentence.split(", ")
    while parts:
        end = next((end for end in range(len(parts), 0, -1) if ", ".join(parts[:end]) in known), 1)
        part = ", ".join(parts[:end])
        name, version = known.get(part) or _name_and_version(part)
        found[name] = version
        del parts[:end]
    return found


def _name_and_version(part: str) -> tuple[str, str]:
    name, _, version = part.partition(" ")
    return (name, version) if version[:1].isdigit() else (part, "")


_INCONCLUSIVE = {
    "pages that it depends on kept changing while it ran, or its server did not have them yet": "unstable",
    "not tried: the wiki stopped answering": "not-tried",
    "its test page or its module was moved or deleted meanwhile": "pages-moved",
    "the wiki did not say what the tester offers": "offer-unknown",
    "it was not run": "not-run",
    "the console did not say what it logs": "log-unread",
    "no report": "no-report",
}
_WITH_DETAILS = (
    (r"its dependencies could not be read: (.*)", InconclusiveCode.DEPENDENCIES_UNREAD),
    (r"picklebot failed on it: (.*)", InconclusiveCode.DEFECT),
    (
        r"the page does not tell passed tests from failed ones, nor did the console: (.*)",
        InconclusiveCode.MARKS_UNCLEAR,
    ),
    (r"the wiki's server does not have revision (\d+) of (.*)", InconclusiveCode.SERVER_BEHIND),
    (r"(plugin \S+: .*|a plugin's \w+ failed: .*)", InconclusiveCode.PLUGIN),
    (r"(no answer from .*|the wiki answers .*)", InconclusiveCode.WIKI),
)


def read_inconclusive(sentence: str) -> Inconclusive:
    """Why a run came to no state."""
    if sentence in _INCONCLUSIVE:
        return Inconclusive(InconclusiveCode(_INCONCLUSIVE[sentence]))
    for pattern, code in _WITH_DETAILS:
        match = re.fullmatch(pattern, sentence, re.DOTALL)
        if match:
            return Inconclusive(code, match.groups())
    return Inconclusive.by(InconclusiveCode.OTHER, sentence)


_NUMBER = r"(\d{1,100})"
_FINDINGS = (
    (ErrorKind.PLAN, rf"planned {_NUMBER}, ran {_NUMBER}", NoteCode.PLAN_MISMATCH),
    (ErrorKind.PLAN, "there is more than one plan", NoteCode.SEVERAL_PLANS),
    (ErrorKind.PLAN, "the plan stands in the middle of the points", NoteCode.PLAN_IN_MIDDLE),
    (ErrorKind.PLAN, rf"point {_NUMBER} is outside of the plan 1\.\.{_NUMBER}", NoteCode.POINT_OUTSIDE_PLAN),
    (ErrorKind.PLAN, rf"a point is outside of the plan 1\.\.{_NUMBER}", NoteCode.HUGE_POINT_OUTSIDE_PLAN),
    (ErrorKind.SYNTAX, rf"line {_NUMBER} is not TAP, and pragma \+strict allows nothing else", NoteCode.STRICT),
    (
        ErrorKind.SYNTAX,
        "the subtest (['\"].*['\"]) was never finished(?:; its points do not count)?",
        NoteCode.SUBTEST_UNFINISHED,
    ),
    (
        ErrorKind.SYNTAX,
        "the subtest without a name was never finished(?:; its points do not count)?",
        NoteCode.NAMELESS_SUBTEST_UNFINISHED,
    ),
    (ErrorKind.OUTPUT, rf"it is longer than the {_NUMBER} characters that are read", NoteCode.REPORT_TOO_LONG),
    (ErrorKind.OUTPUT, rf"more than {_NUMBER} matches: it was not read to its end", NoteCode.TOO_MANY_MATCHES),
    (ErrorKind.OUTPUT, "the page could not be read to its end", NoteCode.PAGE_CUT),
    (ErrorKind.OUTPUT, "the output is larger than the wiki's API lets an answer be", NoteCode.OUTPUT_ABOVE_API),
    (ErrorKind.OUTPUT, "the output is larger than the wiki lets a page be", NoteCode.OUTPUT_ABOVE_PAGE),
    (ErrorKind.SCRIPT, r"the content model of (.+) is (\S+): it holds no Lua", NoteCode.NO_LUA),
)


def read_finding(kind: ErrorKind, sentence: str) -> Note | None:
    """The finding about a suite's error; None where the words are the wiki's or the report's own."""
    for of_kind, pattern, code in _FINDINGS:
        match = re.fullmatch(pattern, sentence, re.DOTALL) if of_kind is kind else None
        if match is not None:
            return Note(code, tuple(map(_value, match.groups())))
    return None


def _value(text: str) -> int | str:
    """A number, or a text; one that stood in quotes was written as Python writes it."""
    if text.isdecimal():
        return int(text)
    if text[0] in "'\"":
        try:
            return str(literal_eval(text))
        except (SyntaxError, ValueError):
            return text[1:-1]
    return text


_POINT_FINDINGS = {
    "the page shows both values alike": NoteCode.VALUES_ALIKE,
    "a Lua error, which Pickle shows as a skip": NoteCode.MASKED_ERROR,
}


def read_point_finding(sentence: str | None) -> Note | None:
    """The finding about a point; None where the words are the report's own, or there are none."""
    code = _POINT_FINDINGS.get(sentence or "")
    return Note(code) if code else None
