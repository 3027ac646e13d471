"""Puts transitions where a wiki's editors see them. The only place that imports pywikibot, and only when it records."""

from picklebot.recording.record import RECORDERS, Problem, Told, log_in, make_recorders, record
from picklebot.recording.recorder import Recorder
from picklebot.recording.setup import Setup, set_up

__all__ = ["RECORDERS", "Problem", "Recorder", "Setup", "Told", "log_in", "make_recorders", "record", "set_up"]
