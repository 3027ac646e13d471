"""The apt sources of a machine, turned to another Debian release."""

from __future__ import annotations

from pathlib import Path

import pytest

from picklebot.errors import SandboxError
from picklebot.sandbox.sources import sources_for

DEB822 = """
# the mirror of this house
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEY
 -----END PGP PUBLIC KEY BLOCK-----

Types: deb
URIs: https://elsewhere.example/tools
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: https://off.example/debian
Suites: bookworm
Components: main
"""

ONE_LINE = """
# deb https://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/Keys/House.gpg] https://mirror.example/debian bookworm main non-free # ours
deb https://mirror.example/security bookworm-security main
deb-src https://mirror.example/debian bookworm main
"""


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "apt" / "sources.list.d").mkdir(parents=True)
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n', encoding="utf-8")
    return tmp_path


def test_deb822_keeps_mirror_and_key_and_drops_what_is_not_debian(etc: Path) -> None:
    (etc / "apt" / "sources.list.d" / "debian.sources").write_text(DEB822, encoding="utf-8")
    turned = sources_for("trixie", etc=etc)
    assert "URIs: https://mirror.example/debian\nSuites: trixie trixie-updates\n" in turned
    assert "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mDMEY\n" in turned
    assert "Components: main\n" in turned
    assert "elsewhere" not in turned
    assert "off.example" not in turned


def test_one_line_sources_keep_mirror_and_key(etc: Path) -> None:
    (etc / "apt" / "sources.list").write_text(ONE_LINE, encoding="utf-8")
    turned = sources_for("trixie", etc=etc)
    assert "URIs: https://mirror.example/debian\nSuites: trixie\n" in turned
    assert "Signed-By: /Keys/House.gpg" in turned
    assert "URIs: https://mirror.example/security\nSuites: trixie-security\n" in turned
    assert "commented" not in turned


def test_a_suite_named_by_its_state_is_turned_too(etc: Path) -> None:
    (etc / "apt" / "sources.list").write_text("deb https://mirror.example/debian stable main\n", encoding="utf-8")
    assert "Suites: trixie\n" in sources_for("trixie", etc=etc)


@pytest.mark.parametrize("release", ["ID=ubuntu\nVERSION_CODENAME=jammy\n", ""])
def test_a_system_without_debians_mirrors_is_told_what_to_do(etc: Path, release: str) -> None:
    (etc / "os-release").write_text(release, encoding="utf-8")
    (etc / "apt" / "sources.list").write_text("deb https://mirror.example/ubuntu jammy main\n", encoding="utf-8")
    with pytest.raises(SandboxError, match="--mediawiki DIR"):
        sources_for("trixie", etc=etc)
