"""What needs a run now: what changed on the wiki since the last harvest, and what is due."""

from picklebot.selection.due import due, next_due, reason_to_run
from picklebot.selection.sync import maybe_testers, synchronise

__all__ = ["due", "maybe_testers", "next_due", "reason_to_run", "synchronise"]
