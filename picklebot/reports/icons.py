"""Icons in front of rows: which of them mean passed, which failed.

A wiki chooses its own icons, so what they are compared with comes first: rows whose verdict is known, and the counts of
the headline. The words below are the last resort.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from picklebot.reports.html import colour

__all__ = ["meaning", "which_failed"]

_PASSED: Final = ("yes check", "check-constructive", "check mark", "checkmark", "tick", "✔", "✓", "✅", "☑", "passed")
_FAILED: Final = ("x mark", "close-ltr-destructive", "cross", "✘", "✗", "❌", "✖", "☒", "failed")


def meaning(icon: str) -> bool | None:
    """Whether an icon (its signature) means passed or failed, by its colour or its words; None where neither tells."""
    coloured = colour(icon)
    if coloured is not None:
        return coloured
    words = icon.replace("_", " ").lower()
    passed, failed = (any(word in words for word in table) for table in (_PASSED, _FAILED))
    return None if passed == failed else passed


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
    if failed == 0:
        bad = _contradicting(icons, differ, known, bad)
    elif sum(icon in bad for icon in icons) != failed:
        bad = _group(icons, differ, failed, known) or bad
    return [icon in bad for icon in icons]


def _contradicting(
    icons: Sequence[str], differ: Sequence[bool], known: Mapping[str, bool | None], bad: set[str]
) -> set[str]:
    """The icons of rows that failed although the headline says that none did.

    One icon for all rows is that of passed ones, whatever it looks like, unless values differ behind it. Of several of
    which nothing is known those are bad behind which all values differ, where they are alike behind another.
    """
    different = {icon for icon, differs in zip(icons, differ, strict=True) if differs}
    alike = {icon for icon, differs in zip(icons, differ, strict=True) if not differs}
    if len(known) == 1:
        return bad & different
    unknown = {icon for icon, good in known.items() if good is None}
    return bad or (unknown & (different - alike) if alike - different else set())


def _group(icons: Sequence[str], differ: Sequence[bool], failed: int, known: Mapping[str, bool | None]) -> set[str]:
    """The icon that stands in front of as many rows as failed; of two, that of the rows whose values differ."""
    size: Counter[str] = Counter(icons)
    different: Counter[str] = Counter(icon for icon, differs in zip(icons, differ, strict=True) if differs)
    fitting = [icon for icon, count in size.items() if count == failed and known[icon] is not True]
    return set(sorted(fitting, key=lambda icon: different[icon])[-1:])
