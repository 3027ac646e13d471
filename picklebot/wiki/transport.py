"""HTTP to one wiki: bounded in time and in size, and to no other host.

Reading and writing go through here, pywikibot too. So passwords and cookies stay with the host that they
are for, wherever its answers point, and no answer takes more time or memory than there is.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import threading
import time
import warnings
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.cookies import merge_cookies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from picklebot import log
from picklebot.deadline import NEVER, Deadline
from picklebot.events import Event
from picklebot.text.redaction import shown_url
from picklebot.wiki.resolver import look_up
from picklebot.wiki.target import Address, Target, Tls, port_of

__all__ = ["MAX_ANSWER_BYTES", "ElsewhereError", "LateError", "Route", "TooLargeError", "Transport"]


#: MediaWiki's results have 8 MiB at most ($wgAPIMaxResultSize), and quotes and line ends take two bytes in JSON.
MAX_ANSWER_BYTES = 17 * 1024 * 1024
_TOO_LARGE = f"the answer is larger than {MAX_ANSWER_BYTES} bytes"
# Byte order marks of files of a wiki's settings come with every answer, before or after it.
_MARK = "\ufeff".encode()
# Compressed data is read in small pieces: each can become a thousand times as much.
_PIECE_BYTES = 4096
# How often to look, while nothing comes, whether the deadline was brought forward.
_LOOK_SECONDS = 1.0
# For a connection and for its handshake, each: a server that is there takes up a connection at once.
_CONNECT_SECONDS = 10.0
_MAX_REDIRECTS = 10
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


class TooLargeError(requests.RequestException):
    """An answer is larger than any that a wiki gives."""


class ElsewhereError(requests.RequestException, ConnectionError):
    """A request was to leave the wiki's host; pywikibot repeats nothing that ends in a `ConnectionError`."""


class LateError(requests.RequestException, ConnectionError):
    """The deadline came before the request, or during it; not repeated either."""


class Route:
    """The way to a wiki: its host, and where on it redirects lead. Shared by all who ask the wiki.

    :ivar target: the wiki as it was given
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._start = urlsplit(target.api)
        self._leads: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def follow(self, url: str) -> str:
        """The URL to ask instead of another: the one to which redirects led before.

        :raises ElsewhereError: it lies on another host
        """
        with self._lock:
            for _ in range(_MAX_REDIRECTS):
                bare, mark, query = url.partition("?")
                if bare not in self._leads:
                    break
                url = self._leads[bare] + mark + query
        if not self._allows(urlsplit(url)):
            raise ElsewhereError(f"{shown_url(url)} is not on the wiki's own host")
        return url

    def redirected(self, url: str, location: str) -> str:
        """Where a redirect leads; it is told once.

        :raises ElsewhereError: to another host, or from https down to http
        """
        target = urljoin(url, location)
        here, there = urlsplit(url), urlsplit(target)
        # To some readers of URLs a host ends at a backslash, to others the part before it belongs to a user's name.
        unclear = "\\" in there.netloc
        if not there.username and here.username and there.hostname == here.hostname:
            there = there._replace(netloc=f"{here.netloc.rpartition('@')[0]}@{there.netloc}")
            target = there.geturl()
        if unclear or not self._allows(there) or (here.scheme == "https" and there.scheme != "https"):
            raise ElsewhereError(
                f"{_shown(url)} redirects to {_shown(target)}, which is not followed, for it is another host"
                " or port than the one given, or not https any more"
            )
        bare, _, query = url.partition("?")
        to, _, to_query = target.partition("?")
        with self._lock:
            news = (bare, to) not in self._told
            self._told.add((bare, to))
            if to_query == query and to != bare:
                self._leads[bare] = to
        if news:
            log.warning(Event.WIKI_REDIRECTED, url=_shown(url), to=_shown(target), hint="give that address instead")
        return target

    def _allows(self, there: SplitResult) -> bool:
        start = self._start
        try:
            if (there.hostname or "") != (start.hostname or ""):
                return False
            # An address with a port is that of one server: there is none to go on to.
            address = self.target.connect_to
            free = address is None or address.port is None
            upgraded = free and start.scheme == "http" and there.scheme == "https"
            return upgraded or (there.scheme == start.scheme and port_of(there) == port_of(start))
        except ValueError:
            return False


def _shown(url: str) -> str:
    return shown_url(url.partition("?")[0])


@dataclass(slots=True)
class _Budget:
    """The budget of one request: until when, and how many bytes; and where it is sent.

    :param address: in place of the URL's
    """

    until: float
    deadline: Deadline = NEVER
    size: int = MAX_ANSWER_BYTES
    address: Address | None = None

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.until or self.deadline.over

    def left(self) -> float:
        """Seconds; never none, which to a socket means not to wait at all."""
        return max(min(self.until - time.monotonic(), self.deadline.left), 0.001)


_budget: ContextVar[_Budget] = ContextVar("_budget")


class Transport(requests.Session):
    """A session with one wiki. Raises the errors of `requests`, and those that are defined here.

    :param timeout: seconds in which an answer must be there, whole
    :param deadline: no request begins after it, and none goes on
    """

    def __init__(self, route: Route, *, timeout: float, deadline: Deadline = NEVER) -> None:
        super().__init__()
        self._route = route
        self._timeout = timeout
        self._deadline = deadline
        self.headers["Accept-Encoding"] = "gzip, deflate"  # others, where installed, expand without bounds
        target = route.target
        self.headers.update(target.headers)
        # A proxy for the outside has no business with this machine, nor with an address that was given.
        self.trust_env = target.proxies and not target.local and target.connect_to is None
        self.cert = str(target.tls.cert) if target.tls.cert else None
        self._verify = _verification(target.tls)
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter())

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        """Send a request, follow redirects on the host, and read the answer."""
        if self._deadline.over:
            raise LateError("the deadline has come")
        budget = _Budget(time.monotonic() + self._timeout, self._deadline)
        budget.address = self._route.target.connect_to
        kwargs = {**kwargs, "stream": True, "allow_redirects": False}
        if self._verify is not None:
            kwargs["verify"] = self._verify
        token = _budget.set(budget)
        try:
            return self._follow(request, budget, kwargs)
        except (requests.RequestException, OSError, http.client.HTTPException, urllib3.exceptions.HTTPError) as error:
            if self._deadline.over:
                raise LateError("the deadline came before the answer") from error
            if budget.size < 0:
                raise TooLargeError(_TOO_LARGE) from error
            if budget.over:
                raise requests.ReadTimeout(f"no whole answer within {self._timeout:g} seconds (timed out)") from error
            raise
        except ValueError as error:  # headers and chunks that are no HTTP
            raise requests.ConnectionError(f"the answer is no HTTP: {error}") from error
        finally:
            _budget.reset(token)

    def _follow(self, request: requests.PreparedRequest, budget: _Budget, options: dict[str, Any]) -> requests.Response:
        for _ in range(_MAX_REDIRECTS + 1):
            url = self._route.follow(request.url or "")
            if url != request.url:
                request = self._moved(request, url)
            left = budget.left()
            response = super().send(request, **{**options, "timeout": (min(left, _CONNECT_SECONDS), left)})
            location = response.headers.get("Location")
            if response.status_code not in _REDIRECT_STATUSES or not location:
                return _read(response, budget)
            response.close()
            request = self._moved(request, self._route.redirected(url, location))
            if response.status_code == requests.codes.see_other and request.method != "HEAD":
                request.prepare_method("GET")
                request.prepare_body(None, None)
        raise requests.TooManyRedirects(f"redirects lead in a circle, or to no end, at {_shown(request.url or '')}")

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002
        """None, always: redirects are ours to follow."""
        return

    def _moved(self, request: requests.PreparedRequest, url: str) -> requests.PreparedRequest:
        """The same request at another address of the same host, body and all."""
        moved = request.copy()
        moved.url = url
        moved.headers.pop("Cookie", None)
        sent: Any = moved._cookies  # type: ignore[attr-defined] # noqa: SLF001 (as Session.resolve_redirects does)
        moved.prepare_cookies(merge_cookies(sent, self.cookies))  # type: ignore[no-untyped-call]
        return moved


def _verification(tls: Tls) -> bool | str | None:
    """Whom to trust, as `requests` wants it; None leaves it to `requests`.

    By itself it prefers the environment's, and forgets it where proxies of the environment are not wanted.
    """
    if not tls.verify:
        warnings.simplefilter("ignore", urllib3.exceptions.InsecureRequestWarning)  # told once, not at every request
        return False
    return str(tls.ca) if tls.ca else os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")


def _read(response: requests.Response, budget: _Budget) -> requests.Response:
    """Read the body as far as it may go.

    :raises TooLargeError: it goes further
    """
    body = bytearray()
    for piece in response.iter_content(_PIECE_BYTES):
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            response.close()
            raise TooLargeError(_TOO_LARGE)
        if budget.over:
            response.close()
            raise requests.ReadTimeout
    while body.startswith(_MARK):
        del body[: len(_MARK)]
    while body.rstrip().endswith(_MARK):
        del body[body.rindex(_MARK) :]
    response._content = bytes(body)  # noqa: SLF001 (as Response.content does; there is no other way in)
    response._content_consumed = True  # type: ignore[attr-defined] # noqa: SLF001
    return response


class _Bounded(io.RawIOBase):
    """Bytes from a socket, within the budget: a byte a second is in time for every byte, too late as a whole."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, budget: _Budget) -> None:
        self._raw = raw
        self._socket = sock
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 (a buffer has no name before Python 3.12)
        count = self._received(buffer)
        self._budget.size -= count
        if self._budget.size < 0:
            raise OSError(_TOO_LARGE)
        return count

    def _received(self, buffer: Any) -> int:  # noqa: ANN401
        """Bytes as they come; a deadline that is brought forward meanwhile is seen soon."""
        while True:
            self._socket.settimeout(min(self._budget.left(), _LOOK_SECONDS))
            try:
                return self._socket.recv_into(buffer)
            except TimeoutError:
                if self._budget.over:
                    raise

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer that is read within the budget of its request, from its first line on."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Bounded(self.fp.detach(), sock, _budget.get()))


def _connected(connection: HTTPConnection) -> socket.socket:
    """A connection, to another address than the URL's where one was given: the URL's host stays the one asked for."""
    budget = _budget.get()
    name: str = connection._dns_host  # noqa: SLF001 (of a proxy, where there is one; urllib3's own _new_conn uses it)
    where, port = (
        (budget.address.host, budget.address.port or connection.port) if budget.address else (name, connection.port)
    )
    words = f" (connecting to {budget.address})" if budget.address else ""
    try:
        addresses = look_up(where, port, over=lambda: budget.over)
    except socket.gaierror as error:
        raise urllib3.exceptions.NameResolutionError(where, connection, error) from error
    failed: OSError = OSError("the name has no address")
    for address in addresses:
        try:
            return create_connection(
                (address, port), connection.timeout, connection.source_address, connection.socket_options
            )
        except OSError as error:
            failed = error
    raise urllib3.exceptions.NewConnectionError(connection, f"{failed}{words}") from failed


class _Http(HTTPConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        sock = _connected(self)
        sock.settimeout(_budget.get().left())
        return sock


class _Https(HTTPSConnection):
    response_class = _Response

    def _new_conn(self) -> socket.socket:
        sock = _connected(self)
        sock.settimeout(min(_budget.get().left(), _CONNECT_SECONDS))  # for the handshake
        return sock


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS: dict[str, type] = {"http": _HttpPool, "https": _HttpsPool}


class _Adapter(HTTPAdapter):
    """Makes connections that keep to the budget; through SOCKS they keep to the time between two bytes only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401
        manager = super().proxy_manager_for(proxy, **kwargs)
        if type(manager) is urllib3.ProxyManager:
            manager.pool_classes_by_scheme = _POOLS
        return manager
