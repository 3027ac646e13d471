"""The way to a wiki: how much time and memory an answer may take, and where its redirects may lead."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import requests

from picklebot.deadline import NEVER, Deadline
from picklebot.wiki.target import Target
from picklebot.wiki.transport import ElsewhereError, LateError, Route, TooLargeError, Transport

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Speak = Callable[[socket.socket, bytes], None]


class Server:
    """Speaks bytes, whatever they are, to whoever comes; remembers what it was asked."""

    def __init__(self, speak: Speak) -> None:
        self._speak = speak
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.asked: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api.php"

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
            wanted = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
            while len(body) < int(wanted.partition(b":")[2]):
                body += connection.recv(65536)
            self.asked.append(head + b"\r\n\r\n" + body)
            self._speak(connection, head)


@contextmanager
def server(speak: Speak | bytes) -> Iterator[Server]:
    said = speak
    running = Server(said if callable(said) else lambda connection, _: connection.sendall(said))
    try:
        yield running
    finally:
        running.close()


def session(url: str, *, timeout: float = 10.0, deadline: Deadline = NEVER) -> Transport:
    return Transport(Route(Target(url)), timeout=timeout, deadline=deadline)


def drip(connection: socket.socket, said: bytes) -> None:
    for byte in said:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def redirect(location: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize(
    "speak",
    [
        lambda connection, _: connection.recv(1),  # until the client gives up
        lambda connection, _: drip(connection, b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000),
        lambda connection, _: drip(connection, OK + b"Content-Length: 1000\r\n\r\n" + b" " * 1000),
        lambda connection, _: drip(connection, OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 1000),
        lambda connection, _: drip(connection, OK + b"\r\n" + b" " * 1000),
        lambda connection, _: drip(connection, b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    ],
    ids=["silence", "headers", "body", "chunks", "no end", "continue"],
)
@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_an_answer_that_comes_byte_by_byte_or_never_is_waited_for_as_a_whole(speak: Speak, bound: str) -> None:
    with server(speak) as running:
        limits = {"timeout": 0.4} if bound == "timeout" else {"deadline": Deadline.after(0.4)}
        started = time.monotonic()
        with pytest.raises(requests.Timeout if bound == "timeout" else LateError):
            session(running.url, **limits).get(running.url)
        assert 0.35 < time.monotonic() - started < 3


def test_a_handshake_that_never_ends_is_no_answer() -> None:
    with server(lambda connection, _: drip(connection, b"\x16\x03\x03\x40\x00" + b"x" * 1000)) as running:
        url = running.url.replace("http:", "https:")
        started = time.monotonic()
        with pytest.raises(requests.RequestException):
            session(url, timeout=0.4).get(url)
        assert time.monotonic() - started < 3


@pytest.mark.parametrize("bound", ["timeout", "deadline"])
def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: time.sleep(20))
    deadline = Deadline.after(1.0) if bound == "deadline" else NEVER
    asking = session("http://wiki.example.org/", timeout=1.0 if bound == "timeout" else 60.0, deadline=deadline)
    started = time.monotonic()
    with pytest.raises(requests.RequestException):
        asking.get("http://wiki.example.org/")
    assert time.monotonic() - started < 10


def test_a_name_without_an_address_says_so() -> None:
    with pytest.raises(requests.ConnectionError, match="resolve"):
        session("http://nowhere.invalid/").get("http://nowhere.invalid/")


def test_after_the_deadline_nothing_is_asked() -> None:
    with server(OK + b"Content-Length: 2\r\n\r\n{}") as running:
        with pytest.raises(LateError):
            session(running.url, deadline=Deadline.after(0)).get(running.url)
        assert running.asked == []


def endless(head: bytes, piece: bytes) -> Speak:
    def speak(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        for _number in range(200 * 1024 * 1024 // len(piece)):
            connection.sendall(piece)

    return speak


MEBIBYTE = b"x" * 1024 * 1024


@pytest.mark.parametrize(
    "speak",
    [
        endless(OK + b"Content-Length: 209715200\r\n\r\n", MEBIBYTE),
        endless(OK + b"\r\n", MEBIBYTE),
        endless(OK + b"Content-Length: -1\r\n\r\n", MEBIBYTE),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + MEBIBYTE + b"\r\n"),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", MEBIBYTE),
        endless(OK + b"X: ", MEBIBYTE),
        endless(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(MEBIBYTE * 200)),
        endless(b"HTTP/1.1 302 Found\r\nLocation: /other\r\n\r\n", MEBIBYTE),
    ],
    ids=["length", "no length", "negative", "chunks", "negative chunk", "header", "compressed", "redirect"],
)
def test_an_answer_of_any_size_takes_little_memory(speak: Speak) -> None:
    with server(speak) as running:
        tracemalloc.start()
        try:
            with pytest.raises(requests.RequestException):
                session(running.url).get(running.url)
            assert tracemalloc.get_traced_memory()[1] < 50 * 1024 * 1024
        finally:
            tracemalloc.stop()


def test_an_answer_that_is_too_large_says_so() -> None:
    with (
        server(endless(OK + b"\r\n", MEBIBYTE)) as running,
        pytest.raises(TooLargeError, match="larger than 17825792 bytes"),
    ):
        session(running.url).get(running.url)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x00\xff\xfe",
        b"HTTP/9.9 banana\r\n\r\n",
        OK + b"Content-Length: 100\r\n\r\n{}",
        OK + b"Transfer-Encoding: chunked\r\n\r\nbanana\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        OK + b"X: y\r\n" * 1000,
        redirect("http://[banana"),
        redirect("http://127.0.0.1:banana/"),
        redirect("ftp://127.0.0.1/"),
    ],
)
def test_bytes_that_are_no_http_are_an_error_of_one_kind(said: bytes) -> None:
    with server(said) as running, pytest.raises(requests.RequestException):
        session(running.url, timeout=2).get(running.url)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_within_the_host_is_followed_with_all_that_was_sent_and_told_once(
    capsys: pytest.CaptureFixture[str], status: int
) -> None:
    def speak(connection: socket.socket, head: bytes) -> None:
        connection.sendall(
            OK + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}" if b" /new" in head else redirect("/new", status)
        )

    with server(speak) as running:
        asking = session(running.url)
        for _ in range(2):
            assert asking.post(running.url, data={"text": "x"}, cookies={"who": "me"}).json() == {}
        assert [each.split()[1] for each in running.asked] == [b"/api.php", b"/new", b"/new"]
        for each in running.asked:
            assert each.startswith(b"POST ")
            assert each.endswith(b"\r\n\r\ntext=x")
            assert b"who=me" in each
        assert capsys.readouterr().err.count("event=wiki_redirected") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_another_host(host: str, status: int) -> None:
    with server(OK + b"Content-Length: 2\r\n\r\n{}") as other:
        there = f"http://{host}:{other.port}/api.php"
        with server(redirect(there, status)) as running, pytest.raises(ElsewhereError, match=f"redirects to {there}"):
            session(running.url).post(running.url, data={"password": "s3cret"})
        assert other.asked == []


def test_nothing_else_is_asked_of_another_host_either() -> None:
    with server(OK + b"Content-Length: 2\r\n\r\n{}") as other, server(b"") as running:
        with pytest.raises(ElsewhereError):
            session(running.url).get(other.url)
        assert other.asked == []


@pytest.mark.parametrize(
    ("start", "location", "allowed"),
    [
        ("http://wiki.example/w/api.php", "https://wiki.example/w/api.php", True),
        ("http://wiki.example/w/api.php", "https://wiki.example:8443/api.php", True),
        ("http://wiki.example/w/api.php", "//wiki.example/api.php", True),
        ("http://Wiki.Example/api.php", "http://wiki.example:80/x", True),
        ("https://wiki.example/w/api.php", "http://wiki.example/w/api.php", False),
        ("https://wiki.example/w/api.php", "https://wiki.example:8443/w/api.php", False),
        ("http://wiki.example/w/api.php", "http://wiki.example:8080/w/api.php", False),
        ("https://wiki.example/w/api.php", "https://wiki.example.evil/w/api.php", False),
        ("https://wiki.example/w/api.php", "https://www.wiki.example/w/api.php", False),
        ("https://wiki.example/w/api.php", "https://wiki.example@evil.example/w/api.php", False),
        ("https://wiki.example/w/api.php", "https://evil.example\\@wiki.example/w/api.php", False),
        ("https://wiki.example/w/api.php", "javascript:alert(1)", False),
        ("https://wiki.example/w/api.php", "file:///etc/passwd", False),
    ],
)
def test_redirects_stay_on_the_host_and_go_up_to_https_only(start: str, location: str, allowed: bool) -> None:
    route = Route(Target(start))
    if allowed:
        assert route.follow(route.redirected(start, location))
    else:
        with pytest.raises(ElsewhereError):
            route.redirected(start, location)


def test_once_up_at_https_a_wiki_is_not_followed_down_again() -> None:
    route = Route(Target("http://wiki.example/api.php"))
    up = route.redirected("http://wiki.example/api.php", "https://wiki.example/api.php")
    assert route.follow("http://wiki.example/api.php?x=1") == "https://wiki.example/api.php?x=1"
    with pytest.raises(ElsewhereError):
        route.redirected(up, "http://wiki.example/api.php")


def test_redirects_in_a_circle_come_to_an_end_and_are_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with server(lambda connection, head: connection.sendall(redirect("/b" if b" /a" in head else "/a"))) as running:
        started = time.monotonic()
        with pytest.raises(requests.RequestException, match="circle"):
            session(running.url).get(running.url)
        assert len(running.asked) <= 11
        assert len(capsys.readouterr().err.splitlines()) == 3
        assert time.monotonic() - started < 5
