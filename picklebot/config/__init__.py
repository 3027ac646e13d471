"""Settings: one model, and the layers that its values come from."""

from picklebot.config.folders import data_folder, session_folder
from picklebot.config.settings import Settings, category_names
from picklebot.config.sources import CONFIG_FILE, Configuration, load_settings

__all__ = [
    "CONFIG_FILE",
    "Configuration",
    "Settings",
    "category_names",
    "data_folder",
    "load_settings",
    "session_folder",
]
