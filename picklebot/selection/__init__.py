"""What needs a run now: what changed on the wiki since the last harvest, and what is due."""

from picklebot.selection.due import due, reason_to_run
from picklebot.selection.sync import synchronise

__all__ = ["due", "reason_to_run", "synchronise"]
