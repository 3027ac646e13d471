"""A small reading client for a wiki's api.php."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from picklebot import __version__
from picklebot.errors import ApiError, WikiUnreachable
from picklebot.jsontext import read_json

__all__ = ["Answer", "Wiki", "is_loopback", "user_agent"]

#: A decoded JSON answer of the API (``formatversion=2``).
Answer = dict[str, Any]
Parameter = str | int | bool | Iterable[str | int] | None

# The API asks to come back later with these (https://www.mediawiki.org/wiki/API:Errors_and_warnings).
_LATER = frozenset({"maxlag", "ratelimited", "readonly"})
# A wiki that waits longer than this for one request is no wiki to wait for, seconds.
_LONGEST_WAIT = 60.0
_TITLES_A_REQUEST = 50


def user_agent(contact: str) -> str:
    """Name ourselves as https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy asks."""
    who = f" ({contact})" if contact else ""
    return f"picklebot/{__version__}{who} python-requests/{requests.__version__}"


def is_loopback(url: str) -> bool:
    """Whether a URL leads to this very machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")


class Wiki:
    """One wiki's API, read one request at a time over one kept connection.

    :param api: the URL of ``api.php``
    :param contact: who runs this bot, for the User-Agent
    :param timeout: seconds to wait for an answer
    :param retries: how often a request is repeated before it is given up
    :ivar clock: what time it was on the wiki when it last answered, UTC, whole seconds
    """

    def __init__(self, api: str, *, contact: str = "", timeout: float = 60.0, retries: int = 3) -> None:
        self.api = api
        self.timeout = timeout
        self.retries = retries
        self.requests_made = 0
        self.clock = datetime.min.replace(tzinfo=UTC)
        self._token: str | None = None
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent(contact)
        if is_loopback(api):
            self._session.trust_env = False  # a proxy for the outside has no business with this machine
        retry = Retry(
            total=retries,
            backoff_factor=0.5,
            backoff_jitter=0.5,
            backoff_max=_LONGEST_WAIT,
            status_forcelist=(429, 502, 503, 504),
            allowed_methods=None,
            raise_on_status=False,
        )
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retry))

    def get(self, **parameters: Parameter) -> Answer:
        """Ask with GET. Lists are joined with ``|``, None and False are left out.

        :raises ApiError: the wiki answered with an error
        :raises WikiUnreachable: no usable answer was had
        """
        return self._ask(lambda data: self._session.get(self.api, params=data, timeout=self.timeout), parameters)

    def post(self, **parameters: Parameter) -> Answer:
        """Ask with POST: for modules that require it and for parameters too long for a URL. Raises as `get`."""
        return self._ask(lambda data: self._session.post(self.api, data=data, timeout=self.timeout), parameters)

    def query(self, **parameters: Parameter) -> Iterator[Answer]:
        """Yield the ``query`` part of each answer until the wiki has nothing to continue with.

        https://www.mediawiki.org/wiki/API:Continue
        """
        more: dict[str, Parameter] = {}
        while True:
            answer = self.get(action="query", **{**parameters, **more})
            if "query" in answer:
                yield answer["query"]
            if "continue" not in answer:
                return
            more = answer["continue"]

    def pages(self, names: Iterable[str], *, by: str = "titles", **parameters: Parameter) -> Iterator[Answer]:
        """Yield one page object per title (or ``pageids``), asking for many at a time; they should differ."""
        for some in batched(names):
            merged: dict[object, Answer] = {}
            for part in self.query(**{by: some}, **parameters):
                for page in part.get("pages", ()):
                    merged.setdefault(page.get("title", page.get("pageid")), {}).update(page)
            yield from merged.values()

    def csrf_token(self) -> str:
        """The token that POST modules want; for someone not logged in it is the same for all."""
        if self._token is None:
            tokens = self.get(action="query", meta="tokens", type="csrf")["query"]["tokens"]
            self._token = cast(str, tokens["csrftoken"])
        return self._token

    def _ask(self, send: Callable[[dict[str, str]], requests.Response], parameters: Mapping[str, Parameter]) -> Answer:
        data = _encode(parameters)
        for attempt in range(self.retries + 1):
            answer, wait = self._once(send, data)
            error = answer.get("error")
            if error is None:
                return answer
            if error["code"] not in _LATER or attempt == self.retries:
                raise ApiError(error["code"], error.get("info", ""))
            pause = wait if wait is not None else 2.0**attempt
            time.sleep(min(pause, _LONGEST_WAIT) * random.uniform(1.0, 1.2))  # noqa: S311 (jitter, no secret)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _once(
        self, send: Callable[[dict[str, str]], requests.Response], data: dict[str, str]
    ) -> tuple[Answer, float | None]:
        self.requests_made += 1
        try:
            response = send(data)
            answer = read_json(response.content.decode("utf-8", "replace"))
        except (requests.RequestException, OSError) as error:
            raise WikiUnreachable(f"no answer from {self.api}: {_reason(error)}") from error
        except ValueError as error:
            raise WikiUnreachable(_not_json(self.api, response)) from error
        self.clock = _date(response) or self.clock
        if not isinstance(answer, dict) or not _as_the_api_does(answer.get("error"), response):
            raise WikiUnreachable(_not_json(self.api, response))
        return answer, _seconds(response.headers.get("Retry-After"))


def batched(names: Iterable[str]) -> Iterator[list[str]]:
    """Split titles or ids into lists that one request may carry."""
    iterator = iter(names)
    while some := list(islice(iterator, _TITLES_A_REQUEST)):
        yield some


def _encode(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Turn Python values into what the API reads (https://www.mediawiki.org/wiki/API:Data_formats)."""
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
    except ValueError:
        return None


def _as_the_api_does(error: object, response: requests.Response) -> bool:
    return response.ok if error is None else isinstance(error, dict) and "code" in error


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


def _reason(error: Exception) -> str:
    """The innermost cause in a few words: the outer ones repeat the URL and the class names."""
    while error.args and isinstance(error.args[-1], Exception):
        error = error.args[-1]
    reason = getattr(error, "reason", None)
    return _reason(reason) if isinstance(reason, Exception) else f"{error}".rpartition(": ")[2] or type(error).__name__


def _not_json(api: str, response: requests.Response) -> str:
    kind = response.headers.get("Content-Type", "no content type").partition(";")[0]
    hint = "" if urlsplit(api).path.endswith("api.php") else "; the URL should be that of the wiki's api.php"
    return f"{api} does not answer as MediaWiki's API does (HTTP status {response.status_code}, {kind}){hint}"
