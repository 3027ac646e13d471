"""Refused writes: remembered, told once, and not tried again before something has changed or a day is over."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from picklebot.account.refusals import is_lasting
from picklebot.errors import RecordingError
from picklebot.model import RefusedWrite
from picklebot.recording.memory import Memory
from picklebot.recording.plan import PageEdit, TagChange, TagDefinition

__all__ = ["RefusedWrites"]

_DAY = timedelta(days=1)


class RefusedWrites:
    """The refusals of one recorder's writes.

    :param standing: rights and blocks of the account: others may bring another answer. A refusal may show a block, so
        that they are asked for anew each time
    """

    def __init__(self, memory: Memory, recorder: str, standing: Callable[[], str]) -> None:
        self._memory = memory
        self._recorder = recorder
        self._standing = standing
        self._noted_last: RecordingError | None = None
        self._known: dict[str, RefusedWrite] = dict(memory.refusals(recorder))

    def waits(self, write: PageEdit | TagChange | TagDefinition) -> bool:
        """Whether a write was refused within a day, and nothing has changed since."""
        subject, condition = self._about(write)
        known = self._known.get(subject)
        return known is not None and known.condition == condition and datetime.now(UTC) - known.at < _DAY

    def note(self, write: PageEdit | TagChange | TagDefinition, error: RecordingError) -> bool:
        """Remember a refusal that comes again at every attempt; whether it is one that was told of before."""
        return self._noted(*self._about(write), error)

    def note_unplanned(self, subject: str, error: RecordingError) -> bool:
        """As `note`, where it was known before a write was planned."""
        return error is not self._noted_last and self._noted(subject, "", error)

    def taken(self, write: PageEdit | TagChange | TagDefinition) -> None:
        """Hear that a write was not refused."""
        self.done(self._about(write)[0])

    def done(self, subject: str) -> None:
        """Hear that nothing is refused any more."""
        if self._known.pop(subject, None):
            self._memory.taken(self._recorder, subject)

    def _noted(self, subject: str, condition: str, error: RecordingError) -> bool:
        self._noted_last = error
        if not is_lasting(error.code):
            return False
        before = self._known.get(subject)
        refusal = RefusedWrite(subject, error.code, str(error), condition, datetime.now(UTC))
        self._known[subject] = refusal
        self._memory.refused(self._recorder, refusal)
        return before is not None and (before.code, before.reason) == (refusal.code, refusal.reason)

    def _about(self, write: PageEdit | TagChange | TagDefinition) -> tuple[str, str]:
        """The page of a write, and all that a refusal of it may hang on."""
        standing = self._standing()
        if isinstance(write, PageEdit):
            parts = (write.base.title, write.base.revision, write.base.protection, standing)
        elif isinstance(write, TagChange):
            parts = (write.page.title, write.page.revision, "", standing)
        else:
            parts = (write.name, 0, "", standing)
        return str(parts[0]), hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
