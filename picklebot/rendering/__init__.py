"""What a harvest found, for people and for programs: one file per format."""

from picklebot.rendering.document import document
from picklebot.rendering.table import print_table

__all__ = ["document", "print_table"]
