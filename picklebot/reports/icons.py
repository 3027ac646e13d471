"""Icons in front of rows: which of them mean passed, which failed.

A wiki chooses its own icons, so they are compared with other evidence: rows whose result is known, and the counts of
the headline. The words below are the last resort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from picklebot.reports.html import colour, drawn

__all__ = ["checks", "meaning", "which_failed"]

_PASSED: Final = (
    "yes check",
    "check-constructive",
    "check mark",
    "checkmark",
    "tick",
    "✔",
    "✓",
    "✅",
    "☑",
    "passed",
    *"🟢🟩👍",
)
_FAILED: Final = ("x mark", "close-ltr-destructive", "cross", "✘", "✗", "❌", "✖", "☒", "failed", *"🔴🟥👎")


def meaning(icon: str) -> bool | None:
    """Whether an icon (its signature) means passed or failed, by its colour or its words; None where neither tells."""
    coloured = colour(icon)
    if coloured is not None:
        return coloured
    words = icon.replace("_", " ").lower()
    passed, failed = (any(word in words for word in table) for table in (_PASSED, _FAILED))
    return None if passed == failed else passed


def checks(rows: Sequence[tuple[str, bool]]) -> list[bool]:
    """Tell which rows are checks, and not of a value that broke its table: by the icons that say something.

    Words and signs may stand in a value as well, images rarely do: where icons are images, a row without one has to
    have all its cells. Where no icon says anything, every such row is a check, and others with the same icon.

    :param rows: the signatures of their icons, and whether they have all the cells of a check
    """
    images = {icon for icon, _ in rows if drawn(icon) and meaning(icon) is not None}
    words = {icon for icon, whole in rows if whole and meaning(icon) is not None}
    if images:
        return [icon in images or (whole and (drawn(icon) or icon in words)) for icon, whole in rows]
    icons = words or {icon for icon, whole in rows if whole}
    return [icon in icons for icon, _ in rows]


def which_failed(icons: Sequence[str], differ: Sequence[bool], failed: int | None) -> list[bool]:
    """Tell which rows failed.

    :param icons: the signatures of their icons
    :param differ: whether a row shows two values that are not the same
    :param failed: how many failed by the headline, None where it does not say
    """
    known = {icon: meaning(icon) for icon in icons}
    bad = {icon for icon, good in known.items() if good is False}
    if failed is None:
        unknown = {icon for icon, good in known.items() if good is None}
        return [icon in bad or (icon in unknown and different) for icon, different in zip(icons, differ, strict=True)]
    if failed == 0 and len(known) == 1:
        # One icon for all rows is that of passed ones, whatever it looks like, unless values differ behind it.
        bad = bad if any(differ) else set()
    elif sum(icon in bad for icon in icons) != failed:
        bad = _group(icons, differ, failed, known) or bad
    return [icon in bad for icon in icons]


def _group(icons: Sequence[str], differ: Sequence[bool], failed: int, known: Mapping[str, bool | None]) -> set[str]:
    """The icon that stands in front of as many rows as failed; of two, that of the rows whose values differ."""
    size: Counter[str] = Counter(icons)
    different: Counter[str] = Counter(icon for icon, differs in zip(icons, differ, strict=True) if differs)
    fitting = [icon for icon, count in size.items() if count == failed and known[icon] is not True]
    return set(sorted(fitting, key=lambda icon: different[icon])[-1:])
