"""The suites that depend on each page, packed: a wiki of ten thousand suites has a hundred thousand such pairs."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping

from picklebot.model import Dependent

__all__ = ["Dependents"]


class Dependents(Mapping[str, tuple[Dependent, ...]]):
    """Suites by the title of the page that they depend on; three numbers each, until they are asked for."""

    def __init__(self) -> None:
        self._packed: dict[str, array[int]] = {}

    def add(self, title: str, tester_id: int, revision: int, *, make: bool) -> None:
        """Note that a suite depends on a page, as `Dependent` says."""
        self._packed.setdefault(title, array("q")).extend((tester_id, revision, make))

    def __getitem__(self, title: str) -> tuple[Dependent, ...]:
        numbers = iter(self._packed[title])
        rows = zip(numbers, numbers, numbers, strict=True)
        return tuple(Dependent(tester_id, revision, make=bool(make)) for tester_id, revision, make in rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)
