"""A proxy in front of a wiki, with the faults of networks and servers on bad days."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import SplitResult, parse_qsl, urlsplit

__all__ = ["Asked", "Fault", "Proxy", "proxy_before"]

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


@dataclass(frozen=True)
class Fault:
    """The fault of one request.

    :param status: the wiki is not asked; this HTTP status and a page of HTML are the answer
    :param body: the wiki is not asked; this is the answer, called JSON
    :param raw: the wiki is not asked; these bytes are the answer, whether they are HTTP or not
    :param change: from the wiki's own answer to the one sent
    :param drip: seconds between two bytes of the answer
    :param drop: the connection is closed without an answer
    :param truncate: only half of the wiki's answer arrives
    :param delay: seconds before anything happens
    :param cookies: the request reaches the wiki with these instead of its own
    """

    status: int = 0
    body: bytes | str | None = None
    raw: bytes | None = None
    change: Callable[[bytes], bytes] = bytes
    drip: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    truncate: bool = False
    delay: float = 0.0
    cookies: str | None = None


@dataclass(frozen=True)
class Asked:
    """A request as it came, its parameters from URL and body alike.

    :param headers: by name in lower case
    """

    method: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def action(self) -> str:
        return self.parameters.get("action", "")


class Proxy(ThreadingHTTPServer):
    """Serves on a port of loopback. ``fault`` gives the fault of each request; None lets it pass."""

    daemon_threads = True
    request_queue_size = 32

    def __init__(self, target: str, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.target = urlsplit(target)
        self.fault: Callable[[Asked], Fault | None] = lambda _: None
        #: Another server of the wiki for a request; None for the usual one.
        self.route: Callable[[Asked], str | None] = lambda _: None
        self.asked: list[Asked] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def api(self) -> str:
        return f"http://{self.address}{self.target.path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing, for clients that give up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy
    fault: ClassVar[Fault | None] = None

    def do_GET(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = urlsplit(self.path).query
        plain = "form-urlencoded" in self.headers.get("Content-Type", "")
        parameters = dict(parse_qsl(query) + (parse_qsl(body.decode()) if plain else []))
        asked = Asked(self.command, parameters, {name.lower(): value for name, value in self.headers.items()})
        self.server.asked.append(asked)
        fault = self.server.fault(asked) or Fault()
        time.sleep(fault.delay)
        if fault.drop:
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif fault.raw is not None:
            self.wfile.write(fault.raw)
            self.close_connection = True
        elif fault.body is not None:
            kind = {"Content-Type": "application/json; charset=utf-8", **fault.headers}
            content = fault.body.encode() if isinstance(fault.body, str) else fault.body
            self._answer(fault.status or 200, kind, content, fault=fault)
        elif fault.status:
            self._answer(fault.status, {"Content-Type": "text/html", **fault.headers}, b"<h1>Not now</h1>")
        else:
            self._forward(body, fault, urlsplit(self.server.route(asked) or self.server.target.geturl()))

    def _forward(self, body: bytes, fault: Fault, target: SplitResult) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        headers.pop("Accept-Encoding", None)
        if fault.cookies is not None:
            headers = {name: value for name, value in headers.items() if name.lower() != "cookie"}
            headers["Cookie"] = fault.cookies
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
        try:
            connection.request(self.command, self.path, body or None, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in _HOP]
        self._answer(response.status, kept, fault.change(content), fault=fault)

    def _answer(
        self,
        status: int,
        headers: Mapping[str, str] | list[tuple[str, str]],
        content: bytes,
        fault: Fault = Fault(),
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items() if isinstance(headers, Mapping) else headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        sent = content[: len(content) // 2] if fault.truncate else content
        for start in range(0, len(sent), 1 if fault.drip else max(len(sent), 1)):
            self.wfile.write(sent[start : start + 1] if fault.drip else sent)
            time.sleep(fault.drip)
        self.close_connection = self.close_connection or fault.truncate


@contextmanager
def proxy_before(target: str, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """A proxy that runs for as long as the ``with`` block.

    :param tls: its certificate and key for TLS
    """
    proxy = Proxy(target, tls)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
