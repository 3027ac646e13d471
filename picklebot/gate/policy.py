"""The policy of a gate, and the requirements that follow from it. Values without I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Policy", "Requirement", "RequirementKind"]


@dataclass(frozen=True, slots=True)
class Policy:
    """The caller's request.

    :param min_coverage: from 0 to 1
    :param max_regressions: so many suites may regress
    :param max_regressions_share: or such a share of the suites that were compared, from 0 to 1; None for none
    :param pass_unchecked: whether a gate that could not do its work exits 0
    :param observe: whether it always exits 0, and tells its decision all the same
    :param drill: title of the tester that behaves as if it had regressed; empty for none
    :param expect_restored: whether everything has to be as under the baseline
    :param expect_software: pattern of the candidate's software; empty for any
    :param deadline: seconds; None for none
    """

    tier: str = "standard"
    min_coverage: float = 0.5
    max_regressions: int = 0
    max_regressions_share: float | None = None
    pass_unchecked: bool = False
    attempts: int = 2
    observe: bool = False
    drill: str = ""
    expect_restored: bool = False
    expect_software: str = ""
    deadline: float | None = None


class RequirementKind(StrEnum):
    """Kinds of requirements, as Greenwave names its answers."""

    SUITE_PASSED = "suite-passed"
    SUITE_FAILED = "suite-failed"
    SUITE_FAILED_WAIVED = "suite-failed-waived"
    SUITE_MISSING = "suite-missing"
    SUITE_MISSING_WAIVED = "suite-missing-waived"
    SUITE_ERRORED = "suite-errored"
    SUITE_ERRORED_WAIVED = "suite-errored-waived"
    COVERAGE = "coverage"
    SOFTWARE = "software"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of the policy, and whether it is satisfied.

    :param subject: title of a tester; empty where it is about a wiki
    """

    kind: RequirementKind
    satisfied: bool
    wiki: str
    subject: str = ""
    detail: str = ""
