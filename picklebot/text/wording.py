"""Codes of the model in words, for output to people."""

from __future__ import annotations

from picklebot.model import Reason, RunAloneReason, RunReason
from picklebot.text.messages import ENGLISH, Messages

__all__ = ["reason_words", "run_alone_words"]


def reason_words(reason: Reason, say: Messages = ENGLISH) -> str:
    """Why a suite must run."""
    detail = reason.detail if reason.code is RunReason.OTHER else ", ".join(reason.titles)
    return say.of("reason", reason.code, detail)


def run_alone_words(reason: RunAloneReason, say: Messages = ENGLISH) -> str:
    """Why a suite never runs in a batch."""
    return say.of("run-alone", reason)
