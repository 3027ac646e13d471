"""The suites that run now, and why."""
