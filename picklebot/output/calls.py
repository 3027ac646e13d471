"""Calls that editors wrote down and that do not count, for people and for programs."""

from __future__ import annotations

from typing import Any

from picklebot.model import DisregardedCall
from picklebot.text.terminal import plain

__all__ = ["disregarded_call", "other_document"]


def disregarded_call(other: DisregardedCall) -> str:
    """Tell the result of another call."""
    call = "|".join((other.call.function, *other.call.arguments))
    return f"the call {plain(call)} on {plain(other.call.found_on)} comes to {other.state}; the strategy's own counts"


def other_document(other: DisregardedCall | None) -> dict[str, Any] | None:
    """The same for programs."""
    if other is None:
        return None
    call = other.call
    return {
        "function": call.function,
        "arguments": list(call.arguments),
        "found_on": call.found_on,
        "state": other.state,
    }
