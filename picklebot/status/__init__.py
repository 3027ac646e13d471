"""What a report comes to: the table of states."""

from picklebot.status.rules import state_of

__all__ = ["state_of"]
