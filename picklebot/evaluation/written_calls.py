"""The result that counts where a suite can be called in two ways: the strategy's own, and an editor's. Pure."""

from __future__ import annotations

from picklebot.model import Call, Origin, Report, State

__all__ = ["ran_tests", "written_call_counts"]


def ran_tests(report: Report, state: State) -> bool:
    """Whether a call ran tests: there is a report of them, though it may end with an error."""
    return bool(report.format) and state is not State.PENDING


def written_call_counts(own: tuple[Call, Report, State], written: tuple[Call, Report, State], origin: Origin) -> bool:
    """Whether a call that editors wrote down counts instead of the strategy's own, which exists.

    Anybody can write such a call, so it counts only where the strategy's own ran no test. One that died is not helped
    by another function, which says nothing of the one that died; the same function may need the arguments that its
    documentation gives. A call on a talk page must run tests, and hides no error: it may go round a failure.
    """
    (call, report, state), (other_call, other_report, other_state) = own, written
    if ran_tests(report, state):
        return False
    works = ran_tests(other_report, other_state)
    documented = origin is Origin.DOCUMENTATION
    if report.error is not None:
        return documented and call.function == other_call.function
    return works or (documented and (other_report.recognised or not report.recognised))
