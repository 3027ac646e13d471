"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A machine that does other things as well makes a test slow, not wrong.
settings.register_profile("picklebot", deadline=None)
settings.load_profile("picklebot")
