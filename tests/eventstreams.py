"""Wikimedia's EventStreams, as far as a watch follows them: a server on loopback."""

from __future__ import annotations

import json
import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Events"]


class Events:
    """Stands in for Wikimedia's EventStreams: events as that service words them, sent to whoever listens."""

    def __init__(self) -> None:
        self.listeners: list[queue.SimpleQueue[str]] = []
        events = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream; charset=utf-8")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                mine: queue.SimpleQueue[str] = queue.SimpleQueue()
                events.listeners.append(mine)
                self._chunk(":ok\n\n")
                while True:
                    self._chunk(mine.get())

            def _chunk(self, text: str) -> None:
                data = text.encode()
                self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v2/stream/recentchange"

    def send(self, title: str, server: str = "127.0.0.1", kind: str = "edit") -> None:
        data = {
            "$schema": "/mediawiki/recentchange/1.0.0",
            "meta": {"domain": server, "stream": "mediawiki.recentchange"},
            "type": kind,
            "title": title,
            "server_name": server,
        }
        for listener in self.listeners:
            listener.put(f'event: message\nid: [{{"topic":"t","offset":1}}]\ndata: {json.dumps(data)}\n\n')

    def wait_for_a_listener(self, seconds: float) -> None:
        """Wait until somebody has connected.

        :raises TimeoutError: nobody has within this time
        """
        until = time.monotonic() + seconds
        while not self.listeners:
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.05)
