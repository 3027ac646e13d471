"""Puts transitions where a wiki's editors see them.

The account that does so, and all that the recorders need, is in `picklebot.recording.opening`: a harvest that records
nothing does not import it.
"""

from picklebot.recording.record import LOGIN, Problem, Told, record, record_waiting
from picklebot.recording.recorder import RECORDERS, Recorder

__all__ = ["LOGIN", "RECORDERS", "Problem", "Recorder", "Told", "record", "record_waiting"]
