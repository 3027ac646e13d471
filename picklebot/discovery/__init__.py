"""Pages of a wiki → suites: which module has which tests, and how they are run."""

from picklebot.discovery.pages import read_suites, suites_for_module, wanted

__all__ = ["read_suites", "suites_for_module", "wanted"]
