"""Calls that editors wrote down and that do not count, for people and for programs."""

from __future__ import annotations

from typing import Any

from picklebot.model import DisregardedCall
from picklebot.text.messages import ENGLISH, Messages
from picklebot.text.terminal import plain
from picklebot.text.wording import state_words

__all__ = ["disregarded_call", "other_document"]


def disregarded_call(other: DisregardedCall, say: Messages = ENGLISH) -> str:
    """Tell the result of another call."""
    call = "|".join((other.call.function, *other.call.arguments))
    return say("frame-other-call", plain(call), plain(other.call.found_on), state_words(other.state, say))


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
