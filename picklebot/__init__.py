"""picklebot runs the tests that wiki editors keep beside their Lua modules, and records what they say."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("picklebot")
