"""The knowledge of a wiki's modules, and its changes: the ledger of a harvest, the transitions, their causes."""

from picklebot.model import OutboxEntry
from picklebot.store.database import Database
from picklebot.store.lease import Confirm, lease
from picklebot.store.store import Store
from picklebot.tracking.ledger import Ledger

__all__ = ["Confirm", "Database", "Ledger", "OutboxEntry", "Store", "lease"]
