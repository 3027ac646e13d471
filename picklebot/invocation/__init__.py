"""Suites → outputs: the calls, made on the wiki as readers would see them."""

from picklebot.invocation.output import Output
from picklebot.invocation.runner import Request, Runner

__all__ = ["Output", "Request", "Runner"]
