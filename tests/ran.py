"""The outcome of a command, as tests look at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

__all__ = ["Ran"]


@dataclass(frozen=True)
class Ran:
    """The outcome of a command: exit status, stdout and stderr."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document on stdout, which holds nothing else."""
        return dict(json.loads(self.out))

    @property
    def states(self) -> dict[str, str]:
        """The state of every module, by title without namespace."""
        return {each["title"].removeprefix("Module:"): each["state"] for each in self.document["modules"]}

    @property
    def transitions(self) -> list[tuple[str, str | None, str | None]]:
        """Title without namespace, old and new state of every transition."""
        found = self.document["transitions"]
        return [(each["title"].removeprefix("Module:"), each["old"], each["new"]) for each in found]

    @property
    def ran(self) -> list[str]:
        """Titles of the testers that came to a state in this harvest."""
        return sorted(each["tester"] for each in self.document["suites"] if each["ran"])

    @property
    def inconclusive(self) -> dict[str, str]:
        """Why suites came to none, by their testers."""
        return {each["tester"]: each["inconclusive"] for each in self.document["suites"] if each["inconclusive"]}

    def suite(self, tester: str) -> dict[str, Any]:
        return next(dict(each) for each in self.document["suites"] if each["tester"] == tester)

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a watch's log that have this name."""
        lines: Iterable[dict[str, Any]] = map(json.loads, self.out.splitlines())
        return [line for line in lines if line["event"] == name]
