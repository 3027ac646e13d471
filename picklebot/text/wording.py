"""Codes of the model in words, for output to people."""

from __future__ import annotations

from collections.abc import Mapping

from picklebot.model import (
    Basis,
    Counts,
    Inconclusive,
    Note,
    NoteDetail,
    Point,
    Reason,
    Rule,
    RuleCode,
    RunAloneReason,
    RunReason,
    SoftwareChange,
    State,
    SuiteError,
    Transition,
)
from picklebot.text.messages import ENGLISH, Messages

__all__ = [
    "change_words",
    "counts_words",
    "error_words",
    "inconclusive_words",
    "note_words",
    "point_message",
    "reason_words",
    "rule_words",
    "run_alone_words",
    "software_words",
    "state_words",
    "summary_words",
    "whose_software",
]


def reason_words(reason: Reason, say: Messages = ENGLISH) -> str:
    """Why a suite must run."""
    detail = reason.detail if reason.code is RunReason.OTHER else ", ".join(reason.titles)
    return say.of("reason", reason.code, detail)


def run_alone_words(reason: RunAloneReason, say: Messages = ENGLISH) -> str:
    """Why a suite never runs in a batch."""
    return say.of("run-alone", reason)


def counts_words(counts: Counts, say: Messages = ENGLISH) -> str:
    """How points went; only results that there were."""
    parts = [say("counts-passed", counts.passed, counts.total)]
    counted = (("failed", counts.failed), ("skipped", counts.skipped), ("todo", counts.todo))
    return say("comma").join(parts + [say.of("counts", name, number) for name, number in counted if number])


def summary_words(transition: Transition, say: Messages = ENGLISH) -> str:
    """The basis of a new state, in a few words."""
    if transition.basis is not Basis.TESTS:
        return say.of("basis", transition.basis, transition.detail)
    errors = (say("error", say.of("error", kind)) for kind in transition.errors)
    return say("comma").join((counts_words(transition.counts or Counts(), say), *errors))


def state_words(state: State | None, say: Messages = ENGLISH) -> str:
    """A state, or that there is none."""
    return say.of("state", state) if state else say("frame-no-state")


def change_words(transition: Transition, say: Messages = ENGLISH) -> tuple[str, str]:
    """The old state and the new one."""
    old = say.of("state", transition.old) if transition.old else say("first-seen")
    new = say.of("state", transition.new) if transition.new else say("no-longer-followed")
    return old, new


def whose_software(change: SoftwareChange, say: Messages = ENGLISH) -> str:
    """The name of the software that changed."""
    return say("software-bot" if change.of_bot_only else "software-wiki")


def software_words(change: SoftwareChange, say: Messages = ENGLISH) -> tuple[str, str]:
    """The versions before and now."""

    def listed(versions: Mapping[str, str]) -> str:
        parts = (f"{name} {version}".strip() for name, version in sorted(versions.items()))
        return say("comma").join(parts) or say("software-none")

    return listed(change.before), listed(change.now)


def note_words(note: Note, say: Messages = ENGLISH) -> str:
    """A finding of picklebot's own."""
    return say.of("note", note.code, *(_detail_words(detail, say) for detail in note.details))


def _detail_words(detail: NoteDetail, say: Messages) -> object:
    if isinstance(detail, Note):
        return note_words(detail, say)
    if isinstance(detail, tuple):
        return say("comma").join(detail) or say("none")
    return detail


def error_words(error: SuiteError, say: Messages = ENGLISH) -> str:
    """The error that ended a suite, without its kind."""
    return note_words(error.note, say) if error.note else error.message


def point_message(point: Point, say: Messages = ENGLISH) -> str | None:
    """The further words on a point: the report's own, or a finding; None without any."""
    return note_words(point.note, say) if point.note else point.message


def rule_words(rule: Rule, say: Messages = ENGLISH) -> str:
    """The rule that gave a state."""
    if rule.code is RuleCode.ERROR and rule.error is not None:
        kind = say.of("error", rule.error)
        detail = note_words(rule.note, say) if rule.note else rule.detail
        return say("rule-error", kind, detail) if detail else kind
    if rule.code is RuleCode.ALL_SKIPPED and rule.detail:
        return say("rule-all-skipped-why", rule.detail)
    return say.of("rule", rule.code, rule.count)


def inconclusive_words(why: Inconclusive, say: Messages = ENGLISH) -> str:
    """Why a run came to no state."""
    return say.of("inconclusive", why.code, *(why.details or ("",)))
