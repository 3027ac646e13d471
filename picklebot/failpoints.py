"""Points at which a process can be made to die at once, to prove that nothing is lost and nothing recorded twice.

``PICKLEBOT_FAULT=after-tags`` kills the process when it first comes to that point, ``PICKLEBOT_FAULT=after-tags:3`` the
third time. The kill cannot be caught, as that of a machine that loses its power. Without the variable nothing happens.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

from picklebot.errors import ConfigError

__all__ = ["POINTS", "VARIABLE", "check", "failpoint"]

VARIABLE = "PICKLEBOT_FAULT"

#: All points, in the order in which a harvest comes to them. Those of a recorder come once for each thing it writes.
POINTS = (
    "after-lease",  # the wiki is held by this harvest
    "after-sync",  # the wiki was asked for changes; nothing of the answer is kept yet
    "in-sync-commit",  # written to the store, not committed
    "after-sync-commit",
    "mid-run",  # a suite has run; nothing of it is kept yet
    "before-results-commit",  # causes are known
    "in-results-commit",  # results and outbox rows written, not committed
    "after-results-commit",
    "before-recording",
    "before-tags",
    "after-tags",  # the wiki has the tag; the outbox does not know
    "after-tags-done",
    "before-data",
    "after-data",  # a data page is saved; the outbox does not know
    "after-data-done",
    "before-log",
    "after-log",  # the wiki has the lines; the outbox does not know
    "after-log-done",
    "before-categories",
    "after-categories",  # the documentation page is saved; its module's category is not up to date
    "after-purge",  # the wiki has the category; the outbox does not know
    "after-categories-done",
    "before-harvest-row",  # all is recorded
    "after-harvest-row",
    "after-thinning",  # the wiki is still held
)

_passed: Counter[str] = Counter()


def check(named: str) -> None:
    """Refuse a value of the variable that would never do anything.

    :raises ConfigError: there is no such point
    """
    name, _, count = named.partition(":")
    if named and (name not in POINTS or not (count or "1").isdecimal()):
        raise ConfigError(f"{VARIABLE}: expected one of {', '.join(POINTS)}, with :N for the Nth time; got {named!r}")


def failpoint(point: str) -> None:
    """Die here if the environment says so."""
    named = os.environ.get(VARIABLE)
    if not named:
        return
    name, _, count = named.partition(":")
    if name != point:
        return
    _passed[point] += 1
    if _passed[point] == int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
