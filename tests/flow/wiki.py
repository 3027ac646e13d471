"""The wiki in memory, as requests reach it: in place of all connections that this process would make."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.client import HTTPMessage
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from tests.flow.api import Api, ApiError
from tests.flow.clock import Clock
from tests.flow.pages import Pages
from tests.flow.scripts import Scripts, suite

__all__ = ["Asked", "Fault", "ScriptedWiki", "serving"]

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request that reached the wiki, and as whom."""

    parameters: Mapping[str, str]
    user: str

    @property
    def action(self) -> str:
        return self.parameters.get("action", "")

    def has(self, **parameters: str) -> bool:
        """Whether these are among its parameters; each may be one of several words there."""
        return all(word in self.parameters.get(name, "").split("|") for name, word in parameters.items())


@dataclass(frozen=True)
class Fault:
    """Stands in place of an answer: an error of the API's, an HTTP status, or a connection that is lost."""

    code: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Json | None = None
    lost: bool = False


@dataclass
class ScriptedWiki:
    """A wiki whose pages are edited and whose suites are scripted by the test.

    :ivar asked: all requests
    :ivar also_at: further addresses at which it answers
    :ivar fault: decides what becomes of each request; None lets it pass
    :ivar meanwhile: called before each request is answered: what happens on the wiki in the midst of a harvest
    """

    clock: Clock
    pages: Pages = field(init=False)
    scripts: Scripts = field(init=False)
    api: Api = field(init=False)
    asked: list[Asked] = field(default_factory=list)
    fault: Callable[[Asked], Fault | None] = lambda _: None
    meanwhile: Callable[[Asked], object] = lambda _: None
    _sessions: dict[str, str] = field(default_factory=dict)

    url = "http://127.0.0.1/api.php"
    also_at: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.pages = Pages(self.clock)
        self.scripts = Scripts(self.pages)
        self.api = Api(self.pages, self.scripts)

    def log_all_out(self) -> None:
        """Forget who is logged in, as a wiki does that is restarted."""
        self._sessions.clear()

    def add_modules(self, *names: str) -> None:
        """More modules with tests that pass."""
        for name in names:
            self.pages.edit(f"Module:{name}", "return {}")
            self.pages.edit(f"Module:{name}/testcases", suite(f"Module:{name}"))

    def log_lines(self) -> list[str]:
        """The lines of the bot's log pages."""
        return [line for title, page in self.pages.pages.items() if "/Log" in title for line in page.text.splitlines()]

    def questions(self, **parameters: str) -> list[Asked]:
        """Requests with these parameters."""
        return [asked for asked in self.asked if asked.has(**parameters)]

    def writes(self) -> list[Asked]:
        """Requests that change something."""
        return [asked for asked in self.asked if asked.action in ("edit", "tag", "managetags")]

    def answer(self, request: requests.PreparedRequest) -> requests.Response:
        """What a request comes to."""
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        query = urlsplit(request.url or "").query
        parameters = dict(parse_qsl(f"{query}&{body}", keep_blank_values=True))
        cookies = SimpleCookie(request.headers.get("Cookie", ""))
        session = cookies["session"].value if "session" in cookies else ""
        asked = Asked(parameters, self._sessions.get(session, ""))
        self.asked.append(asked)
        self.meanwhile(asked)
        fault = self.fault(asked)
        if fault is not None and fault.lost:
            raise requests.ConnectionError("the connection was lost")
        headers: dict[str, str] = {"Content-Type": "application/json", "Date": format_datetime(self.clock.now)}
        if fault is not None:
            answer = fault.answer if fault.answer is not None else {"error": {"code": fault.code, "info": "scripted"}}
            content = "<h1>Not now</h1>" if fault.status >= 400 and not fault.code else json.dumps(answer)
            return _response(request, content, {**headers, **fault.headers}, fault.status)
        try:
            answer = self._login(asked, headers) if asked.action == "login" else self.api.answer(parameters, asked.user)
        except ApiError as error:
            answer = error.answer
        return _response(request, json.dumps(answer), headers, 200)

    def _login(self, asked: Asked, headers: dict[str, str]) -> Json:
        name = asked.parameters["lgname"].partition("@")[0]
        if self.api.passwords.get(name) != asked.parameters["lgpassword"]:
            return {"login": {"result": "Failed", "reason": "Incorrect username or password entered."}}
        session = f"s{len(self._sessions) + len(self.asked)}"
        self._sessions[session] = name
        headers["Set-Cookie"] = f"session={session}; path=/"
        return {"login": {"result": "Success", "lguserid": 7, "lgusername": name}}


@contextmanager
def serving(wiki: ScriptedWiki, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedWiki]:
    """Let the wiki answer whatever this process asks by HTTP, and nobody else."""

    def send(_: HTTPAdapter, request: requests.PreparedRequest, **__: object) -> requests.Response:
        assert (request.url or "").startswith((wiki.url, *wiki.also_at)), request.url
        return wiki.answer(request)

    with monkeypatch.context() as patched:
        patched.setattr(HTTPAdapter, "send", send)
        yield wiki


class _Original:
    """What `http.client` would have read: cookies are taken from there."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self.msg = HTTPMessage()
        for name, value in headers.items():
            self.msg[name] = value

    def isclosed(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing is open."""


def _response(
    request: requests.PreparedRequest, content: str, headers: Mapping[str, str], status: int
) -> requests.Response:
    original: Any = _Original(headers)
    raw = HTTPResponse(io.BytesIO(content.encode()), headers, status, preload_content=False, original_response=original)
    response: requests.Response = HTTPAdapter().build_response(request, raw)
    return response
