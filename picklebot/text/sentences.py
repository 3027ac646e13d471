"""Sentences that picklebot stored and recorded before it had codes, read back. Pure."""

from __future__ import annotations

from collections.abc import Container

from picklebot.model import Reason, RunAloneReason, RunReason

__all__ = ["read_reason", "read_run_alone_reason"]

_REASONS = {
    "it is new": RunReason.NEW,
    "it never ran": RunReason.NEVER_RAN,
    "changed: its title": RunReason.REMADE,
    "the wiki was restored from a backup": RunReason.WIKI_RESTORED,
    "its last run was inconclusive": RunReason.INCONCLUSIVE,
    "the store was rebuilt": RunReason.STORE_REBUILT,
    "the software changed: the wiki's, or the bot's strategies": RunReason.SOFTWARE,
    "all were asked for": RunReason.ASKED_FOR,
    "its last run is long ago": RunReason.RECHECK,
    "to see whether its title matters": RunReason.TITLE_PROBE,
}
_CHANGED = "changed: "
_RUN_ALONE_REASONS = {
    "it comes near a limit of one request": RunAloneReason.NEAR_LIMIT,
    "it ended otherwise beside others": RunAloneReason.DIFFERENT_OUTPUT,
}


def read_reason(sentence: str, known: Container[str] = ()) -> Reason:
    """Why a suite must run.

    :param known: titles; a title may itself hold the comma that stood between two
    """
    if sentence in _REASONS:
        return Reason(_REASONS[sentence])
    if sentence.startswith(_CHANGED):
        return Reason(RunReason.CHANGED, split_titles(sentence.removeprefix(_CHANGED), known))
    return Reason(RunReason.OTHER, detail=sentence)


def read_run_alone_reason(sentence: str) -> RunAloneReason:
    """Why a suite never runs in a batch."""
    return _RUN_ALONE_REASONS.get(sentence, RunAloneReason.OTHER)


def split_titles(listed: str, known: Container[str] = ()) -> tuple[str, ...]:
    """Titles that stand in a row with commas between them.

    The longest known title is taken; where none is known, a part without namespace is taken for the rest of a title.
    """
    parts = listed.split(", ")
    titles: list[str] = []
    while parts:
        ends = [end for end in range(len(parts), 0, -1) if ", ".join(parts[:end]) in known]
        end = ends[0] if ends else 1
        while not ends and end < len(parts) and ":" not in parts[end] and parts[end] not in known:
            end += 1
        titles.append(", ".join(parts[:end]))
        del parts[:end]
    return tuple(titles)
