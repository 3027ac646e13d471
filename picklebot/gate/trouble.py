"""Errors of a wiki, parted by whose they are: the software's, the network's, or ones that stay. Pure."""

from __future__ import annotations

from enum import StrEnum

from picklebot.errors import ApiError, NoScribuntoError, WikiError, WikiUnreachable

__all__ = ["Trouble", "trouble_of"]

# https://www.mediawiki.org/wiki/API:Errors_and_warnings; MediaWiki's own words for "come back later".
_LATER = frozenset({"maxlag", "ratelimited", "readonly", "concurrency-limit"})
_INTERNAL = "internal_api_error_"
# Errors of PHP that come from something behind MediaWiki, by the names of their classes.
_BEHIND = ("DB", "Timeout", "PoolCounter", "ReadOnly", "Redis", "Memcached", "JobQueue", "Http", "Lock")
_TOO_MANY = 429


class Trouble(StrEnum):
    """Whose an error is."""

    #: The network's, or that of something behind MediaWiki: it may pass.
    INFRASTRUCTURE = "infrastructure"
    #: No answer came in time, or none at all: the network's fault, or that of a request that takes too long.
    SILENCE = "silence"
    #: MediaWiki itself says that PHP failed.
    SOFTWARE = "software"
    #: The request ended without an answer, or with HTTP's 5xx: whose that is, a control request tells.
    ENDED = "ended"
    #: The request ended with something that the API does not say, such as PHP's own words on an error, or a login page:
    #: whose that is, a control request tells. Where that is not made, another try would come to the same.
    FOREIGN = "foreign"
    #: Another try would come to the same, and it says nothing of the software.
    LASTING = "lasting"

    @property
    def passing(self) -> bool:
        """Whether another try may come to something."""
        return self in (Trouble.INFRASTRUCTURE, Trouble.SILENCE, Trouble.ENDED)

    @property
    def ends_request(self) -> bool:
        """Whether the request ended without an answer of the API, so that its suite may have ended it."""
        return self in (Trouble.ENDED, Trouble.FOREIGN)


def trouble_of(error: WikiError | None) -> Trouble:
    """Whose an error is; None stands for a mistake of our own."""
    if isinstance(error, NoScribuntoError):
        return Trouble.SOFTWARE
    if isinstance(error, ApiError):
        return _of_api(error.code)
    if not isinstance(error, WikiUnreachable) or error.lasting:
        return Trouble.LASTING
    return _of_http(error)


def _of_http(error: WikiUnreachable) -> Trouble:
    if error.cut or error.status >= 500:  # noqa: PLR2004 (a class of HTTP statuses)
        return Trouble.ENDED
    if error.status == 0:
        return Trouble.SILENCE
    if error.status < 300:  # noqa: PLR2004 (as above)
        return Trouble.FOREIGN
    return Trouble.INFRASTRUCTURE if error.status == _TOO_MANY else Trouble.LASTING


def _of_api(code: str) -> Trouble:
    if code in _LATER:
        return Trouble.INFRASTRUCTURE
    if not code.startswith(_INTERNAL):
        return Trouble.LASTING
    name = code.removeprefix(_INTERNAL)
    return Trouble.INFRASTRUCTURE if any(word in name for word in _BEHIND) else Trouble.SOFTWARE
