"""The log of all commands: a line for each event, as logfmt (https://brandur.org/logfmt) or JSON.

An event is named by a code, and has values; docs/operators.md, "The log", lists all. structlog writes the lines. It is
imported with the first event, as importing it takes more time than `picklebot --version` in all.
"""

from __future__ import annotations

import logging
import secrets
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from picklebot.events import Event
from picklebot.text.redaction import redact
from picklebot.text.terminal import json_text, plain

if TYPE_CHECKING:
    from structlog.typing import EventDict

__all__ = [
    "Format",
    "begin",
    "bind",
    "error",
    "in_short",
    "info",
    "is_json",
    "library_messages",
    "set_format",
    "warning",
    "write_to",
]

Format = Literal["logfmt", "json"]
_Stream = Literal["stdout", "stderr", "nowhere"]

# Characters of one value.
_MAX_VALUE_CHARACTERS = 2000

_context: dict[str, object] = {}
_form: Format = "logfmt"
_stream: _Stream = "stderr"


def begin(form: Format = "logfmt") -> None:
    """Begin the log of a command, on the standard error; all of its lines carry the same id of the run."""
    _context.clear()
    _context["run"] = secrets.token_hex(4)
    set_format(form)
    write_to("stderr")


def set_format(form: Format) -> None:
    """Write all further lines so."""
    global _form  # noqa: PLW0603 (a process has one log)
    _form = form


def write_to(stream: _Stream) -> None:
    """Write all further lines there."""
    global _stream  # noqa: PLW0603 (a process has one log)
    _stream = stream


def bind(**values: object) -> None:
    """Let all further lines carry values, such as the wiki."""
    _context.update(values)


def is_json() -> bool:
    """Whether lines are JSON."""
    return _form == "json"


def info(event: Event, **values: object) -> None:
    """Log an event."""
    _logger().info(event, **values)


def warning(event: Event, **values: object) -> None:
    """Log a problem that somebody may have to solve, although the work goes on."""
    _logger().warning(event, **values)


def error(event: Event, **values: object) -> None:
    """Log a problem that keeps the work from being done, or a mistake of picklebot's own."""
    _logger().error(event, **values)


def in_short(error: BaseException) -> str:
    """An unforeseen error and its place; `python -X dev -m picklebot` shows all of it."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({Path(place[0].filename).name}:{place[0].lineno})" if place else ""
    return f"{type(error).__name__}: {error}{where}"


@contextmanager
def library_messages() -> Iterator[None]:
    """Let warnings of libraries and plugins, which use Python's own logging, into the log, and nowhere else."""
    root = logging.getLogger()
    before = root.handlers
    root.handlers = [_LibraryMessages(logging.WARNING)]
    try:
        yield
    finally:
        root.handlers = before


class _LibraryMessages(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        reason = {"reason": in_short(record.exc_info[1])} if record.exc_info and record.exc_info[1] else {}
        write = error if record.levelno >= logging.ERROR else warning
        write(Event.LIBRARY_WARNED, logger=record.name, message=record.getMessage(), **reason)


class _Lines:
    """Writes lines to where the log is written by now."""

    def msg(self, line: str) -> None:
        if _stream == "nowhere":
            return
        stream = getattr(sys, _stream)
        stream.write(f"{line}\n")
        stream.flush()

    info = warning = error = msg


@cache
def _logger() -> Any:  # noqa: ANN401 (structlog's loggers are of any type)
    import structlog  # noqa: PLC0415 (see above)

    return structlog.wrap_logger(
        _Lines(),
        processors=[structlog.processors.add_log_level, _whole, _Renderer(structlog.processors)],
        wrapper_class=structlog.BoundLogger,
    )


def _whole(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An event with time and context, and its values fit for a line."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ordered = {"time": now, "level": event.pop("level"), "event": event.pop("event"), **event}
    context = {name: value for name, value in _context.items() if name not in ordered}
    return {name: _value(value) for name, value in {**ordered, **context}.items()}


class _Renderer:
    """Writes an event in the format that is set by now."""

    def __init__(self, processors: Any) -> None:  # noqa: ANN401 (a module)
        self._json = processors.JSONRenderer(serializer=lambda event, **_: json_text(event, indent=None))
        self._logfmt = processors.LogfmtRenderer(bool_as_flag=False)

    def __call__(self, logger: object, method: str, event: EventDict) -> str:
        if is_json():
            return str(self._json(logger, method, event))
        return str(self._logfmt(logger, method, {name: _on_a_line(value) for name, value in event.items()}))


def _value(value: object) -> object:
    """A value without passwords, of a type that JSON has."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, list | tuple):
        return [_value(each) for each in value]
    return redact(str(value))


def _on_a_line(value: object) -> object:
    if isinstance(value, list):
        return plain(", ".join(map(str, value)), _MAX_VALUE_CHARACTERS)
    return plain(value, _MAX_VALUE_CHARACTERS) if isinstance(value, str) else value
