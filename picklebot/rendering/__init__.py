"""What a harvest found, for people and for programs: one file per format."""

from picklebot.rendering.document import document
from picklebot.rendering.table import console, print_table

__all__ = ["console", "document", "print_table"]
