"""What is known of a wiki's modules, and what changed: the store and the transitions."""

from picklebot.tracking.store import Pending, Store
from picklebot.tracking.transitions import Knowledge, compare

__all__ = ["Knowledge", "Pending", "Store", "compare"]
