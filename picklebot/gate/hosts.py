"""Ranges of hosts as httpbb and cumin write them: ``mw[1261,1263-1265].eqiad.wmnet:443``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["expand_hosts"]

_RANGE = re.compile(r"\[([0-9]+(?:-[0-9]+)?(?:,[0-9]+(?:-[0-9]+)?)*)\]")
_MOST_HOSTS = 1_000


def expand_hosts(text: str) -> list[str]:
    """All hosts of a range, in its order; a host alone is itself.

    >>> expand_hosts("mw[08-10,12].example:443")
    ['mw08.example:443', 'mw09.example:443', 'mw10.example:443', 'mw12.example:443']

    :raises ValueError: it goes backwards, or names more than 1,000
    """
    found = [text]
    while any(_RANGE.search(each) for each in found):
        found = [expanded for each in found for expanded in _expanded(each)]
        if len(found) > _MOST_HOSTS:
            raise ValueError(f"expected at most {_MOST_HOSTS} hosts")
    return found


def _expanded(text: str) -> Iterator[str]:
    match = _RANGE.search(text)
    if match is None:
        yield text
        return
    for part in match[1].split(","):
        first, _, last = part.partition("-")
        last = last or first
        if int(last) < int(first):
            raise ValueError(f"expected a range that goes upwards, not {part}")
        if int(last) - int(first) >= _MOST_HOSTS:
            raise ValueError(f"expected at most {_MOST_HOSTS} hosts")
        for number in range(int(first), int(last) + 1):
            yield f"{text[: match.start()]}{number:0{len(first)}}{text[match.end() :]}"
