"""How suites share requests: which of them, in which order, and under which title. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from picklebot.invocation.output import Limits
from picklebot.model import Call, Cost, ErrorKind, Page

__all__ = ["NEAR", "BatchItem", "Part", "needs_own_request", "pack", "page_for", "take_batch"]

# How full a request is packed, as parts of the wiki's limits of time, of memory and of any other: suites take more on a
# bad day than on their last. Memory varies less than time, and sizes and look-ups hardly do.
_FILL = (0.4, 0.6, 0.8)
#: A suite that takes this part of a limit when alone decides who is beside it.
NEAR = 0.4
# How full a request is packed that holds such a suite: if that one has a bad day, it alone has to run again.
_FILL_NEAR = 0.8
# Beside a suite that takes all of a limit, or was ended by it, all others together take so much of that at most, by
# their last runs: it has nearly as much for itself as when alone. Of memory suites leave most to be used again.
_FILL_BESIDE = (0.1, 0.2, 0.1)
# Lua itself takes so much memory, once in a request (measured on MediaWiki 1.39 and 1.43).
_LUA_BYTES = 400_000
_SUITES_A_REQUEST = 40
_CHARACTERS_A_REQUEST = 100_000
_TIME, _MEMORY, _OTHER = range(3)
_LIMIT_OF = {ErrorKind.TIME: _TIME, ErrorKind.MEMORY: _MEMORY, ErrorKind.OUTPUT: _OTHER}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the calls that a suite is read from.

    :param page: whether it is read from the rendered page; else from its text
    :param logs: whether its log is read where it shows nothing
    """

    tester: Page
    call: Call
    page: bool
    logs: bool = False

    @property
    def characters(self) -> int:
        """How long its wikitext is, about."""
        return len(self.tester.title) + len(self.call.function) + sum(map(len, self.call.arguments)) + 100


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A suite to be confirmed.

    :param cost: of its last run alone
    :param home: the page that it runs under alone
    :param title_dependent: whether it can be confirmed under that page only
    :param title_free: whether it is known that it can be confirmed under others
    :param silent: whether its log is likely to be asked for
    :param near: whether it is known to come near a limit, or to be ended by one
    :param ended_by: the limit that ended it
    :param meddles: whether its output does something to suites behind it
    """

    parts: tuple[Part, ...]
    cost: Cost
    home: Page
    title_dependent: bool = False
    title_free: bool = False
    silent: bool = False
    near: bool = False
    ended_by: ErrorKind | None = None
    meddles: bool = False

    def shares(self, limits: Limits) -> tuple[float, float, float]:
        """Its parts of the limits of time, of memory and of any other, beside others."""
        memory = max(self.cost.memory_bytes - _LUA_BYTES, 0)
        return self.cost.lua_ms / limits.lua_ms, memory / limits.memory_bytes, self.cost.permille / 1000

    def takes_all_of(self, limits: Limits) -> frozenset[int]:
        """The limits of which it leaves too little for any other such suite."""
        ended = {_LIMIT_OF[self.ended_by]} if self.ended_by in _LIMIT_OF else set()
        return frozenset(ended | {n for n, share in enumerate(self.shares(limits)) if share >= _FILL_NEAR})

    def must_be_last(self, limits: Limits) -> bool:
        """Whether suites behind it could feel it."""
        return self.meddles or bool(self.takes_all_of(limits))


class _Batch:
    """A batch that is being packed."""

    def __init__(self, limits: Limits) -> None:
        self.items: list[BatchItem] = []
        self._limits = limits
        self._last: BatchItem | None = None
        self._under: Page | None = None
        self._near = False
        self._characters = 0
        self._others = (0.0, 0.0, 0.0)

    def add(self, item: BatchItem) -> bool:
        """Take a suite if there is room for it; the first one in any case."""
        last = self._last
        others = self._others
        if item.must_be_last(self._limits):
            if last is not None:
                return False
            last = item
        else:
            shares = item.shares(self._limits)
            others = (others[0] + shares[0], others[1] + shares[1], others[2] + shares[2])
        characters = self._characters + sum(part.characters for part in item.parts)
        near = self._near or item.near
        fits = len(self.items) < _SUITES_A_REQUEST and characters <= _CHARACTERS_A_REQUEST
        elsewhere = item.title_dependent and self._under not in (None, item.home)
        if self.items and (not fits or elsewhere or not self._has_room(others, last, near=near)):
            return False
        self.items.append(item)
        self._last, self._others, self._near, self._characters = last, others, near, characters
        self._under = self._under or (item.home if item.title_dependent else None)
        return True

    def _has_room(self, others: tuple[float, ...], last: BatchItem | None, *, near: bool) -> bool:
        alone_in = last.takes_all_of(self._limits) if last else frozenset()
        own = last.shares(self._limits) if last else (0.0, 0.0, 0.0)
        return all(
            much <= _FILL_BESIDE[n]
            if n in alone_in
            else much + own[n] <= (max(_FILL_NEAR, _FILL[n]) if near else _FILL[n])
            for n, much in enumerate(others)
        )


def pack(items: Iterable[BatchItem], limits: Limits) -> Iterator[list[BatchItem]]:
    """Split suites into batches; all in the same limits."""
    todo = list(items)
    while todo:
        batch, todo = take_batch(todo, limits)
        yield batch


def take_batch(
    items: Iterable[BatchItem], limits: Limits | None, *, in_order: bool = False
) -> tuple[list[BatchItem], list[BatchItem]]:
    """A batch that stays well below the limits, by the cost of the suites alone; and the rest.

    Memory is one shared high-water mark, so it adds up as time does. One batch has one title, and it is another one
    than those of the suites that any will do for. A suite that leaves no room for others, or disturbs those behind it,
    comes last: a batch has one such suite, and one title. The heavy ones come behind the light ones. One that needs a
    request of its own is alone in its batch.

    :param limits: the wiki's; None where they are not known yet: suites that come near one then wait for them
    :param in_order: whether the first suites are taken first; else the ones that are hardest to place
    """
    known = limits or Limits()

    def waits(item: BatchItem) -> bool:
        return limits is None and item.near and item.ended_by is None and item.shares(known)[_OTHER] < NEAR

    items = list(items)
    own = next((item for item in items if not waits(item) and needs_own_request(item, known)), None)
    if own is not None:
        return [own], [item for item in items if item is not own]
    batch = _Batch(known)

    def most(item: BatchItem) -> float:
        return max(item.shares(known))

    # Of suites that must be last the most frequent kind first: then one is left for the heavy ones of another kind.
    kinds = Counter(item.takes_all_of(known) for item in items if item.must_be_last(known))

    def order(item: BatchItem) -> tuple[bool, bool, bool, int, bool, float, int]:
        last = item.must_be_last(known)
        kind = kinds[item.takes_all_of(known)] if last else 0
        costly = -most(item), -item.cost.memory_bytes
        return waits(item), not item.title_dependent, not last, -kind, not item.silent, *costly

    ordered = items if in_order else sorted(items, key=order)
    left = [item for item in ordered if (batch.items and waits(item)) or not batch.add(item)]
    return sorted(batch.items, key=lambda item: (item.must_be_last(known), item.near, most(item))), left


def needs_own_request(item: BatchItem, limits: Limits) -> bool:
    """Whether no batch can confirm a suite.

    Limits but those of Lua's time and memory can be felt without being ended by them, so that nobody can be beside one
    who takes all of them. Where a suite is near a limit and its cost does not tell which, its answer was cut.
    """
    most = max(item.shares(limits))
    return item.near and item.ended_by is None and (item.shares(limits)[_OTHER] >= _FILL_NEAR or most < NEAR / 2)


def page_for(batch: Sequence[BatchItem]) -> Page | None:
    """The page to run a batch under; None where it must be one that is none of its suites'.

    It is the one that some of them need, else that of one of which it is known that its title does not matter, or of
    the only one that its limits leave alone: of others a batch is to tell whether their titles matter.
    """
    pages = [item.home for item in batch if item.title_dependent] or [item.home for item in batch if item.title_free]
    pages += [item.home for item in batch if len(batch) == 1 and (item.near or item.meddles)]
    return next(iter(pages), None)
