"""The answers of the API that recording reads, checked for their shape before anything is read from them. Pure.

https://www.mediawiki.org/wiki/API:Data_formats, ``formatversion=2``
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from picklebot.errors import RecordingError

__all__ = [
    "ODD",
    "Blocks",
    "ClientLogin",
    "EditResult",
    "Edited",
    "Login",
    "LoginToken",
    "PageQuery",
    "Purged",
    "Tagged",
    "UserInfo",
    "WhoAmI",
    "checked",
    "odd",
]

#: Code of the error that an answer of another shape comes to.
ODD = "odd-answer"

Model = TypeVar("Model", bound="_Answer")


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Slot(_Answer):
    content: str | None = None  # None where it is hidden


class _Revision(_Answer):
    revid: int
    timestamp: str
    user: str = ""  # not there where it is hidden
    slots: dict[str, _Slot] = Field(default_factory=dict)


class _Page(_Answer):
    title: str
    ns: int | None = None  # None where the title is invalid
    pageid: int = 0
    missing: bool = False
    invalid: bool = False
    invalidreason: str = ""
    special: bool = False
    redirect: bool = False
    contentmodel: str = ""
    protection: tuple[dict[str, Any], ...] = ()
    revisions: tuple[_Revision, ...] = ()


class _Normalized(_Answer):
    from_: str = Field(alias="from")
    to: str


class _Pages(_Answer):
    pages: tuple[_Page, ...] = ()
    normalized: tuple[_Normalized, ...] = ()


class PageQuery(_Answer):
    """Of ``action=query`` with ``prop=info|revisions``."""

    query: _Pages


class EditResult(_Answer):
    """The outcome of an edit."""

    result: str
    title: str = ""
    pageid: int = 0
    oldrevid: int = 0
    newrevid: int = 0
    nochange: bool = False
    code: str = ""
    info: str = ""
    captcha: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if self.result == "Success" and not (self.newrevid or self.nochange):
            raise ValueError("it was saved, and there is no revision")
        return self


class Edited(_Answer):
    """Of ``action=edit``."""

    edit: EditResult


class _Purge(_Answer):
    title: str
    missing: bool = False
    invalid: bool = False
    linkupdate: bool = False


class Purged(_Answer):
    """Of ``action=purge``."""

    purge: tuple[_Purge, ...]


class _TagError(_Answer):
    code: str = ""
    info: str = ""
    message: str = ""


class _Tag(_Answer):
    revid: int
    status: str
    noop: bool = False
    actionlogid: int = 0
    code: str = ""
    info: str = ""
    errors: tuple[_TagError, ...] = ()

    @model_validator(mode="after")
    def _says_how(self) -> Self:
        if self.status == "success" and not (self.actionlogid or self.noop):
            raise ValueError("it was tagged, and there is no log entry")
        return self


class Tagged(_Answer):
    """Of ``action=tag`` for one revision."""

    tag: tuple[_Tag, ...] = Field(min_length=1)


class UserInfo(_Answer):
    """Of ``meta=userinfo``: the user that the wiki takes us for, and the rights that it has.

    :ivar blockid: None where it is not blocked, and where several blocks hit it at once
    :ivar blockpartial: None where it is not blocked
    """

    id: int
    name: str
    anon: bool = False
    rights: frozenset[str] = frozenset()
    blockid: int | None = None
    blockpartial: bool | None = None
    blockedby: str = ""
    blockreason: str = ""
    blockexpiry: str = ""


class _CsrfToken(_Answer):
    csrftoken: str


class _WhoAmI(_Answer):
    userinfo: UserInfo
    tokens: _CsrfToken | None = None


class WhoAmI(_Answer):
    """Of ``meta=userinfo|tokens``."""

    query: _WhoAmI


class _LoginToken(_Answer):
    logintoken: str = Field(min_length=3)


class _LoginTokens(_Answer):
    tokens: _LoginToken


class LoginToken(_Answer):
    """Of ``meta=tokens&type=login``."""

    query: _LoginTokens


class _Login(_Answer):
    result: str
    reason: str | dict[str, Any] = ""
    wait: int = 0


class Login(_Answer):
    """Of ``action=login``, for bot passwords."""

    login: _Login


class _ClientLogin(_Answer):
    status: str
    message: str = ""


class ClientLogin(_Answer):
    """Of ``action=clientlogin``, for an account's own password."""

    clientlogin: _ClientLogin


class _RestrictedPage(_Answer):
    title: str


class _Restrictions(_Answer):
    pages: tuple[_RestrictedPage, ...] = ()
    namespaces: tuple[int, ...] = ()


class _Block(_Answer):
    by: str = ""
    reason: str = ""
    partial: bool = False
    restrictions: _Restrictions | list[Any] = Field(default_factory=list)  # an empty list where there are none


class _Blocks(_Answer):
    blocks: tuple[_Block, ...] = ()


class Blocks(_Answer):
    """Of ``list=blocks`` with ``bkprop=restrictions``."""

    query: _Blocks


def checked(model: type[Model], answer: object) -> Model:
    """An answer as it is read.

    :raises RecordingError: with the code `ODD`; it has another shape
    """
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise odd(".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])) from None


def odd(where: str) -> RecordingError:
    """An error about an answer of another shape, or to another question.

    :param where: the part of it that is wrong, or nothing where that is the whole
    """
    return RecordingError(
        f"the wiki's answer is not as MediaWiki's API answers{where and f': {where} is not as it should be'}", code=ODD
    )
