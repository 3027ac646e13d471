"""Puts transitions where a wiki's editors see them.

The account that does so, and all that the recorders need, is in `picklebot.recording.opening`: a harvest that records
nothing does not import it.
"""

from picklebot.recording.record import Problem, Told, record
from picklebot.recording.recorder import RECORDERS, Recorder

__all__ = ["RECORDERS", "Problem", "Recorder", "Told", "record"]
