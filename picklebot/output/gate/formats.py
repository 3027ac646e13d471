"""The table of formats. Each is imported, with its libraries, only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from picklebot.gate.model import Decision

__all__ = ["FORMATS", "FormatEntry", "Render"]

#: Makes a text of a decision.
Render = Callable[[Decision], str]


@dataclass(frozen=True, slots=True)
class FormatEntry:
    """Where a format is defined.

    :param module: beside this one
    :param function: its name in that module, a `Render`
    :param help: in a few words
    """

    module: str
    function: str
    help: str

    def load(self) -> Render:
        """The function that makes the text.

        :raises ImportError: a library that it uses is not installed
        """
        render: Render = getattr(import_module(f"picklebot.output.gate.{self.module}"), self.function)
        return render


#: All formats, by the name that `--output` knows them by.
FORMATS: Final[Mapping[str, FormatEntry]] = {
    "json": FormatEntry("document", "json_document", "the whole decision; docs/schema/decision.json is its schema"),
    "ctrf": FormatEntry("ctrf", "ctrf_text", "Common Test Report Format, https://ctrf.io"),
    "junit": FormatEntry("junit", "junit_text", "JUnit's XML, as Jenkins and GitLab read it"),
    "tap": FormatEntry("tap", "tap_text", "TAP 14"),
    "tap13": FormatEntry("tap", "tap13_text", "the same as TAP 13, for a prove older than 3.48"),
    "prometheus": FormatEntry("prometheus", "prometheus_text", "metrics for node_exporter's textfile collector"),
    "html": FormatEntry("html", "html_text", "one page without scripts: a matrix of suites and machines"),
    "text": FormatEntry("terminal", "terminal_text", "the text of the terminal"),
}
