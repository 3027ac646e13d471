"""The standard streams as work needs them: an output that cannot be written never changes the work.

A closed pipe is quiet; a full disk is told of at the end; a character that the terminal's encoding lacks is escaped.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["reader_left", "standard_streams", "unwritten"]

_STREAMS = ("stdout", "stderr")
_ESCAPES = "picklebot-escapes"
_PLAIN_ASCII = "picklebot_ascii"


@contextmanager
def standard_streams() -> Iterator[None]:
    """Let nothing that is written to stdout or stderr raise, while the block runs.

    Streams that others have put in the place of the process's own are left alone.
    """
    codecs.register_error(_ESCAPES, _escaped)
    codecs.register(_plain_ascii)
    before = {name: getattr(sys, name) for name in _STREAMS}
    for name, stream in before.items():
        if isinstance(stream, io.TextIOWrapper) and stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, _guarded(stream))
    try:
        yield
    finally:
        for name, stream in before.items():
            if getattr(sys, name) is not stream:
                getattr(sys, name).flush()
                getattr(sys, name).detach()
                setattr(sys, name, stream)


def unwritten() -> str:
    """Why some of the output could not be written; empty where all was, or where nobody wanted to read on."""
    errors = [descriptor.error for descriptor in _descriptors()]
    return next((error.strerror or str(error) for error in errors if error and error.errno != errno.EPIPE), "")


def reader_left() -> bool:
    """Whether nobody reads the standard output any more."""
    descriptor = _descriptor(sys.stdout)
    if descriptor is not None:
        sys.stdout.flush()
    return descriptor is not None and descriptor.error is not None


class _Descriptor(io.RawIOBase):
    """A file descriptor of the process; after the first failure, further output is dropped."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.error: OSError | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)

    def write(self, data: Any, /) -> int:  # noqa: ANN401 (collections.abc.Buffer came with Python 3.12)
        while self.error is None:
            try:
                return os.write(self._number, data)
            except BlockingIOError:  # another program on the terminal has set it so
                select.select((), (self._number,), ())
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: to an encoding called ASCII click writes UTF-8 all the same."""
    if name != _PLAIN_ASCII:
        return None
    ascii_ = codecs.lookup("ascii")
    return codecs.CodecInfo(
        ascii_.encode,
        ascii_.decode,
        ascii_.streamreader,
        ascii_.streamwriter,
        ascii_.incrementalencoder,
        ascii_.incrementaldecoder,
        name,
    )


def _guarded(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    stream.flush()
    ascii_only = codecs.lookup(stream.encoding).name == "ascii"
    return io.TextIOWrapper(
        io.BufferedWriter(_Descriptor(stream.fileno())),
        encoding=_PLAIN_ASCII if ascii_only else stream.encoding,
        errors=_ESCAPES,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """As JSON escapes a character: a document stays one in any encoding, and text stays readable."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2)), error.end


def _descriptor(stream: object) -> _Descriptor | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, _Descriptor) else None


def _descriptors() -> Iterator[_Descriptor]:
    for name in _STREAMS:
        descriptor = _descriptor(getattr(sys, name))
        if descriptor is not None:
            getattr(sys, name).flush()
            yield descriptor
