"""A wiki as it is asked: how addresses and headers are written, and what may be sent there."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from picklebot.app import App
from picklebot.config import Settings, load_settings
from picklebot.deadline import NEVER
from picklebot.errors import ConfigError, WikiError
from picklebot.text.http import read_address, read_header
from picklebot.text.redaction import keep_header, redact
from picklebot.wiki import Wiki
from picklebot.wiki.target import Address, Target
from picklebot.wiki.transport import ElsewhereError, Route, Transport
from tests.unit.test_transport import OK, redirect, server

JSON = OK + b'Content-Length: 7\r\n\r\n{"a":1}'


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("canary.example", "canary.example", None),
        ("canary.example:8443", "canary.example", 8443),
        ("192.0.2.7:80", "192.0.2.7", 80),
        ("[2001:db8::7]", "2001:db8::7", None),
        ("[::1]:8080", "::1", 8080),
    ],
)
def test_an_address_is_a_host_and_perhaps_a_port(text: str, host: str, port: int | None) -> None:
    assert read_address(text) == (host, port)
    assert str(Address(host, port)) == text


@pytest.mark.parametrize(
    "text",
    ["http://a", "a:b", "a:0", "a:70000", "a b", "::1", "[::1", "a/b", "u@a", "a:1:2", ":80", "a?b", "[x]:1", "", "a:"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        read_address(text)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("X-Wikimedia-Debug: backend=mw1; log", "X-Wikimedia-Debug", "backend=mw1; log"),
        ("X-A:b", "X-A", "b"),
        ("Authorization:  Basic eDp5 ", "Authorization", "Basic eDp5"),
    ],
)
def test_a_header_is_a_name_and_a_value(line: str, name: str, value: str) -> None:
    assert read_header(line) == (name, value)


@pytest.mark.parametrize(
    "line", ["X-A", ": b", "X A: b", "X-A: b\r\nX-B: c", "X-A: b\nX-B: c", "X-A: ü", "X-A:", "X-A: \0"]
)
def test_what_is_no_header_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="expected a line such as"):
        read_header(line)


@pytest.mark.parametrize("name", ["Host", "cookie", "Content-Length", "User-Agent", "Transfer-Encoding"])
def test_headers_that_picklebot_sends_itself_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is sent by picklebot itself"):
        read_header(f"{name}: x")


def test_a_wrong_setting_is_told_with_its_source_and_without_a_headers_value() -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings({}, {"PICKLEBOT_HEADER": "Host: zigzag", "PICKLEBOT_CONNECT_TO": "http://a"})
    assert "PICKLEBOT_HEADER: header: Host is sent by picklebot itself" in str(caught.value)
    assert "PICKLEBOT_CONNECT_TO: connect_to: expected HOST:PORT" in str(caught.value)
    assert "zigzag" not in str(caught.value)


def test_a_headers_value_is_kept_out_of_messages_in_whole_and_without_its_scheme() -> None:
    keep_header("Authorization: Bearer zigzagzag")
    assert redact("no Bearer zigzagzag, no zigzagzag") == "no ***, no ***"
    assert "zigzag" not in repr(Target("http://a/", headers=(("Authorization", "zigzagzag"),)))


@pytest.mark.parametrize(
    ("api", "address", "local", "private"),
    [
        ("http://localhost/api.php", None, True, True),
        ("http://localhost/api.php", "192.0.2.1:80", False, False),
        ("http://wiki.example/api.php", None, False, False),
        ("http://wiki.example/api.php", "127.0.0.1:80", False, True),
        ("http://wiki.example/api.php", "[::1]", False, True),
        ("https://wiki.example/api.php", "192.0.2.1", False, True),
    ],
)
def test_the_address_decides_who_could_listen_and_the_url_who_is_asked(
    api: str, address: str | None, local: bool, private: bool
) -> None:
    target = Target(api, Address(*read_address(address)) if address else None)
    assert (target.local, target.private) == (local, private)


def transport(target: Target) -> Transport:
    return Transport(Route(target), timeout=10.0, deadline=NEVER)


def test_the_address_is_connected_to_and_the_urls_host_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with server(JSON) as running:
        target = Target("http://wiki.invalid:81/api.php", Address("127.0.0.1", running.port), (("X-Debug", "yes"),))
        assert transport(target).get(target.api).json() == {"a": 1}
        (asked,) = running.asked
    assert b"\r\nHost: wiki.invalid:81\r\n" in asked
    assert b"\r\nX-Debug: yes\r\n" in asked


def test_an_address_without_a_port_takes_the_urls() -> None:
    with server(JSON) as running:
        target = Target(f"http://wiki.invalid:{running.port}/api.php", Address("127.0.0.1"))
        assert transport(target).get(target.api).json() == {"a": 1}


def test_a_redirect_on_the_host_goes_to_the_same_address() -> None:
    with server(lambda c, head: c.sendall(JSON if b" /w/api.php" in head else redirect("/w/api.php"))) as running:
        target = Target("http://wiki.invalid/api.php", Address("127.0.0.1", running.port), (("X-Debug", "yes"),))
        assert transport(target).get(target.api).json() == {"a": 1}
        assert len(running.asked) == 2


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:{port}/api.php", "https://wiki.invalid/", "http://other.invalid/"]
)
def test_headers_go_to_no_other_host_and_not_past_the_address(location: str) -> None:
    with server(JSON) as other, server(lambda c, _: c.sendall(redirect(location.format(port=other.port)))) as running:
        target = Target("http://wiki.invalid/api.php", Address("127.0.0.1", running.port), (("X-Debug", "yes"),))
        with pytest.raises(ElsewhereError):
            transport(target).get(target.api)
        assert len(running.asked) == 1
        assert other.asked == []


def test_where_nobody_answers_at_the_address_the_address_is_named() -> None:
    wiki = Wiki(Target("http://wiki.invalid/api.php", Address("127.0.0.1", 1)), retries=0)
    with pytest.raises(WikiError, match=r"refused \(connecting to 127\.0\.0\.1:1\)"):
        wiki.get(action="query")


def test_settings_become_a_target(tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    variables = {
        "PICKLEBOT_WIKI": "https://wiki.example/api.php",
        "PICKLEBOT_CONNECT_TO": "canary.example:8443",
        "PICKLEBOT_HEADER": "X-A: b\nX-C: d",
        "PICKLEBOT_TLS_CA": str(tmp_path / "ca.pem"),
    }
    target = App(load_settings({}, variables).settings).target
    assert target.connect_to == Address("canary.example", 8443)
    assert target.headers == (("X-A", "b"), ("X-C", "d"))
    assert target.tls.ca == tmp_path / "ca.pem"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_told_of_before_any_request(tmp_path: Path, content: str | None) -> None:
    ca = tmp_path / "ca.pem"
    if content:
        ca.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"tls_ca: .*ca\.pem: expected a file of certificates \(PEM\)"):
        _ = App(Settings(wiki="https://localhost/api.php", tls_ca=ca)).wiki


def test_who_does_not_verify_is_warned(capsys: pytest.CaptureFixture[str]) -> None:
    _ = App(Settings(wiki="https://localhost/api.php", tls_verify=False)).wiki
    assert capsys.readouterr().err.count("event=certificate_unchecked") == 1
