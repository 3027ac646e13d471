"""Common ground of all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from picklebot import log

# A machine that does other things as well makes a test slow, not wrong.
settings.register_profile("picklebot", deadline=None)
settings.load_profile("picklebot")


@pytest.fixture(autouse=True)
def own_log() -> None:
    """Each test begins with the log of a command that has just begun: a process has one log."""
    log.begin()


def pytest_xdist_auto_num_workers() -> int:
    """Six at least: half of the time of a live test is waiting, for a wiki or for a pause to be over."""
    return max(6, os.cpu_count() or 1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all-releases", action="store_true", help="run every live test on every release of MediaWiki")
    parser.addoption("--life-seed", type=int, default=1, help="the seed of tests/live/test_life.py")
    parser.addoption("--life-events", type=int, default=16, help="how many events befall the wiki of that test")
