"""Defaults that settings and the parts that they set have in common: each is typed here alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

__all__ = ["CONCURRENCY", "LEASE_TERM", "RECHECK_AFTER", "RETRIES", "TIMEOUT_SECONDS"]

#: How long to wait for one answer.
TIMEOUT_SECONDS: Final = 60.0
#: How often a request that failed is repeated.
RETRIES: Final = 3
#: The time without a word from a holder of a wiki after which another may take it over.
LEASE_TERM: Final = timedelta(seconds=30)
#: How many suites run at once.
CONCURRENCY: Final = 1
#: The time after which a suite runs again in any case.
RECHECK_AFTER: Final = timedelta(days=7)
