"""The knowledge of a wiki's modules, and its changes: the ledger of a harvest, the transitions, their causes."""

from picklebot.tracking.ledger import Ledger

__all__ = ["Ledger"]
