"""A wiki that is asked at another address than its URL's, with further headers, and by certificates of one's own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy, proxy_before

NAME = "wiki.invalid"  # https://www.rfc-editor.org/rfc/rfc6761: no such name is ever found
DEBUG = "X-Wikimedia-Debug: backend=canary.example"
POLITE = ("--contact", "ops@example.org")


def test_a_canary_is_harvested_and_recorded_on_under_the_wikis_own_name(proxy: Proxy, bot: Bot) -> None:
    canary = bot.by_way_of(f"http://{NAME}{proxy.target.path}")
    options = ("--connect-to", proxy.address, "--header", DEBUG, "--write-interval", "0", *POLITE)
    found = canary.harvest(*options, PICKLEBOT_ALLOW_HTTP="false")
    assert found.states
    assert len(found.transitions) == len(found.states)
    assert {asked.headers["host"] for asked in proxy.asked} == {NAME}
    assert {asked.headers["x-wikimedia-debug"] for asked in proxy.asked} == {"backend=canary.example"}
    assert {"query", "parse", "login", "edit", "tag", "purge"} <= {asked.action for asked in proxy.asked}
    # The same wiki, whatever the way to it: nothing is left to do.
    assert bot.harvest().transitions == []
    proxy.asked.clear()
    assert canary.run("status", "--connect-to", proxy.address, *POLITE).status == 0
    assert not proxy.asked, "the store knows the wiki at this address"
    assert canary.run("history", "Area", "--connect-to", proxy.address, *POLITE).status == 0
    assert {asked.headers["host"] for asked in proxy.asked} == {NAME}


class Certified:
    """A wiki behind TLS, with a certificate for its name by an authority of its own."""

    def __init__(self, wiki: LiveWiki, folder: Path) -> None:
        authority = trustme.CA()
        self.ca = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca))
        self.asked_for: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(NAME).configure_cert(self._context)
        self._context.sni_callback = lambda _, name, __: self.asked_for.append(name)
        self._wiki = wiki

    def serve(self) -> Iterator[Proxy]:
        with proxy_before(self._wiki.api, self._context) as running:
            yield running


@pytest.fixture
def certified(small: LiveWiki, tmp_path: Path) -> Certified:
    return Certified(small, tmp_path)


@pytest.fixture
def tls(certified: Certified) -> Iterator[Proxy]:
    yield from certified.serve()


def test_a_server_is_known_by_the_urls_host_and_the_certificates_that_are_given(
    certified: Certified, tls: Proxy, bot: Bot
) -> None:
    canary = bot.by_way_of(f"https://{NAME}{tls.target.path}")
    to = ("--connect-to", tls.address, "--retries", "0", *POLITE)
    refused = canary.run("harvest", *to)
    assert refused.status == 3
    assert "its certificate is not trusted (unable to get local issuer certificate); tls_ca names" in refused.err
    assert tls.asked == []

    found = canary.harvest(*to, "--tls-ca", str(certified.ca), "--write-interval", "0")
    assert found.transitions
    assert set(certified.asked_for) == {NAME}
    assert {"login", "edit"} <= {asked.action for asked in tls.asked}

    other = bot.by_way_of(f"https://other.invalid{tls.target.path}")
    wrong = other.run("harvest", "--dry-run", *to, "--tls-ca", str(certified.ca))
    assert wrong.status == 3
    assert "Hostname mismatch" in wrong.err


def test_where_nothing_is_verified_that_is_told_once(tls: Proxy, bot: Bot) -> None:
    canary = bot.by_way_of(f"https://{NAME}{tls.target.path}").as_(None)
    run = canary.run("harvest", "--dry-run", "--connect-to", tls.address, *POLITE, PICKLEBOT_TLS_VERIFY="false")
    assert run.status == 0
    assert run.err.count("event=certificate_unchecked") == 1
    assert "InsecureRequestWarning" not in run.err
