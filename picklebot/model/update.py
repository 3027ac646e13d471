"""The steps of a harvest, as a store keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from picklebot.model.changes import ChangesCursor, Dependencies
from picklebot.model.reasons import Reason
from picklebot.model.record import ModuleStatus, SuiteRecord
from picklebot.model.result import RunResult
from picklebot.model.transition import Transition

__all__ = ["StoreUpdate"]


@dataclass(frozen=True, slots=True)
class StoreUpdate:
    """The additions of one step of a harvest to the store, all in one transaction.

    :param suites: records that are new or changed, by their tester's page id
    :param gone: testers that are no more
    :param made_from: pages that decided how suites are made, by tester
    :param depends_on: pages that the runs loaded or asked about, by tester
    :param settled: testers whose run ended in a state that is believed
    :param unsettled: testers whose run disagreed with itself: of the pages that changed since the last state that was
        believed none is forgotten
    :param modules: new or changed; None for a page that is followed no more
    :param runs: runs for the history, with why they were made
    :param transitions: for the outbox
    :param moved: page ids of modules under another title: records under a title are made once more
    :param lost: of modules whose pages are gone: records under their titles are taken back, and nothing is
        recorded on the pages any more
    :param cursor: where to go on reading recent changes
    :param swept: whether all pages were listed
    :param strategies: digest of the strategies that suites are made with from here on; empty for as before
    """

    suites: Mapping[int, SuiteRecord]
    gone: Collection[int] = ()
    made_from: Mapping[int, Dependencies] | None = None
    depends_on: Mapping[int, Dependencies] | None = None
    settled: Collection[int] = ()
    unsettled: Collection[int] = ()
    modules: Mapping[int, ModuleStatus | None] | None = None
    runs: Collection[tuple[RunResult, Reason]] = ()
    transitions: Collection[Transition] = ()
    moved: Collection[int] = ()
    lost: Collection[Transition] = ()
    cursor: ChangesCursor | None = None
    swept: bool = False
    strategies: str = ""
