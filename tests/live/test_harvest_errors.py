"""Messages of a harvest that cannot do its work, and its exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from picklebot.sandbox import SandboxAccount
from picklebot.sandbox.server import free_port
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Fault, Proxy
from tests.live.test_harvest import BROKEN


@contextmanager
def a_web_site(body: bytes, content_type: str, status: int = 200) -> Iterator[str]:
    """Something that serves HTTP and is no wiki."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api.php"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_wrong_password_ends_it_with_3_and_the_results_are_kept(bot: Bot, small: LiveWiki) -> None:
    wrong = bot.as_(replace(small.sandbox.observer, password="w" * 32))
    run = wrong.run("harvest")
    assert run.status == 3
    assert "PickleBot@harvest cannot log in" in run.err
    assert "w" * 32 not in run.err
    assert small.log("tag") == []
    after = bot.harvest()
    assert not any(suite["ran"] for suite in after.document["suites"])
    assert len(small.log("tag")) == 3


def test_a_password_that_is_wrong_is_refused_while_the_session_of_the_right_one_lives(
    bot: Bot, small: LiveWiki
) -> None:
    bot.harvest()
    small.edit("Module:Area", BROKEN)
    wrong = bot.as_(replace(small.sandbox.observer, password="w" * 32))
    run = wrong.run("harvest")
    assert run.status == 3
    assert "PickleBot@harvest cannot log in" in run.err
    bot.harvest()
    (check,) = (bot.folder / "data").glob("pywikibot/*/*/password-check")
    assert check.stat().st_mode & 0o077 == 0
    assert small.sandbox.observer.password.encode() not in check.read_bytes()


def test_an_account_that_does_not_exist_ends_it_with_3(bot: Bot) -> None:
    run = bot.as_(SandboxAccount("Nobody@here", "0" * 32)).run("harvest")
    assert run.status == 3
    assert "Nobody@here cannot log in" in run.err


def test_without_an_account_it_says_how_to_give_one_and_how_to_do_without(bot: Bot) -> None:
    run = bot.as_(None).run("harvest")
    assert run.status == 2
    for word in ("PICKLEBOT_USER", "PICKLEBOT_PASSWORD", "--no-record", "--dry-run"):
        assert word in run.err


def test_a_port_that_nobody_listens_on_ends_it_with_3(bot: Bot) -> None:
    run = bot.by_way_of(f"http://127.0.0.1:{free_port()}/api.php").run("harvest", "--dry-run", "--retries", "1")
    assert run.status == 3
    assert "no answer from http://127.0.0.1:" in run.err
    assert "refused" in run.err
    assert len(run.err.splitlines()) == 1


def test_the_address_of_a_page_instead_of_the_api_is_told_apart(bot: Bot, small: LiveWiki) -> None:
    run = bot.by_way_of(small.url).run("harvest", "--dry-run")
    assert run.status == 3
    assert "does not answer as MediaWiki's API does" in run.err
    assert "the URL should be that of the wiki's api.php" in run.err


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"<h1>It works!</h1>", "text/html", 200),
        (b"<h1>Not found</h1>", "text/html", 404),
        (b'{"hello": "world"}', "application/json", 200),
        (b'["query"]', "application/json", 200),
        (b"null", "application/json", 200),
        (b'{"query": {}}', "application/json", 200),
        (b'{"error": "no such endpoint"}', "application/json", 404),
        (b"\xff\xfe\x00", "application/json", 200),
        (b"", "text/plain", 200),
    ],
)
def test_a_site_that_is_no_mediawiki_ends_it_with_3_in_one_line(
    body: bytes, kind: str, status: int, tmp_path: Path
) -> None:
    with a_web_site(body, kind, status) as url:
        run = Bot(tmp_path, url).run("harvest", "--dry-run")
    assert run.status == 3
    assert run.out == ""
    assert url in run.err
    assert len(run.err.splitlines()) == 1


def test_a_wiki_without_scribunto_ends_it_with_3(bot: Bot, proxy: Proxy) -> None:
    """A wiki's own answer, without the namespaces that the extension brings."""

    def without_modules(answer: bytes) -> bytes:
        document = json.loads(answer)
        for number in ("828", "829"):
            document["query"]["namespaces"].pop(number)
        return json.dumps(document).encode()

    proxy.fault = lambda _: Fault(change=without_modules)
    run = bot.by_way_of(proxy.api).run("harvest", "--dry-run")
    assert run.status == 3
    assert "has no Scribunto" in run.err
    assert len(proxy.asked) == 1


def test_without_a_wiki_it_says_the_ways_to_name_one(tmp_path: Path) -> None:
    run = Bot(tmp_path, "").run("harvest", "--dry-run")
    assert run.status == 2
    for word in ("--wiki", "PICKLEBOT_WIKI", "picklebot.toml"):
        assert word in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("harvest", "--wiki", "ftp://example.org"), "expected the URL of a wiki's api.php"),
        (("harvest", "--wiki", "nosuchfamily:en"), "nosuchfamily"),
        (("harvest", "--dryrun"), "--dry-run"),
        (("harvset",), "No such command"),
        (("harvest", "--format", "yaml"), "table"),
        (("harvest", "extra"), "unexpected extra argument"),
        (("harvest", "--retries", "many"), "is not a valid integer"),
        (("harvest", "--timeout", "0", "--dry-run"), "--timeout"),
        (("harvest", "--config", "no-such.toml"), "there is no such file of settings"),
        (("harvest", "--dry-run", "--strategies", "no-such-folder"), "no such folder of strategies"),
        (("harvest", "--dry-run", "--store", "nonsense"), "expected an SQLAlchemy URL"),
    ],
)
def test_a_slip_of_the_keyboard_ends_it_with_2_and_is_named(bot: Bot, arguments: tuple[str, ...], said: str) -> None:
    run = bot.run(*arguments)
    assert run.status == 2
    assert said in run.err
    assert run.out == ""


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(bot: Bot) -> None:
    (bot.work / "picklebot.toml").write_text('wiki = "http://x/api.php"\nwritte_interval = 3\n', encoding="utf-8")
    run = bot.run("harvest", "--dry-run")
    assert run.status == 2
    assert "picklebot.toml: there is no setting writte_interval; did you mean write_interval?" in run.err
    (bot.work / "picklebot.toml").unlink()
    run = bot.as_(None).run("harvest", "--dry-run", PICKLEBOT_STOER="x")
    assert run.status == 2
    assert "PICKLEBOT_STOER: there is no setting stoer; did you mean PICKLEBOT_STORE?" in run.err


def test_a_store_that_cannot_be_opened_ends_it_with_3(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database", encoding="utf-8")
    run = bot.as_(None).run("harvest", "--no-record", "--store", f"sqlite:///{tmp_path}/file")
    assert run.status == 3
    assert "the store" in run.err
    assert "not a database" in run.err


def test_a_strategy_file_that_is_wrong_is_named_with_line_and_key(bot: Bot, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('schema = 1\nname = "mine"\nabout = "x"\norder = "first"\n', encoding="utf-8")
    run = bot.run("harvest", "--dry-run", "--strategies", str(tmp_path))
    assert run.status == 2
    assert "mine.toml:4: order:" in run.err


def test_help_needs_nothing(tmp_path: Path) -> None:
    bot = Bot(tmp_path, "")
    for arguments in (("--help",), ("harvest", "--help"), ("setup", "-h"), ("--version",)):
        assert bot.run(*arguments).status == 0


def test_the_module_runs_as_the_script_does(bot: Bot) -> None:
    assert bot.as_module().as_(None).harvest("--dry-run", "--only", "Area").states == {"Area": "good"}
