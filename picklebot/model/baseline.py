"""The baseline of a run: the state that the suite last came to, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from picklebot.model.calls import Call
from picklebot.model.changes import Dependencies
from picklebot.model.report import Counts
from picklebot.model.result import Cost, RunResult
from picklebot.model.state import State

__all__ = ["Baseline"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The state that a suite last came to, and how. It may come from a store, a file, or another run.

    :param state: None where no run ever came to one
    :param strategy: name of the one whose report it was
    :param call: how it was run; None where it was not
    :param page_counts: the points that the page alone showed, before the console added detail; None: it showed none
    :param fingerprint: of the report that the page showed; empty where a batch cannot show the same
    :param title_dependent: whether it ends differently under another title; None where that was not tried
    :param flaky: whether its last runs disagreed without anything known having changed
    :param cost: of the last run alone
    :param software: digest of the wiki's software at that run
    :param dependencies: revisions by title of the pages that it depended on
    """

    state: State | None = None
    strategy: str = ""
    call: Call | None = None
    page_counts: Counts | None = None
    fingerprint: str = ""
    title_dependent: bool | None = None
    flaky: bool = False
    cost: Cost = field(default_factory=Cost)
    software: str = ""
    dependencies: Dependencies = field(default_factory=dict)

    @classmethod
    def of(
        cls, result: RunResult, software: str, *, flaky: bool = False, dependencies: Dependencies | None = None
    ) -> Baseline:
        """The state that a run came to, for another one to be compared with.

        :param software: digest of the wiki's software
        :param flaky: whether the run disagreed with its own repetition
        :param dependencies: revisions by title of the pages that it depended on, where that is known
        """
        return cls(
            state=result.state,
            strategy=result.strategy,
            call=result.call,
            page_counts=result.page_counts,
            fingerprint=result.fingerprint,
            title_dependent=result.title_dependent,
            flaky=flaky,
            cost=result.cost,
            software=software,
            dependencies=dependencies or {},
        )

    def to_json(self) -> dict[str, Any]:
        """As values that JSON knows."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Baseline:
        """The reverse of `to_json`.

        :raises KeyError, TypeError, ValueError: it is something else
        """
        call, counts = data["call"], data["page_counts"]
        return cls(
            state=State(data["state"]) if data["state"] is not None else None,
            strategy=data["strategy"],
            call=Call(**{**call, "arguments": tuple(call["arguments"])}) if call is not None else None,
            page_counts=Counts(**counts) if counts is not None else None,
            fingerprint=data["fingerprint"],
            title_dependent=data["title_dependent"],
            flaky=data["flaky"],
            cost=Cost(**data["cost"]),
            software=data["software"],
            dependencies=dict(data["dependencies"]),
        )
