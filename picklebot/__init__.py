"""picklebot runs the tests that wiki editors keep beside their Lua modules, and records what they say."""

__all__ = ["__version__"]

__version__ = "0.1.0"
