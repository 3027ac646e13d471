"""What is known of a wiki's modules, and what changed: the store, the ledger of a harvest, the transitions."""

from picklebot.records import Pending
from picklebot.tracking.database import Database
from picklebot.tracking.lease import Confirm, lease
from picklebot.tracking.ledger import Ledger, Taken
from picklebot.tracking.store import Store

__all__ = ["Confirm", "Database", "Ledger", "Pending", "Store", "Taken", "lease"]
