"""The reading client: what it sends, what it repeats, and what it takes for an answer."""

from __future__ import annotations

import io
import itertools
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import BaseAdapter

from picklebot.deadline import NEVER, Deadline
from picklebot.errors import AnswerError, ApiError, WikiUnreachable
from picklebot.wiki import Wiki
from picklebot.wiki.client import user_agent
from picklebot.wiki.target import is_loopback

API = "https://wiki.example.org/w/api.php"


class Answers(BaseAdapter):
    """Gives prepared answers instead of asking anybody."""

    def __init__(self, *answers: object) -> None:
        super().__init__()
        self.left: Iterator[Any] = iter(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:  # noqa: ANN401
        body = request.body if isinstance(request.body, str) else ""
        self.asked.append((request.method or "", dict(parse_qsl(urlsplit(request.url or "").query or body))))
        self.headers.append(dict(request.headers))
        answer = next(self.left)
        if isinstance(answer, Exception):
            raise answer
        status, headers, content = answer if isinstance(answer, tuple) else (200, {}, answer)
        response = requests.Response()
        response.status_code = status
        response.headers.update({"Content-Type": "application/json", **headers})
        response.raw = io.BytesIO(content if isinstance(content, bytes) else json.dumps(content).encode())
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is open."""


def wiki_with(*answers: object, retries: int = 3, deadline: Deadline = NEVER) -> tuple[Wiki, Answers]:
    wiki, adapter = Wiki(API, retries=retries, deadline=deadline), Answers(*answers)
    wiki._session.mount("https://", adapter)
    return wiki, adapter


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that would have been slept."""
    slept: list[float] = []
    monkeypatch.setattr(Deadline, "sleep", lambda _, seconds: slept.append(seconds))
    return slept


def error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "info": f"about {code}"}}


def test_values_are_written_as_the_api_reads_them() -> None:
    wiki, adapter = wiki_with({"ok": 1})
    wiki.get(action="help", titles=["A", "B"], limit=5, on=True, off=False, absent=None)
    expected = {"format": "json", "formatversion": "2", "action": "help", "titles": "A|B", "limit": "5", "on": "1"}
    assert adapter.asked == [("GET", {"maxlag": "5", **expected})]


def test_long_parameters_can_be_posted() -> None:
    wiki, adapter = wiki_with({"ok": 1})
    assert wiki.post(action="help", text="x" * 10_000) == {"ok": 1}
    assert adapter.asked[0][0] == "POST"
    assert adapter.asked[0][1]["text"] == "x" * 10_000


def test_a_query_is_continued_to_its_end() -> None:
    wiki, adapter = wiki_with(
        {"continue": {"gapcontinue": "B", "continue": "gapcontinue||"}, "query": {"pages": [{"title": "A"}]}},
        {"batchcomplete": True, "query": {"pages": [{"title": "B"}, {"title": "C"}]}},
    )
    assert [len(part["pages"]) for part in wiki.query(generator="allpages")] == [1, 2]
    assert [asked.get("gapcontinue") for _, asked in adapter.asked] == [None, "B"]


@pytest.mark.parametrize("token", ["the same", "another each time"])
def test_a_query_that_is_continued_for_ever_is_given_up(token: str) -> None:
    numbers = itertools.count()

    def on_and_on() -> Iterator[object]:
        for number in numbers:
            more = {"rccontinue": token if token == "the same" else str(number), "continue": "-||"}
            yield {"continue": more, "query": {"recentchanges": [{"rcid": 1, "timestamp": "2026-01-01T00:00:00Z"}]}}

    wiki, adapter = wiki_with()
    adapter.left = on_and_on()
    with pytest.raises(AnswerError, match="leads nowhere"):
        list(wiki.query(list="recentchanges"))
    assert len(adapter.asked) < 50


def test_pages_are_asked_for_fifty_at_a_time_and_put_together() -> None:
    titles = [f"T{n}" for n in range(51)]
    pages = [{"title": title, "ns": -1} for title in titles]
    first = {"continue": {"rvcontinue": "x", "continue": "||"}, "query": {"pages": pages[:50]}}
    second = {"batchcomplete": True, "query": {"pages": [{**page, "two": 2} for page in pages[:50]]}}
    wiki, adapter = wiki_with(first, second, {"batchcomplete": True, "query": {"pages": pages[50:]}})
    found = list(wiki.pages(titles))
    assert [page["title"] for page in found] == titles
    assert [page.get("two") for page in found] == [2] * 50 + [None]
    assert [asked["titles"].count("|") for _, asked in adapter.asked] == [49, 49, 0]


def test_an_error_of_the_api_is_raised_with_code_and_words() -> None:
    wiki, _ = wiki_with(error("badvalue"))
    with pytest.raises(ApiError, match="the wiki answers badvalue: about badvalue") as caught:
        wiki.get()
    assert caught.value.code == "badvalue"


@pytest.mark.parametrize("code", ["maxlag", "ratelimited", "readonly", "concurrency-limit"])
def test_a_wiki_that_asks_to_come_back_later_is_asked_again(naps: list[float], code: str) -> None:
    wiki, adapter = wiki_with(error(code), error(code), {"ok": 1})
    assert wiki.get() == {"ok": 1}
    assert len(adapter.asked) == 3
    assert 1 <= naps[0] < naps[1]


def test_it_comes_back_when_it_was_asked_to_but_not_after_hours(naps: list[float]) -> None:
    wiki, _ = wiki_with((200, {"Retry-After": "7"}, error("maxlag")), {"ok": 1})
    wiki.get()
    assert 7 <= naps[0] < 9


def test_a_wiki_that_asks_to_come_back_after_hours_is_not_asked_before(
    naps: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    wiki, adapter = wiki_with((503, {"Retry-After": "7200", "Content-Type": "text/html"}, b"later"), {"ok": 1})
    with pytest.raises(WikiUnreachable, match="HTTP status 503"):
        wiki.get()
    with pytest.raises(WikiUnreachable, match=r"asked not to be asked for another 7[12]"):
        wiki.get()
    assert naps == []
    assert len(adapter.asked) == 1
    later = time.monotonic() + 7201
    monkeypatch.setattr("picklebot.wiki.client.time.monotonic", lambda: later)
    assert wiki.get() == {"ok": 1}


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("body", [b"<h1>Not now</h1>", {"error": {"code": "wait", "info": "a while"}}])
def test_servers_on_the_way_are_waited_for(naps: list[float], status: int, body: object) -> None:
    wiki, _ = wiki_with((status, {"Retry-After": "3"}, body), (status, {}, body), {"ok": 1})
    assert wiki.get() == {"ok": 1}
    assert 3 <= naps[0] < 4
    assert 1 <= naps[1] < 4


def test_when_to_come_back_can_be_a_date(naps: list[float]) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    wiki, _ = wiki_with((429, {"Retry-After": then}, b""), (429, {"Retry-After": "soon"}, b""), {"ok": 1})
    wiki.get()
    assert 18 <= naps[0] < 25
    assert naps[1] < 4


def test_a_wiki_that_answered_before_is_asked_again_when_its_answer_is_none(naps: list[float]) -> None:
    wiki, _ = wiki_with({"ok": 1}, (500, {}, b"<h1>Fatal"), (200, {}, b'{"cut": '), {"ok": 2})
    wiki.get()
    assert wiki.get() == {"ok": 2}
    assert len(naps) == 2


def test_a_database_that_fails_is_waited_for(naps: list[float]) -> None:
    wiki, _ = wiki_with(error("internal_api_error_DBQueryError"), {"ok": 1})
    assert wiki.get() == {"ok": 1}
    assert len(naps) == 1


def test_pauses_double_and_differ(naps: list[float]) -> None:
    for _ in range(10):
        wiki, _ = wiki_with(*[error("readonly")] * 4, {"ok": 1}, retries=4)
        wiki.get()
    for doubling in range(4):
        pauses = naps[doubling::4]
        assert len(set(pauses)) == 10
        assert 2**doubling <= min(pauses) < max(pauses) <= 1.5 * 2**doubling


def test_nothing_is_repeated_that_would_come_after_the_deadline(naps: list[float]) -> None:
    wiki, adapter = wiki_with((429, {"Retry-After": "30"}, b""), {"ok": 1}, deadline=Deadline.after(20))
    with pytest.raises(WikiUnreachable, match="HTTP status 429"):
        wiki.get()
    assert wiki.get() == {"ok": 1}
    assert naps == []
    assert len(adapter.asked) == 2


def test_what_is_too_long_for_a_url_is_posted_as_a_promise_to_change_nothing() -> None:
    wiki, adapter = wiki_with({"ok": 1}, {"ok": 1})
    wiki.get(text="x" * 5_000)
    wiki.get(text="數" * 1_000)
    assert [method for method, _ in adapter.asked] == ["GET", "POST"]
    assert [sent.get("Promise-Non-Write-API-Action") for sent in adapter.headers] == [None, "true"]
    assert {sent["Accept-Encoding"].partition(",")[0] for sent in adapter.headers} == {"gzip"}


def test_a_wiki_on_this_machine_is_not_asked_how_busy_it_is() -> None:
    wiki, adapter = Wiki("http://localhost/api.php"), Answers({"ok": 1})
    wiki._session.mount("http://", adapter)
    wiki.get()
    assert "maxlag" not in adapter.asked[0][1]


def test_every_thread_has_a_connection_of_its_own_and_all_share_one_count() -> None:
    wiki = Wiki(API)
    sessions = []

    def ask() -> None:
        wiki._session.mount("https://", Answers(*[{"ok": 1}] * 100))
        sessions.append(wiki._session)
        for _ in range(100):
            wiki.get()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(session) for session in sessions}) == 4
    assert wiki.requests_made == 400


def test_a_wiki_that_always_says_later_is_given_up(naps: list[float]) -> None:
    wiki, adapter = wiki_with(*[error("maxlag")] * 3, retries=2)
    with pytest.raises(ApiError, match="maxlag"):
        wiki.get()
    assert len(adapter.asked) == 3
    assert len(naps) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (200, {"Content-Type": "text/html"}, b"<html>"),
        (500, {"Content-Type": "text/html"}, b"<html>"),
        (500, {}, {"no": "error"}),
        (200, {}, b'{"cut": '),
        (200, {}, b""),
        (200, {}, ["a list"]),
        (200, {}, None),
        (404, {}, {"error": "of somebody else's"}),
    ],
)
def test_what_is_no_answer_of_the_api_is_none(answer: tuple[int, dict[str, str], object]) -> None:
    wiki, _ = wiki_with(answer)
    with pytest.raises(WikiUnreachable, match=f"^{API} does not answer as MediaWiki's API does") as caught:
        wiki.get()
    assert str(answer[0]) in str(caught.value)


def test_a_first_answer_that_is_the_apis_and_lacks_a_part_is_asked_for_again(naps: list[float]) -> None:
    wiki, adapter = wiki_with({"batchcomplete": True, "query": {}}, {"batchcomplete": True, "query": {"tags": []}})
    assert wiki.get(action="query", list="tags")["query"] == {"tags": []}
    assert (len(adapter.asked), len(naps)) == (2, 1)


@pytest.mark.parametrize("status", [403, 429])
def test_the_words_of_a_server_that_refuses_are_shown_and_nothing_else_of_its_page(status: int) -> None:
    page = (
        b"<!DOCTYPE html><head><title>No</title></head><style>a { color: red }</style><script>x()</script>"
        b"<p>Your IP <b>192.0.2.7</b> was blocked&nbsp;by Ann: <i>too many requests</i>. <!-- hidden -->"
    )
    wiki, _ = wiki_with((status, {"Content-Type": "text/html"}, page + b"Ask us. " * 1000), retries=0)
    with pytest.raises(WikiUnreachable, match=r"Your IP 192\.0\.2\.7 was blocked by Ann: too many requests") as caught:
        wiki.get()
    assert len(str(caught.value)) < 500
    assert not any(word in str(caught.value) for word in ("<", "hidden", "color", "x()"))


def test_byte_order_marks_around_an_answer_are_passed_over() -> None:
    mark = "\ufeff".encode()
    wiki, _ = wiki_with(*[(200, {}, body) for body in (mark * 2 + b'{"ok": 1}', b'{"ok": 1}\n' + mark + b"\n")])
    assert wiki.get() == wiki.get() == {"ok": 1}


def test_an_error_that_comes_with_an_error_status_is_the_apis() -> None:
    wiki, _ = wiki_with((500, {}, error("internal_api_error_Exception")))
    with pytest.raises(ApiError, match="internal_api_error_Exception"):
        wiki.get()


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (requests.ConnectionError(ConnectionRefusedError("refused")), "refused"),
        (requests.ReadTimeout("read timed out"), "read timed out"),
        (requests.TooManyRedirects("too many"), "too many"),
        (requests.exceptions.ChunkedEncodingError("broken off"), "broken off"),
    ],
)
def test_a_network_that_fails_is_told_in_a_few_words(raised: Exception, said: str) -> None:
    wiki, _ = wiki_with(raised, retries=0)
    with pytest.raises(WikiUnreachable, match=f"^no answer from {API}: {said}$"):
        wiki.get()


OWN_TOKEN = {"batchcomplete": True, "query": {"tokens": {"csrftoken": "abc+\\"}}}
CONSOLE = {"action": "scribunto-console", "title": "Module:Foo", "question": "1"}
PRINTED = {"type": "normal", "print": "", "return": ""}


def test_the_token_of_all_who_are_not_logged_in_is_asked_for_only_where_the_wiki_does_not_take_it() -> None:
    wiki, adapter = wiki_with(PRINTED, error("badtoken"), OWN_TOKEN, PRINTED, PRINTED)
    for _ in range(3):
        assert wiki.post_with_token(**CONSOLE) == PRINTED
    tokens = [asked.get("token") for _, asked in adapter.asked]
    assert tokens == ["+\\", "+\\", None, "abc+\\", "abc+\\"]


def test_a_token_that_the_wiki_gives_and_does_not_take_is_no_reason_to_ask_for_ever() -> None:
    same = {"batchcomplete": True, "query": {"tokens": {"csrftoken": "+\\"}}}
    for given in (same, OWN_TOKEN):
        wiki, _ = wiki_with(error("badtoken"), given, error("badtoken"))
        with pytest.raises(ApiError, match="badtoken"):
            wiki.post_with_token(**CONSOLE)


def test_the_user_agent_names_who_runs_the_bot() -> None:
    assert user_agent("").startswith("picklebot/")
    assert " (ops@example.org) " in user_agent("ops@example.org")
    assert "python-requests/" in user_agent("")
    assert " (https://meta.wikimedia.org/wiki/User:%C3%89milie) " in user_agent(
        "https://meta.wikimedia.org/wiki/User:Émilie"
    )
    assert "\n" not in user_agent("a\nHeader: b")


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080/api.php", True),
        ("http://localhost/api.php", True),
        ("http://[::1]/api.php", True),
        ("http://wiki.localhost/api.php", True),
        ("https://en.wikipedia.org/w/api.php", False),
        ("http://localhost.example.org/api.php", False),
        ("http://127.0.0.1.example.org/api.php", False),
        ("http://127.evil.example/api.php", False),
        ("http://[nonsense/api.php", False),
        ("nonsense", False),
    ],
)
def test_this_machine_is_told_from_all_others(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


def test_requests_are_counted() -> None:
    wiki, _ = wiki_with({}, {})
    wiki.get()
    wiki.post()
    assert wiki.requests_made == 2
