"""The apt sources of this machine, turned to another Debian release."""

from __future__ import annotations

import re
from email.parser import HeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

from picklebot.errors import SandboxError

__all__ = ["sources_for"]

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_MOVING = {"oldoldstable", "oldstable", "stable", "testing", "unstable"}
_ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>(?:\s+\S+)*)")
_KEPT = {"signed-by": "Signed-By", "trusted": "Trusted", "check-valid-until": "Check-Valid-Until"}

Stanza = dict[str, str]


def sources_for(codename: str, *, etc: Path = Path("/etc")) -> str:
    """A deb822 sources list for the Debian release ``codename``, from the mirrors and keys this machine uses itself.

    :raises SandboxError: the machine is not Debian, or has no sources
    """
    release = _os_release(etc / "os-release")
    own = release.get("VERSION_CODENAME", "")
    turned: list[Stanza] = []
    if release.get("ID") == "debian":
        for stanza in _machine_sources(etc / "apt"):
            suites = [_turn(suite, own, codename) for suite in stanza["Suites"].split()]
            if wanted := [suite for suite in suites if suite]:
                turned.append({**stanza, "Suites": " ".join(wanted)})
    if not turned:
        raise SandboxError(
            "apt on this machine names no Debian mirror; give an unpacked MediaWiki with --mediawiki DIR"
        )
    return "\n".join("".join(f"{key}: {value}\n" for key, value in _complete(stanza).items()) for stanza in turned)


def _complete(stanza: Stanza) -> Stanza:
    signed = {} if "Signed-By" in stanza or not _KEYRING.exists() else {"Signed-By": str(_KEYRING)}
    return {"Types": "deb", **stanza, "Components": "main", **signed}


def _turn(suite: str, own: str, codename: str) -> str:
    """``bookworm-security`` becomes ``trixie-security``; empty where the suite is not a release of Debian.

    Backports are left out: they hold no MediaWiki, and an old release may have none.
    """
    base, dash, part = suite.partition("-")
    if base not in {own, *_MOVING} or part == "backports":
        return ""
    return f"{codename}{dash}{part}"


def _os_release(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text(encoding="utf-8").splitlines() if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def _machine_sources(apt: Path) -> Iterator[Stanza]:
    for path in sorted((apt / "sources.list.d").glob("*.sources")):
        yield from _deb822(path.read_text(encoding="utf-8"))
    for path in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]:
        if path.exists():
            yield from _one_line(path.read_text(encoding="utf-8").splitlines())


def _deb822(text: str) -> Iterator[Stanza]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for block in re.split(r"\n\s*\n", lines.strip()):
        fields = {key.lower(): value for key, value in HeaderParser().parsestr(block).items()}
        if "deb" not in fields.get("types", "").split() or fields.get("enabled", "yes").strip() == "no":
            continue
        if "main" not in fields.get("components", "").split():
            continue
        stanza = {"URIs": fields["uris"], "Suites": fields["suites"]}
        yield stanza | {name: fields[key] for key, name in _KEPT.items() if key in fields}


def _one_line(lines: Iterable[str]) -> Iterator[Stanza]:
    for line in lines:
        match = _ONE_LINE.match(line.partition("#")[0].strip())
        if match is None or "main" not in match["components"].split():
            continue
        pairs = (item.partition("=") for item in (match["options"] or "").split())
        options = {key.lower(): value for key, _, value in pairs}
        stanza = {"URIs": match["uri"], "Suites": match["suite"]}
        yield stanza | {name: options[key] for key, name in _KEPT.items() if key in options}
