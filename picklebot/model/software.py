"""Software of a wiki, picklebot and its strategies among it: with other software any state may change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from picklebot import __version__
from picklebot.model.transition import BOT

__all__ = ["software_digest", "with_evaluator"]


def with_evaluator(software: Mapping[str, str], strategies_digest: str) -> dict[str, str]:
    """Software by name with its versions, with picklebot and its strategies as they are now."""
    return {**software, BOT: f"{__version__} (strategies {strategies_digest[:8]})"}


def software_digest(software: Mapping[str, str]) -> str:
    """The same for the same software, and no other."""
    text = json.dumps(dict(software), sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
