"""The whole of a TAP report: its lines in their order, subtests on a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from picklebot.model import ErrorKind, Note, NoteCode, Report, SuiteError
from picklebot.reports.limits import (
    MAX_DIAGNOSTICS,
    MAX_QUOTE_CHARACTERS,
    MAX_REPORT_CHARACTERS,
    MAX_SUBTEST_DEPTH,
    MAX_YAML_BLOCK_CHARACTERS,
    MAX_YAML_CHARACTERS,
    Notes,
    clip,
)
from picklebot.reports.tap.document import Document, Room
from picklebot.reports.tap.lines import BailOut, Comment, PlanLine, Pragma, TestLine, VersionLine, read_line
from picklebot.reports.tap.text import INDENT, Text
from picklebot.reports.tap.yamlblock import read_yaml

if TYPE_CHECKING:
    from picklebot.model import Point
    from picklebot.reports.tap.lines import Line

__all__ = ["Parser"]

_COMMENTED_PLANS: Final = 14
"""The version of TAP whose plans may have any comment."""


class Parser:
    """Reads one report. Whatever the text, it raises nothing, and time and memory grow no faster than the text."""

    def __init__(self, raw: str) -> None:
        self._text = Text.of(raw)
        self._notes = Notes()
        self._room = Room()
        self._documents = [Document(0, self._notes, self._room)]
        self._owner: Document | None = None
        """The document whose last line of note was a test point, to which a YAML block would belong."""
        self._yaml: _YamlBlock | None = None
        self._yaml_read = 0
        self._bail_out: str | None = None
        self._diagnostics: list[str] = []
        self._diagnostics_dropped = 0
        self._too_deep = 0
        self._seen = 0
        """Lines read that are neither blank nor comments."""

    def parse(self) -> Report:
        """Read the text to its end, or to a bail out."""
        for number, line in enumerate(self._text.lines(), start=1):
            self._feed(number, line)
            if self._bail_out is not None:
                break
        while self._yaml is not None:
            self._end_yaml(self._yaml, closed=False)
        return self._report()

    def _feed(self, number: int, line: str, *, may_quote: bool = True) -> None:
        """Take a line, into the YAML block that is open or as TAP.

        :param may_quote: whether a YAML block that belongs to no point may begin here
        """
        while self._yaml is not None:
            if self._continue_yaml(self._yaml, line):
                return
        if self._bail_out is None:
            self._read(number, line, may_quote=may_quote)

    def _read(self, number: int, line: str, *, may_quote: bool) -> None:
        body = line.strip()
        if not body:
            return  # blank lines are ignored (TAP 14, "Blank lines")
        indent = len(line) - len(line.lstrip())
        if body.startswith("---") and indent:
            owned = self._owner is not None and indent > self._owner.depth * INDENT
            if owned or may_quote:
                self._yaml = _YamlBlock(number, indent, owned=owned)
                self._yaml.add(line)
                return
        item = read_line(body)
        depth = indent // INDENT
        if not isinstance(item, Comment):
            self._owner = None
            self._seen += 1
        if isinstance(item, BailOut):
            # At any depth it ends everything (TAP 14, "Subtest bailouts").
            self._bail_out = item.reason
        elif item is None or self._is_no_plan(item) or self._is_indented_oddly(item, line[:indent]):
            self._unread(number, line, depth)
        elif depth > MAX_SUBTEST_DEPTH:
            self._too_deep += 1
        elif isinstance(item, Comment):
            self._comment(item, depth)
        else:
            self._take(number, item, depth)

    @staticmethod
    def _is_indented_oddly(item: Line, margin: str) -> bool:
        return not isinstance(item, Comment) and (len(margin) % INDENT > 0 or margin.strip(" ") != "")

    def _is_no_plan(self, item: Line) -> bool:
        """Whether it is a plan by TAP 14 alone, in a report that does not say that it is TAP 14."""
        return isinstance(item, PlanLine) and item.commented and self._documents[0].version != _COMMENTED_PLANS

    def _take(self, number: int, item: Line, depth: int) -> None:
        top = self._documents[-1].depth
        if depth > top:
            self._open(depth)
        document = self._documents[depth]
        inside = depth < top
        if isinstance(item, TestLine):
            subtests = self._close(depth, number, item) if inside else ()
            document.add_point(item, subtests, number)
            self._owner = document
        elif isinstance(item, PlanLine):
            document.add_plan(item, held=inside)
        elif isinstance(item, VersionLine):
            document.add_version(item, number, first=depth > 0 or self._seen == 1)
        elif isinstance(item, Pragma):
            for key, value in item.switches:
                if key == "strict":  # others are not known, which is no failure (TAP 14, "Pragmas")
                    document.strict = value

    def _open(self, depth: int) -> None:
        """Begin a subtest, or several at once (TAP 14, "Bare subtests")."""
        while (parent := self._documents[-1]).depth < depth:
            name, parent.announced = parent.announced, None
            self._documents.append(
                Document(parent.depth + 1, self._notes, self._room, name=name, strict=parent.strict),
            )

    def _close(self, depth: int, number: int, point: TestLine) -> tuple[Point, ...]:
        """End the subtests below a depth at the point that sums them up (TAP 14, "Subtest parsing rules", 4 and 9)."""
        while len(self._documents) > depth + 2:
            self._unfinished(self._documents.pop())
        child = self._documents.pop()
        child.leave_out_talk()
        failure = child.failure()
        if failure is not None and point.ok and point.directive is None:
            self._notes.add(NoteCode.SUBTEST_NOT_OK, number, failure)
        if child.name and not _same_name(child.name, point.description):
            self._notes.add(NoteCode.SUBTEST_RENAMED, number, clip(child.name, MAX_QUOTE_CHARACTERS))
        return tuple(child.points)

    def _unfinished(self, document: Document) -> None:
        """Leave out a subtest that no point sums up: it is no TAP (TAP 14, "Subtest parsing rules", 10)."""
        note = _never_finished(document)
        self._notes.add(note.code, *note.details)

    def _comment(self, comment: Comment, depth: int) -> None:
        if comment.subtest is not None:
            if depth == self._documents[-1].depth:
                self._documents[-1].announced = comment.subtest
            return
        if self._owner is not None:
            self._owner.add_comment(comment.text)
        if len(self._diagnostics) < MAX_DIAGNOSTICS:
            self._diagnostics.append(comment.text)
        else:
            self._diagnostics_dropped += 1

    def _unread(self, number: int, line: str, depth: int) -> None:
        """Note a line that is no TAP: a failure where the report asks for it (TAP 14, "Anything else", "Pragmas")."""
        document = self._documents[min(depth, len(self._documents) - 1)]
        document.unread += 1
        if document.strict and document.syntax is None:
            document.syntax = Note(NoteCode.STRICT, (number,))
        self._notes.unread(number, line.strip())

    def _continue_yaml(self, block: _YamlBlock, line: str) -> bool:
        """Take a line into the open YAML block; whether it belonged there.

        A block without its end ends where the indentation does, so that no test line is lost in it (TAP 13, "YAML
        blocks"). Dots that stand deeper than the block are quoted in it.
        """
        body = line.strip()
        indent = len(line) - len(line.lstrip())
        if body == "..." and 0 < indent <= block.indent:
            self._end_yaml(block, closed=True)
            return True
        if (body and indent < block.indent) or (block.size > MAX_YAML_BLOCK_CHARACTERS and not block.owned):
            self._end_yaml(block, closed=False)
            return False
        block.add(line)
        return True

    def _end_yaml(self, block: _YamlBlock, *, closed: bool) -> None:
        self._yaml = None
        if not block.owned:
            self._end_quotation(block, closed=closed)
            return
        owner, self._owner = self._owner, None
        if not closed:
            self._notes.add(NoteCode.YAML_WITHOUT_END, block.number)
        self._yaml_read += block.size
        if block.size > MAX_YAML_BLOCK_CHARACTERS or self._yaml_read > MAX_YAML_CHARACTERS:
            self._notes.add(NoteCode.YAML_TOO_MUCH, block.number)
            return
        found = read_yaml("".join(f"{line}\n" for line in block.lines[1:]))
        if isinstance(found, Note):
            self._notes.add(NoteCode.YAML_UNREAD, block.number, found)
        elif owner is not None:
            owner.add_diagnosis(found)

    def _end_quotation(self, block: _YamlBlock, *, closed: bool) -> None:
        """End a YAML block that belongs to no point: it is no TAP, and neither are the lines that it quotes.

        One without an end is none: each of its lines is read for itself.
        """
        if closed:
            self._owner = None
            self._seen += 1
            self._unread(block.number, block.lines[0], block.indent // INDENT)
            return
        for number, line in enumerate(block.lines, start=block.number):
            self._feed(number, line, may_quote=False)

    def _report(self) -> Report:
        document = self._documents[0]
        document.leave_out_talk()
        if not self._recognised(document):
            return Report(format="")
        error = self._error(document)
        self._note(document)
        counts = document.counts
        points = tuple(document.points)
        return Report(
            format="tap",
            points=points,
            plan=document.plan,
            declared=counts if counts.total > len(points) else None,
            error=error,
            diagnostics=tuple(self._diagnostics),
            notes=self._notes.all(),
        )

    def _recognised(self, document: Document) -> bool:
        """Whether this is TAP at all: see :func:`picklebot.reports.tap.parse_tap`."""
        total = document.counts.total
        return (
            document.version is not None
            or document.plan is not None
            or (self._bail_out is not None and self._seen == 1)
            or document.formal > 0
            or document.plausibly_numbered
            or (total > 1 and document.bare == total and not document.unread)
        )

    def _error(self, document: Document) -> SuiteError | None:
        unfinished = [child for child in self._documents[1:] if child.name is not None]
        for child in self._documents[:0:-1]:
            self._unfinished(child)
        plan_error = document.plan_error()
        if self._bail_out is not None:
            return SuiteError(ErrorKind.BAIL_OUT, self._bail_out)
        if self._text.cut:
            return SuiteError(ErrorKind.OUTPUT, note=Note(NoteCode.REPORT_TOO_LONG, (MAX_REPORT_CHARACTERS,)))
        if plan_error is not None:
            return SuiteError(ErrorKind.PLAN, note=plan_error)
        if document.syntax is not None:
            return SuiteError(ErrorKind.SYNTAX, note=document.syntax)
        if unfinished:
            # "Fail the test if a matching test point is not found" (TAP 14, "Subtest parsing rules", 8).
            return SuiteError(ErrorKind.SYNTAX, note=_never_finished(unfinished[0]))
        return None

    def _note(self, document: Document) -> None:
        total = document.counts.total
        if document.plan is None and total and self._bail_out is None:
            self._notes.add(NoteCode.NO_PLAN)
            if gap := document.gap():
                self._notes.add(gap.code, *gap.details)
        if total > len(document.points):
            self._notes.add(NoteCode.POINTS_KEPT, len(document.points), total)
        if self._too_deep:
            self._notes.add(NoteCode.SUBTESTS_TOO_DEEP, self._too_deep, MAX_SUBTEST_DEPTH)
        if self._diagnostics_dropped:
            self._notes.add(NoteCode.DIAGNOSTICS_DROPPED, self._diagnostics_dropped)


class _YamlBlock:
    """The lines of a YAML block as they come, no more of them than may be read.

    :param owned: whether it belongs to a test point
    """

    def __init__(self, number: int, indent: int, *, owned: bool) -> None:
        self.number = number
        self.indent = indent
        self.owned = owned
        self.size = 0
        self.lines: list[str] = []

    def add(self, line: str) -> None:
        self.size += len(line) + 1
        if self.size <= MAX_YAML_BLOCK_CHARACTERS or not self.owned:
            self.lines.append(line)


def _never_finished(document: Document) -> Note:
    if not document.name:
        return Note(NoteCode.NAMELESS_SUBTEST_UNFINISHED)
    return Note(NoteCode.SUBTEST_UNFINISHED, (clip(document.name, MAX_QUOTE_CHARACTERS),))


def _same_name(name: str, description: str) -> bool:
    """Whether a point ends the subtest of that name; some producers add a comment such as ``# time=5ms``."""
    return description == name or description.startswith(f"{name} #")
