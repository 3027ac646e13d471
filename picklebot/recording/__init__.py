"""Puts transitions where a wiki's editors see them.

The account that does so, and all that the recorders need, is in `picklebot.recording.opening`: a harvest that records
nothing does not import it.
"""

from picklebot.recording.hold import HELD_BACK
from picklebot.recording.record import LOGIN, NO_RECORDING, Problem, ProgressCallback, Recording, record, record_waiting

__all__ = ["HELD_BACK", "LOGIN", "NO_RECORDING", "Problem", "ProgressCallback", "Recording", "record", "record_waiting"]
