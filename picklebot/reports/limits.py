"""How much of a report is read and kept: everything a wiki says is hostile, so its size is bounded.

A limit may cost detail, never the state: every point counts, kept or not, and a report that was not read to its end
fails.
"""

from __future__ import annotations

from typing import Final

from picklebot.model import Note, NoteCode, NoteDetail

__all__ = [
    "MAX_DIAGNOSTICS",
    "MAX_LINES_QUOTED",
    "MAX_MATCHES",
    "MAX_MATCH_BYTES",
    "MAX_NOTABLE_POINTS",
    "MAX_NOTES",
    "MAX_NUMBERS",
    "MAX_POINTS",
    "MAX_PRAGMA_CHARACTERS",
    "MAX_QUOTE_CHARACTERS",
    "MAX_REPORT_CHARACTERS",
    "MAX_SUBTEST_DEPTH",
    "MAX_TEXT_CHARACTERS",
    "MAX_YAML_BLOCK_CHARACTERS",
    "MAX_YAML_CHARACTERS",
    "MAX_YAML_DEPTH",
    "MAX_YAML_NUMBER_CHARACTERS",
    "Notes",
    "clip",
]

MAX_REPORT_CHARACTERS: Final = 16_000_000
"""Characters read of one report. MediaWiki's limits are lower: 2 MB for a page, 8 MB for an answer of the console."""

MAX_POINTS: Final = 20_000
"""Points kept one by one, subtests included; further ones are only counted."""

MAX_NOTABLE_POINTS: Final = 2_000
"""Points kept beyond ``MAX_POINTS`` where they are no plain passes."""

MAX_NUMBERS: Final = 100_000
"""Test numbers remembered in one document, to see which come twice."""

MAX_TEXT_CHARACTERS: Final = 2_000
"""Characters kept of a description, a reason, an expected value…"""

MAX_QUOTE_CHARACTERS: Final = 120
"""Characters of a report quoted in a note."""

MAX_NOTES: Final = 60
"""Notes kept."""

MAX_LINES_QUOTED: Final = 20
"""Lines that are quoted in notes because they could not be read; further ones are only counted."""

MAX_PRAGMA_CHARACTERS: Final = 1_000
"""Characters of a line of pragmas; a longer one is not read."""

MAX_MATCH_BYTES: Final = 16_000
"""Bytes that a match of a strategy's own pattern for points may have; a longer one may be overlooked."""

MAX_MATCHES: Final = 100_000
"""Matches of a strategy's own patterns for points in one report; one with more was not read to its end."""

MAX_DIAGNOSTICS: Final = 500
"""Diagnostic lines kept."""

MAX_SUBTEST_DEPTH: Final = 16
"""How deep subtests may be nested; deeper ones are not read."""

MAX_YAML_BLOCK_CHARACTERS: Final = 64_000
"""Characters of one YAML block; a longer one is not read."""

MAX_YAML_CHARACTERS: Final = 512_000
"""Characters of YAML in one report; further blocks are not read."""

MAX_YAML_DEPTH: Final = 24
"""How deep a YAML block may be nested."""

MAX_YAML_NUMBER_CHARACTERS: Final = 40
"""Characters of a YAML scalar that may be a number; a longer one is text."""


def clip(text: str, length: int = MAX_TEXT_CHARACTERS) -> str:
    """Cut a text to a length, the cut marked by an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


class Notes:
    """The notes of a report, as far as there is room."""

    def __init__(self) -> None:
        self._kept: dict[Note, None] = {}
        self._dropped = 0
        self._quoted = 0
        self._unread = 0

    def add(self, code: NoteCode, *details: NoteDetail) -> None:
        """Add a note once; without room it is only counted."""
        note = Note(code, details)
        if note in self._kept:
            return
        if len(self._kept) < MAX_NOTES:
            self._kept[note] = None
        else:
            self._dropped += 1

    def unread(self, number: int, line: str) -> None:
        """Quote a line that was not read; ``number`` counts from 1."""
        if self._quoted < MAX_LINES_QUOTED:
            self._quoted += 1
            self.add(NoteCode.NOT_TAP, number, clip(line, MAX_QUOTE_CHARACTERS))
        else:
            self._unread += 1

    def all(self) -> tuple[Note, ...]:
        """Give the notes in their order, and at the end the number of those left out."""
        rest = []
        if self._unread:
            rest.append(Note(NoteCode.LINES_UNREAD, (self._unread,)))
        if self._dropped:
            rest.append(Note(NoteCode.NOTES_DROPPED, (self._dropped,)))
        return (*self._kept, *rest)
