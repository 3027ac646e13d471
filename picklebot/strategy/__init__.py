"""Strategies: how a kind of suite is found, invoked, parsed, and reduced to a state. Data, read from TOML files."""

from picklebot.strategy.loading import load_strategies
from picklebot.strategy.schema import Console, Invocation, Recognition, Strategy, Titles
from picklebot.strategy.selection import Strategies

__all__ = ["Console", "Invocation", "Recognition", "Strategies", "Strategy", "Titles", "load_strategies"]
