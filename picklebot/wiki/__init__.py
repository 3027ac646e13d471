"""The only place that reads a wiki over HTTP. Never imports pywikibot: its session and files are global."""

from picklebot.wiki.client import Wiki
from picklebot.wiki.site import Site, read_site

__all__ = ["Site", "Wiki", "read_site"]
