"""The events of the log. docs/operators.md, "The log", tells of each."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Event"]


class Event(StrEnum):
    """Names of events: a noun, and a participle or an adjective."""

    BOT_FLAG_MISSING = "bot_flag_missing"
    CERTIFICATE_UNCHECKED = "certificate_unchecked"
    COMMAND_FAILED = "command_failed"
    CONNECTION_LOST = "connection_lost"
    CONNECTION_RESTORED = "connection_restored"
    DEADLINE_REACHED = "deadline_reached"
    DEFECT_FOUND = "defect_found"
    HARVEST_FINISHED = "harvest_finished"
    HARVEST_PROGRESSED = "harvest_progressed"
    HARVEST_TERMINATED = "harvest_terminated"
    LIBRARY_WARNED = "library_warned"
    PAGE_OVERWRITTEN = "page_overwritten"
    RECORDING_FAILED = "recording_failed"
    RECORDING_PROGRESSED = "recording_progressed"
    SOFTWARE_CHANGED = "software_changed"
    STATE_CHANGED = "state_changed"
    SUITES_INCONCLUSIVE = "suites_inconclusive"
    SUITES_UNMATCHED = "suites_unmatched"
    WATCH_STARTED = "watch_started"
    WATCH_STOPPED = "watch_stopped"
    WATCH_WAITING = "watch_waiting"
    WIKI_REDIRECTED = "wiki_redirected"
