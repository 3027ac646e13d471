"""Pages of a wiki → suites: which module has which tests, and how they are run."""

from picklebot.discovery.pages import Discovery, discover

__all__ = ["Discovery", "discover"]
