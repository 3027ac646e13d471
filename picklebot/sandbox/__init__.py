"""A real MediaWiki in a folder, for trying out, for tests, for the demo."""

from picklebot.sandbox.installation import SandboxAccount
from picklebot.sandbox.mediawiki import RELEASES
from picklebot.sandbox.places import Home
from picklebot.sandbox.sandbox import DEFAULT_RELEASE, Sandbox

__all__ = ["DEFAULT_RELEASE", "RELEASES", "Home", "Sandbox", "SandboxAccount"]
