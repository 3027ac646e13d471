"""Everything picklebot raises on purpose.

::

    PicklebotError
     +-- UsageError                 the user's input is wrong; exit status 2
     |    +-- ConfigError           a setting, naming where it came from
     |    +-- StrategyError         a strategy file, naming file, line, key and expected value
     +-- WorkError                  the work could not be done; exit status 3
          +-- WikiError             the wiki did not answer as a wiki does
          |    +-- WikiUnreachable  network, HTTP status, truncated or non-JSON answer
          |    |    +-- AnswerError  the answer is not of the shape that the API gives
          |    |         +-- CutAnswerError  because the wiki left out a part that was too large
          |    +-- NoScribuntoError  the wiki has no modules
          |    +-- ApiError         the wiki answered with an error of its own (``code``, ``info``)
          +-- StoreError            the store cannot be opened, read or written
          |    +-- LeaseError       another harvest of the same wiki runs
          |    +-- IdentityError    a wiki says that it is another one, which is known at another address
          +-- RecordingError        an account cannot record (login, rights, protection, undefined tags)
          |    +-- StoppedError     whatever the page: blocked, a lost right, a closed wiki, no time left
          +-- PluginError           a plugin cannot be loaded, or failed at its work
          +-- SandboxError          the wiki in a folder cannot be made, started or stopped

A message names the fault and its remedy. Bad test reports are data, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

__all__ = [
    "AnswerError",
    "ApiError",
    "ConfigError",
    "CutAnswerError",
    "IdentityError",
    "LeaseError",
    "NoScribuntoError",
    "PicklebotError",
    "PluginError",
    "RecordingError",
    "SandboxError",
    "StoppedError",
    "StoreError",
    "StrategyError",
    "UsageError",
    "WikiError",
    "WikiUnreachable",
    "WorkError",
]


class PicklebotError(Exception):
    """Root of all errors that picklebot raises on purpose."""

    exit_status: ClassVar[int] = 3


class UsageError(PicklebotError):
    """Input of the user is wrong: an argument, a setting, a file."""

    exit_status = 2


class ConfigError(UsageError):
    """A setting is missing or wrong."""


class StrategyError(UsageError):
    """A strategy file is wrong."""


class WorkError(PicklebotError):
    """The work could not be done, for reasons outside the command line."""


class WikiError(WorkError):
    """The wiki did not answer as a wiki does."""


class WikiUnreachable(WikiError):  # noqa: N818 (reads as a state, and is one)
    """No usable answer: the network, an HTTP status, a truncated or non-JSON body.

    :param status: HTTP status of an answer that is none of the API's; 0 where none came
    :param cut: whether the connection was closed before the first byte of an answer
    :param lasting: whether another try would come to the same: a certificate that is not trusted, a redirect elsewhere
    """

    def __init__(self, message: str, *, status: int = 0, cut: bool = False, lasting: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.cut = cut
        self.lasting = lasting


class AnswerError(WikiUnreachable):
    """An answer that is not of the shape that the API gives, or lacks a part that was asked for."""


class CutAnswerError(AnswerError):
    """An answer larger than the wiki's API gives: the wiki left a part of it out."""


class ApiError(WikiError):
    """The wiki's API answered with an error of its own.

    :param code: the API's error code, such as ``badtoken``
    :param info: the API's words
    """

    def __init__(self, code: str, info: str) -> None:
        super().__init__(f"the wiki answers {code}: {info}")
        self.code = code
        self.info = info


class NoScribuntoError(WikiError):
    """The wiki has no Scribunto, and so no modules."""


class StoreError(WorkError):
    """The store cannot be opened, read or written."""


class LeaseError(StoreError):
    """Another harvest of the same wiki runs, with the same store."""


class IdentityError(StoreError):
    """A wiki says that it is one that the store knows at another address."""


class RecordingError(WorkError):
    """The observer cannot record: login, rights, protection, undefined tags.

    :param code: the API's error code, where there is one
    :ivar each: messages of several errors that it stands for
    """

    each: tuple[str, ...] = ()

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @staticmethod
    def of(problems: Iterable[str]) -> RecordingError:
        """One error for several."""
        each = tuple(dict.fromkeys(problems))
        error = RecordingError("; ".join(each))
        error.each = each
        return error


class StoppedError(RecordingError):
    """The observer cannot write, whatever the page: to try the next one would come to the same.

    :param everywhere: whether no recorder can do its work; else this one's kind of write alone
    :param postponed: whether it is only for lack of time
    """

    def __init__(self, message: str, *, code: str = "", everywhere: bool = True, postponed: bool = False) -> None:
        super().__init__(message, code=code)
        self.everywhere = everywhere
        self.postponed = postponed

    def after(self, problems: Iterable[str]) -> StoppedError:
        """The same, told together with earlier problems."""
        told = dict.fromkeys([*problems, str(self)])
        postponed = self.postponed and len(told) == 1
        error = StoppedError("; ".join(told), code=self.code, everywhere=self.everywhere, postponed=postponed)
        error.each = tuple(told)
        return error


class PluginError(WorkError):
    """A plugin cannot be loaded, or failed at its work."""


class SandboxError(WorkError):
    """The wiki in a folder cannot be made, started or stopped."""
