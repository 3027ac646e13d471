"""The rest of an earlier gate: suites that it did not come to, by its decision as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picklebot.errors import ConfigError
from picklebot.gate.model import SuiteOutcome

__all__ = ["EarlierDecision", "read_decision"]

_LEFT = (SuiteOutcome.NOT_RUN, SuiteOutcome.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """A decision that was made before.

    :param left: titles of testers that it did not come to, by the name of their wiki
    """

    sentence: str
    exit_status: int
    left: dict[str, frozenset[str]]


def read_decision(file: Path) -> EarlierDecision:
    """Read the decision of an earlier gate.

    :raises ConfigError: the file is missing, or holds none
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"--resume: {file}: it cannot be read: {error}") from error
    try:
        return _decision(data)
    except (KeyError, TypeError, ValueError) as error:
        wanted = "expected a decision of picklebot gate, as --output json=FILE writes it"
        raise ConfigError(f"--resume: {file}: {wanted}") from error


def _decision(data: Any) -> EarlierDecision:  # noqa: ANN401 (JSON)
    if data["format"] != "picklebot-decision" or data["version"] != 1:
        raise ValueError("another format")
    left = {
        str(wiki["name"]): frozenset(
            str(suite["tester"]) for suite in wiki["suites"] if SuiteOutcome(suite["outcome"]) in _LEFT
        )
        for wiki in data["wikis"]
    }
    return EarlierDecision(str(data["sentence"]), int(data["exit_status"]), left)
