"""Settings: one model, and the layers that its values come from."""

from picklebot.config.settings import CATEGORIES, Settings, data_folder
from picklebot.config.sources import CONFIG_FILE, Configuration, load_settings

__all__ = ["CATEGORIES", "CONFIG_FILE", "Configuration", "Settings", "data_folder", "load_settings"]
