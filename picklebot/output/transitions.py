"""Parts of documents as values that JSON knows: words for people beside codes for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from picklebot.model import Inconclusive, SoftwareChange, Transition
from picklebot.text.wording import inconclusive_words, software_words, summary_words

__all__ = ["inconclusive_document", "software_document", "summary_document"]


def summary_document(transition: Transition) -> dict[str, Any]:
    """The basis of a new state."""
    return {
        "summary": summary_words(transition),
        "basis": transition.basis,
        "points": asdict(transition.counts) if transition.counts else None,
        "errors": list(transition.errors),
    }


def software_document(change: SoftwareChange | None) -> dict[str, Any]:
    """The software that changed."""
    versions = {"before": dict(change.before), "now": dict(change.now)} if change else None
    return {"software": list(software_words(change)) if change else None, "software_versions": versions}


def inconclusive_document(why: Inconclusive | None) -> dict[str, Any]:
    """Why a run came to no state."""
    return {"inconclusive": inconclusive_words(why) if why else None, "inconclusive_code": why.code if why else None}
