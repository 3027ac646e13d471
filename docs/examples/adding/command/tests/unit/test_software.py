"""``picklebot software``."""

from __future__ import annotations

from unittest.mock import PropertyMock, patch

from click.testing import CliRunner

from picklebot.app import App
from picklebot.cli.software import software_command
from tests.unit.sites import ENGLISH


def test_software_is_listed_with_versions() -> None:
    with patch.object(App, "site", PropertyMock(return_value=ENGLISH)):
        ran = CliRunner().invoke(software_command, ["--wiki", "http://localhost/api.php"])
    assert ran.output == "MediaWiki 1.43.9\n"
