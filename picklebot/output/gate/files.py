"""The files that a gate was asked for: `--output FORMAT=FILE`, read before the work, and written after it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from picklebot.errors import UsageError
from picklebot.files import write_whole
from picklebot.gate.model import Decision
from picklebot.log import in_short
from picklebot.output.gate.formats import FORMATS

__all__ = ["OutputFile", "read_output_options", "write_outputs"]


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that the decision is to be written to.

    :param format: one of `FORMATS`
    """

    format: str
    file: Path


def read_output_options(options: Iterable[str]) -> tuple[OutputFile, ...]:
    """Read the options, and see that each of them can be carried out.

    :raises UsageError: a format is unknown, or a file is a folder or named twice
    """
    outputs = tuple(map(_read, options))
    seen: dict[Path, OutputFile] = {}
    for output in outputs:
        other = seen.setdefault(output.file.resolve(), output)
        if other is not output and not _is_stream(output.file):
            raise UsageError(f"--output {output.format}={output.file}: {other.format} goes to the same file")
    return outputs


def write_outputs(decision: Decision, outputs: Sequence[OutputFile]) -> Iterator[str]:
    """Write all files; a sentence for each that could not be written. The verdict does not depend on them."""
    for output in outputs:
        try:
            text = FORMATS[output.format].load()(decision)
            write_whole(output.file, text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            yield f"{output.format} was not written to {output.file}: {error.strerror or error}"
        except Exception as error:  # noqa: BLE001 (a mistake in one format must cost neither the others nor the verdict)
            yield f"{output.format} was not written to {output.file}, by a mistake of its own: {in_short(error)}"


def _read(option: str) -> OutputFile:
    name, separator, file = option.partition("=")
    if not separator or not file:
        raise UsageError(f"--output {option}: expected FORMAT=FILE, such as json=decision.json")
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, 1)
        hint = f"; did you mean {near[0]}?" if near else "."
        raise UsageError(f"--output {option}: there is no format {name!r}{hint} There are: {', '.join(FORMATS)}")
    path = Path(file)
    if path.is_dir():
        raise UsageError(f"--output {option}: {path} is a folder; expected a file")
    return OutputFile(name, path)


def _is_stream(file: Path) -> bool:
    return file.exists() and not file.is_file()
