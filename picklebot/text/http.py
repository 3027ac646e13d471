"""Addresses and lines of headers, as they are written in settings. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["read_address", "read_header"]

# https://www.rfc-editor.org/rfc/rfc9110#name-collected-abnf, ``token`` and ``field-value``
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([!-~](?:[ -~\t]*[!-~])?)[ \t]*")
# These say which wiki is asked, how the connection goes on and who asks: the address, settings and cookies do.
_OURS = frozenset(
    {"accept-encoding", "connection", "content-encoding", "content-length", "content-type", "cookie", "expect", "host"}
    | {"te", "trailer", "transfer-encoding", "upgrade", "user-agent"}
)


def read_address(text: str) -> tuple[str, int | None]:
    """Host and port of ``HOST:PORT``, ``[IPv6]:PORT``, or a host alone.

    >>> read_address("canary.example:8443"), read_address("[::1]:80"), read_address("127.0.0.1")
    (('canary.example', 8443), ('::1', 80), ('127.0.0.1', None))

    :raises ValueError: it is none
    """
    wrong = ValueError("expected HOST:PORT, [IPv6]:PORT, or a host alone")
    if not re.fullmatch(r"\[[0-9A-Fa-f:.]+\](?::\d+)?|[^\s/\\@?#\[\]:]+(?::\d+)?", text):
        raise wrong
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if not host or port == 0:
        raise wrong
    return host, port


def read_header(line: str) -> tuple[str, str]:
    """Name and value of ``Name: value``.

    >>> read_header("X-Wikimedia-Debug: backend=k8s-mwdebug")
    ('X-Wikimedia-Debug', 'backend=k8s-mwdebug')

    :raises ValueError: it is none, or one that picklebot sends itself
    """
    match = _HEADER.fullmatch(line)
    if match is None:
        raise ValueError("expected a line such as X-Name: value, in ASCII")
    if match[1].lower() in _OURS:
        raise ValueError(f"{match[1]} is sent by picklebot itself; connect_to says where to connect for the URL's host")
    return match[1], match[2]
