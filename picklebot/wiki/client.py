"""A small reading client for a wiki's api.php."""

from __future__ import annotations

import http.client
import math
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from itertools import islice
from typing import cast
from urllib.parse import quote, urlencode, urlsplit

import requests

from picklebot import __version__
from picklebot.deadline import NEVER, Deadline
from picklebot.defaults import RETRIES, TIMEOUT_SECONDS
from picklebot.errors import AnswerError, ApiError, CutAnswerError, WikiError, WikiUnreachable
from picklebot.text.json import read_json
from picklebot.text.redaction import redact, shown_url
from picklebot.wiki.retry import GivenUp, Refusal, persist
from picklebot.wiki.shape import Answer, check
from picklebot.wiki.target import Target
from picklebot.wiki.transport import Route, TooLargeError, Transport

__all__ = [
    "LATER",
    "LATER_STATUSES",
    "NETWORK",
    "Answer",
    "Parameter",
    "Wiki",
    "encode",
    "network_reason",
    "not_as_the_api_does",
    "retry_after",
    "user_agent",
]

Parameter = str | int | bool | Iterable[str | int] | None

# The API asks to come back later with these (https://www.mediawiki.org/wiki/API:Errors_and_warnings).
LATER = frozenset({"maxlag", "ratelimited", "readonly", "concurrency-limit"})
# As MediaWiki puts it, when its database fails.
_DATABASE = "internal_api_error_DB"
# So do servers on the way to it; these too when the wiki has answered properly before.
LATER_STATUSES = frozenset({429, 502, 503, 504})
NETWORK = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    TooLargeError,
)
# Nor is a wiki believed that asks for more than a week.
_MAX_CLOSED_SECONDS = 7 * 86_400.0
# A list that is continued in so many parts has no end; nor has one where so many are like earlier ones. Some are empty.
_MAX_PARTS = 20_000
_MAX_PARTS_ALIKE = 20
# Of an answer that is none, so much is shown, characters.
_SHOWN_CHARACTERS = 300
_READ_CHARACTERS = 10_000
_UNSHOWN = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
# https://www.mediawiki.org/wiki/Manual:Maxlag_parameter, seconds.
_MAX_LAG_SECONDS = 5
# Servers refuse URLs of about 8,000 bytes; a query longer than this, in characters, is posted.
_MAX_QUERY_CHARACTERS = 6_000
_TITLES_A_REQUEST = 50


_ANONYMOUS_TOKEN = "+\\"  # noqa: S105 (the same for all)
# Characters that a header may hold as they are.
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))


def user_agent(contact: str) -> str:
    """Name ourselves as https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy asks."""
    who = f" ({quote(contact, safe=_PRINTABLE)})" if contact else ""
    return f"picklebot/{__version__}{who} python-requests/{requests.__version__}"


class Wiki:
    """One wiki's API, read one request at a time over one kept connection (one of each per thread that asks).

    Every request but those to this machine says with ``maxlag`` that it may be refused while the wiki is busy. What may
    come to something later is repeated, with pauses that double and vary, or that the wiki asks for.

    :param target: where and how it is asked; a URL of ``api.php`` will do
    :param contact: who runs this bot, for the User-Agent
    :param timeout: seconds to wait for an answer, until it is whole
    :param retries: how often a request is repeated before it is given up
    :param deadline: after it nothing is asked any more, and no answer waited for
    :param slots: held during each request, such as a semaphore that clients of one wiki share
    :ivar shown: the URL as messages may show it, without a password
    :ivar clock: the wiki's time when it last answered, UTC, whole seconds
    """

    def __init__(
        self,
        target: Target | str,
        *,
        contact: str = "",
        timeout: float = TIMEOUT_SECONDS,
        retries: int = RETRIES,
        deadline: Deadline = NEVER,
        slots: AbstractContextManager[object] | None = None,
    ) -> None:
        self.target = Target.of(target)
        self.api = self.target.api
        self.shown = shown_url(self.api).replace("***@", "")
        self.timeout = timeout
        self.retries = retries
        self.deadline = deadline
        self.requests_made = 0
        self._route = Route(self.target)
        self.clock = datetime.min.replace(tzinfo=UTC)
        self._agent = user_agent(contact)
        self._token = _ANONYMOUS_TOKEN
        self._spoke = False
        self._closed_until = -math.inf
        self._slots = slots or nullcontext()
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def reached(self) -> Target:
        """The target at which the wiki answers: where redirects led from the given one."""
        return self.target.at(self._route.follow(self.api))

    @property
    def _session(self) -> requests.Session:
        """Of this thread alone: sessions are not made to be shared. They ask for gzip, and keep their connection."""
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = Transport(self._route, timeout=self.timeout, deadline=self.deadline)
            session.headers["User-Agent"] = self._agent
        return cast(requests.Session, session)

    def get(self, **parameters: Parameter) -> Answer:
        """Read: with GET, unless it is too long for a URL. Lists are joined with ``|``, None and False are left out.

        :raises ApiError: the wiki answered with an error
        :raises WikiUnreachable: no usable answer was had
        """
        data = self._encode(parameters)
        if len(urlencode(data)) <= _MAX_QUERY_CHARACTERS:
            return self._ask(data, lambda: self._session.get(self.api, params=data))
        # Tells a wiki with several data centres that any of them will do.
        headers = {"Promise-Non-Write-API-Action": "true"}
        return self._ask(data, lambda: self._session.post(self.api, data=data, headers=headers))

    def post(self, **parameters: Parameter) -> Answer:
        """Ask with POST: for modules that require it. Raises as `get`."""
        data = self._encode(parameters)
        return self._ask(data, lambda: self._session.post(self.api, data=data))

    def query(self, **parameters: Parameter) -> Iterator[Answer]:
        """Yield the ``query`` part of each answer until the wiki has nothing to continue with.

        https://www.mediawiki.org/wiki/API:Continue

        :raises AnswerError: it goes on and on, and leads nowhere
        """
        more: dict[str, Parameter] = {}
        seen: set[int] = set()
        twice = 0
        for _ in range(_MAX_PARTS):
            answer = self.get(action="query", **{**parameters, **more})
            if "query" in answer:
                yield answer["query"]
            if "continue" not in answer:
                return
            more = answer["continue"]
            for mark in (hash(repr(more)), hash(repr(answer.get("query")))):
                twice += mark in seen
                seen.add(mark)
            if twice > _MAX_PARTS_ALIKE:
                break
        raise AnswerError(f"{self.shown} answers with a list that goes on and on, and leads nowhere")

    def pages(self, names: Iterable[str], *, by: str = "titles", **parameters: Parameter) -> Iterator[Answer]:
        """Yield one page object per title (or ``pageids``), asking for many at a time; they should differ.

        Where the wiki writes a title otherwise than it was asked for, ``asked`` holds the other spellings.
        """
        for some in batched(names):
            merged: dict[object, Answer] = {}
            asked: dict[str, list[str]] = {}
            for part in self.query(**{by: some}, **parameters):
                asked |= {each["to"]: [] for each in part.get("normalized", ())}
                for each in part.get("normalized", ()):
                    asked[each["to"]].append(each["from"])
                for page in part.get("pages", ()):
                    merged.setdefault(page.get("title", page.get("pageid")), {}).update(page)
            for page in merged.values():
                others = asked.get(page.get("title", ""))
                yield {**page, "asked": others} if others else page

    def post_with_token(self, **parameters: Parameter) -> Answer:
        """Ask a module that wants a token. Raises as `get`.

        For someone not logged in it is the same on all wikis (https://www.mediawiki.org/wiki/API:Tokens): the wiki is
        asked for one only where it does not take that.
        """
        try:
            return self.post(**parameters, token=self._token)
        except ApiError as error:
            if error.code != "badtoken":
                raise
            refused, self._token = self._token, self._own_token()
            if self._token == refused:
                raise
        return self.post(**parameters, token=self._token)

    def _own_token(self) -> str:
        tokens = self.get(action="query", meta="tokens", type="csrf")["query"]["tokens"]
        return cast(str, tokens["csrftoken"])

    def _encode(self, parameters: Mapping[str, Parameter]) -> dict[str, str]:
        return encode(parameters if self.target.local else {"maxlag": _MAX_LAG_SECONDS, **parameters})

    def _ask(self, asked: Mapping[str, str], send: Callable[[], requests.Response]) -> Answer:
        closed = self._closed_until - time.monotonic()
        if closed > 0:
            raise WikiUnreachable(f"{self.shown} asked not to be asked for another {math.ceil(closed)} seconds")
        answer = persist(lambda: self._once(asked, send), self.deadline)
        if isinstance(answer, GivenUp):
            refusal = answer.refusal
            if refusal.closed and refusal.wait is not None:
                self._closed_until = time.monotonic() + refusal.wait
            raise refusal.error
        return answer

    def _once(self, asked: Mapping[str, str], send: Callable[[], requests.Response]) -> Answer | Refusal:
        with self._lock:
            self.requests_made += 1
        try:
            with self._slots:
                response = send()
        except (requests.RequestException, OSError) as error:
            words = f"no answer from {self.shown}: {redact(network_reason(error))}"
            inner = _innermost(error)
            again = isinstance(error, NETWORK)
            lasting = not again or isinstance(inner, ssl.SSLCertVerificationError)
            cut = isinstance(inner, http.client.RemoteDisconnected | ConnectionResetError)
            return self._refusal(WikiUnreachable(words, cut=cut, lasting=lasting), again=again)
        wait = retry_after(response.headers.get("Retry-After"))
        with self._lock:
            self.clock = max(_date(response) or self.clock, self.clock)
        said: object = None
        try:
            said = read_json(response.content.decode("utf-8", "replace"))
            answer = check(asked, said)
        except CutAnswerError as error:
            return self._refusal(CutAnswerError(f"the answer of {self.shown} is too large: {error}"), again=False)
        except (AnswerError, ValueError) as error:
            # That it is the API's shows in the first answer as well.
            self._spoke = self._spoke or (response.ok and isinstance(said, dict) and "query" in said)
            return self._no_answer(response, f"{error}", wait)
        if "error" not in answer:
            self._spoke = self._spoke or response.ok
            return answer if response.ok else self._no_answer(response, "", wait)
        code, info = answer["error"]["code"], answer["error"].get("info", "")
        again = code in LATER or code.startswith(_DATABASE) or response.status_code in LATER_STATUSES
        return self._refusal(ApiError(code, info), again=again, wait=wait if again else None, pause=1.0)

    def _no_answer(self, response: requests.Response, reason: str, wait: float | None) -> Refusal:
        again = self._spoke or response.status_code in LATER_STATUSES
        words = not_as_the_api_does(self.shown, response, reason)
        return self._refusal(AnswerError(words, status=response.status_code), again=again, wait=wait)

    def _refusal(self, error: WikiError, *, again: bool, wait: float | None = None, pause: float = 0.5) -> Refusal:
        """A request that came to nothing, and whether the same may come to something later."""
        return Refusal(error, self.retries if again else 0, wait, pause)


def batched(names: Iterable[str]) -> Iterator[list[str]]:
    """Split titles or ids into lists that one request may carry."""
    iterator = iter(names)
    while some := list(islice(iterator, _TITLES_A_REQUEST)):
        yield some


def encode(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Turn Python values into the API's format (https://www.mediawiki.org/wiki/API:Data_formats)."""
    data = {"format": "json", "formatversion": "2"}
    for name, value in parameters.items():
        if value is None or value is False:
            continue
        if value is True:
            data[name] = "1"
        elif isinstance(value, str | int):
            data[name] = str(value)
        else:
            data[name] = "|".join(map(str, value))
    return data


def _date(response: requests.Response) -> datetime | None:
    header = response.headers.get("Date")
    try:
        return parsedate_to_datetime(header).astimezone(UTC) if header else None
    except (OverflowError, ValueError):
        return None


def retry_after(header: str | None) -> float | None:
    """The value of ``Retry-After``: seconds or a date (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)."""
    if not header:
        return None
    if header.isdecimal():
        return min(float(header), _MAX_CLOSED_SECONDS)
    try:
        left = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        return min(max(left, 0.0), _MAX_CLOSED_SECONDS)
    except (OverflowError, TypeError, ValueError):
        return None


def network_reason(error: Exception) -> str:
    """The innermost cause in a few words: the outer ones repeat the URL and the class names."""
    error = _innermost(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message}); tls_ca names a file of trusted ones"
    return f"{error}".rpartition(": ")[2] or type(error).__name__


def _innermost(error: Exception) -> Exception:
    """The error that others were made of."""
    while True:
        inner = error.args[-1] if error.args else None
        inner = inner if isinstance(inner, Exception) else getattr(error, "reason", None)
        if not isinstance(inner, Exception):
            return error
        error = inner


def not_as_the_api_does(api: str, response: requests.Response, reason: str) -> str:
    """Words for an answer that is none, with those of the server, or else our own reason."""
    kind = response.headers.get("Content-Type", "no content type").partition(";")[0]
    hint = "" if urlsplit(api).path.endswith("api.php") else "; the URL should be that of the wiki's api.php"
    said = "" if response.ok else _words(response)
    return (
        f"{api} does not answer as MediaWiki's API does (HTTP status {response.status_code}, {kind}): {said or reason}"
        f"{hint}"
    )


def _words(response: requests.Response) -> str:
    """The text of a page for its reader: who was blocked, and why, or when to come back."""
    text = response.content[:_READ_CHARACTERS].decode("utf-8", "replace")
    words = " ".join(unescape(_UNSHOWN.sub(" ", text)).split())
    return redact(words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]}…")
