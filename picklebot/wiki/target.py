"""A wiki as it is asked: its URL, the address to connect to, further headers, and whom TLS trusts. A value.

Deployers ask canary hosts, by their own addresses, for wikis by their usual names.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, urlsplit

__all__ = ["Address", "Target", "Tls", "is_loopback", "port_of"]

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """A host and port to connect to.

    :param port: None for that of the URL
    """

    host: str
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server is known for the one that it says it is.

    :param ca: file of certificates (PEM) that are trusted instead of the usual ones
    :param verify: whether it is to be known at all
    :param cert: file with a certificate and its key (PEM) by which the server knows us
    """

    ca: Path | None = None
    verify: bool = True
    cert: Path | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where and how one wiki's API is asked.

    :param api: the URL of ``api.php``; its host is the one that the server is asked for, and known by
    :param connect_to: where to connect, in place of the URL's host and port, and past any proxy
    :param headers: sent with every request, names and values; they may be secret
    :param proxies: whether proxies of the environment may be used
    """

    api: str
    connect_to: Address | None = None
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    tls: Tls = Tls()
    proxies: bool = True

    @classmethod
    def of(cls, wiki: Target | str) -> Target:
        """A target as it is, or the one of a URL."""
        return wiki if isinstance(wiki, Target) else cls(wiki)

    def at(self, api: str) -> Self:
        """The same wiki at another URL of its host."""
        return replace(self, api=api)

    @property
    def local(self) -> bool:
        """Whether the wiki is on this machine, and nobody else's: not one that is reached by way of a tunnel."""
        return is_loopback(self.api) and self.unheard

    @property
    def unheard(self) -> bool:
        """Whether requests stay on this machine, at least at first, so that nobody on the way could listen."""
        return is_loopback(f"//{self.connect_to}" if self.connect_to else self.api)

    @property
    def private(self) -> bool:
        """Whether a password can be sent."""
        return self.api.startswith("https:") or self.unheard


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def port_of(url: SplitResult) -> int | None:
    """The port of a URL, or that of its scheme."""
    return url.port or _PORTS.get(url.scheme)
