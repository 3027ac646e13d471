"""What is known of a wiki's modules, and what changed: the store, the ledger of a harvest, the transitions."""

from picklebot.records import Pending
from picklebot.tracking.database import Database
from picklebot.tracking.lease import lease
from picklebot.tracking.ledger import Ledger, Taken
from picklebot.tracking.store import Store

__all__ = ["Database", "Ledger", "Pending", "Store", "Taken", "lease"]
