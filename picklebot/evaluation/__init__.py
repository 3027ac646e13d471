"""One suite from its call to its outcome: run, read, repeat, and confirm in batches."""
