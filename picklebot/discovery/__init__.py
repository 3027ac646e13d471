"""Pages of a wiki → suites: which module has which tests, and how they are run."""

from picklebot.discovery.pages import family_of, read_suites, wanted

__all__ = ["family_of", "read_suites", "wanted"]
