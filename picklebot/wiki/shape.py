"""The shape of the API's answers: a question to a wiki gets an answer of the shape described here, or an error. Pure.

An answer without a part that was asked for would read as an answer that nothing is there: pages would seem deleted, and
changes unseen. What MediaWiki does leave out, on 1.39 as on 1.43: `query`, where a generator finds nothing or no title
is given; `pages`, where all titles lead to other wikis, or all revisions are gone; and in a continued answer the
modules that were done with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from picklebot.errors import AnswerError, CutAnswerError

__all__ = ["Answer", "check"]

#: A decoded JSON answer of the API (``formatversion=2``).
Answer = dict[str, Any]


def _time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _word(value: object) -> bool:
    return isinstance(value, str | int)


# A shape is a type, a test, a list of one shape, an object of shapes by name (with ? where it may be absent), or an
# object whose values have one shape.
_Every = MappingProxyType[str, Any]
Shape = type | Callable[[object], bool] | list[Any] | dict[str, Any] | _Every


def _each(shape: Shape) -> _Every:
    return MappingProxyType({"": shape})


_REVISION = {
    "revid?": _number,
    "timestamp?": _time,
    "user?": str,
    "tags?": [str],
    "slots?": _each({"content?": str}),
}
_TITLED = {"title": str}
_PAGE = {
    "title?": str,
    "pageid?": _number,
    "lastrevid?": _number,
    "contentmodel?": str,
    "ns?": _number,
    "missing?": bool,
    "invalid?": bool,
    "redirect?": bool,
    "revisions?": [_REVISION],
    "categories?": [_TITLED],
}
# By the properties that are asked for of existing pages, and of their revisions.
_OF_PAGES: Mapping[str, Shape] = {"info": {"pageid": _number, "lastrevid": _number, "contentmodel": str}}
_OF_REVISIONS: Mapping[str, Shape] = {
    "ids": {"revid": _number},
    "timestamp": {"timestamp": _time},
    "tags": {"tags": [str]},
    "content": {"slots": {"main": dict}},
}
_QUERY: Shape = {
    "pages?": [_PAGE],
    "normalized?": [{"from": str, "to": str}],
    "redirects?": [{"from": str, "to": str}],
    "interwiki?": [_TITLED],
    "badrevids?": dict,
}
_LISTS: Mapping[str, Shape] = {
    "recentchanges": {
        "rcid": _number,
        "timestamp": _time,
        "type?": str,
        "revid?": _number,
        "title?": str,
        "logparams?": {"target_title?": str},
    },
    "allpages": {"pageid": _number, "title": str},
    "categorymembers": {"pageid": _number, "title": str},
    "tags": {"name": str, "active?": bool},
    "logevents": {
        "title?": str,
        "user?": str,
        "timestamp?": _time,
        "comment?": str,
        "logpage?": _number,
        "pageid?": _number,
        "action?": str,
        "params?": {"revid?": _number, "tagsAdded?": [str], "target_title?": str},
    },
}
_METAS: Mapping[str, tuple[str, Shape]] = {
    "userinfo": ("userinfo", {"name": str}),
    "tokens": ("tokens", {"csrftoken": str}),
    "siteinfo": ("general", dict),
    "allmessages": ("allmessages", [{"name": str, "content?": str, "missing?": bool}]),
}
_SITE: Mapping[str, tuple[str, Shape]] = {
    "general": (
        "general",
        {
            **dict.fromkeys(("generator", "sitename", "lang", "base", "server", "scriptpath", "wikiid"), str),
            "git-hash?": str,
            "mainpage?": str,
        },
    ),
    "namespaces": ("namespaces", _each({"name": str, "case": str, "canonical?": str})),
    "namespacealiases": ("namespacealiases", [{"id": _number, "alias": str}]),
    "extensions": ("extensions", [{"type?": str, "name?": str, "version?": _word, "vcs-version?": str}]),
    "magicwords": ("magicwords", [{"name": str, "aliases": [str]}]),
    "extensiontags": ("extensiontags", [str]),
    "functionhooks": ("functionhooks", [str]),
}
_PARTS_OF_A_PARSE: Mapping[str, Shape] = {
    "text": str,
    "templates": [_TITLED],
    "links": [_TITLED],
    "images": [str],
    "limitreportdata": [{"name": str}],
}
_CONSOLE = {"type": str, "print?": str, "return?": str, "message?": str, "messagename?": str}


def check(parameters: Mapping[str, str], answer: object) -> Answer:
    """The answer to a request, if it is one: of this shape, and with all that was asked for.

    Errors of the API's own are answers as well.

    :param parameters: of the request, as they were sent
    :raises AnswerError: it is none
    :raises CutAnswerError: it is one, and the wiki has left out a part that was too large
    """
    if not isinstance(answer, dict):
        raise AnswerError("it is no object")
    if "error" in answer:
        _match(answer["error"], {"code": str, "info?": str}, "error")
        return answer
    try:
        _CHECKS.get(parameters.get("action", ""), _any)(parameters, answer)
    except AnswerError as error:
        warnings = answer.get("warnings")
        if isinstance(warnings, dict) and "result" in warnings:  # ApiResult: "This result was truncated because …"
            raise CutAnswerError("it is larger than the wiki's API gives ($wgAPIMaxResultSize)") from error
        raise
    return answer


def _any(_: Mapping[str, str], answer: Answer) -> None:
    """Of this action nothing is known."""


def _query(parameters: Mapping[str, str], answer: Answer) -> None:
    if "continue" in answer:
        _match(answer["continue"], _each(_word), "continue")
    elif answer.get("batchcomplete") is not True:
        raise AnswerError("it has no end: neither continue nor batchcomplete")
    asked_before, _, names = parameters.get("continue", "").partition("||")
    done = frozenset(names.split("|"))
    shape: dict[str, Any] = {}
    for module in _asked(parameters, "list") - done:
        shape[module] = [_LISTS.get(module, dict)]
    metas = _asked(parameters, "meta") - done
    shape |= dict(_METAS[meta] for meta in metas if meta in _METAS)
    if "siteinfo" in metas:
        shape |= dict(_SITE[part] for part in _asked(parameters, "siprop") if part in _SITE)
    nothing_else = "" if asked_before == "-" else _pages_asked(parameters)
    if "query" not in answer and not shape and not nothing_else:
        return
    query = _match(answer.get("query"), dict, "query")
    _match(query, _QUERY, "query")
    _match(query, shape, "query")
    if nothing_else and not any(query.get(name) for name in ("pages", *nothing_else.split())):
        raise AnswerError(f"query.pages is not there, nor {nothing_else}")
    _check_pages(parameters, query, _asked(parameters, "prop") - done)
    if nothing_else:
        _check_names(parameters, query)


def _pages_asked(parameters: Mapping[str, str]) -> str:
    """Parts that may stand in an answer about pages that holds none; empty where there may be nothing at all."""
    if parameters.get("revids"):
        return "badrevids"
    # A generator that goes on has pages: where it finds none at the beginning, nothing tells of it.
    # Redirects that lead in a circle are told of, and lead to no page.
    alone = "interwiki redirects" if parameters.get("redirects") else "interwiki"
    return alone if parameters.keys() & {"titles", "pageids", "gapcontinue"} else ""


def _check_pages(parameters: Mapping[str, str], query: Answer, props: frozenset[str]) -> None:
    """See that existing pages, and their revisions, have the properties that were asked for."""
    revisions = _asked(parameters, "rvprop") if "revisions" in props else frozenset()
    for page in query.get("pages", ()):
        if page.get("missing") or page.get("invalid") or page.get("special") or page.get("ns", 0) < 0:
            _match(page, {"title": str} if "titles" in parameters else {}, "query.pages")
            continue
        _match(page, {"title": str}, "query.pages")
        for prop in props:
            _match(page, _OF_PAGES.get(prop, {}), "query.pages")
        for revision in page.get("revisions", ()):
            for prop in revisions:
                hidden = prop == "content" and any(name.endswith(("hidden", "missing")) for name in revision)
                _match(revision, {} if hidden else _OF_REVISIONS.get(prop, {}), "query.pages.revisions")


def _check_names(parameters: Mapping[str, str], query: Answer) -> None:
    """See that no page is left out that was asked for by its title or id."""
    pages = query.get("pages", ())
    there = {page.get("title") for page in pages} | {str(page.get("pageid")) for page in pages}
    there |= {each["title"] for each in query.get("interwiki", ())}
    there |= {each["from"] for each in query.get("redirects", ())}
    spelt = {
        unquote(each["from"]) if each.get("fromencoded") else each["from"]: each["to"]
        for each in query.get("normalized", ())
    }
    asked = _asked(parameters, "titles") | _asked(parameters, "pageids")
    left_out = sorted(name for name in asked if name not in there and spelt.get(name) not in there)
    if left_out:
        raise AnswerError(f"it leaves out {left_out[0]}")


def _parse(parameters: Mapping[str, str], answer: Answer) -> None:
    parts = {name: _PARTS_OF_A_PARSE[name] for name in _asked(parameters, "prop") & _PARTS_OF_A_PARSE.keys()}
    _match(answer, {"parse": parts}, "")


def _expandtemplates(_: Mapping[str, str], answer: Answer) -> None:
    _match(answer, {"expandtemplates": {"wikitext": str}}, "")


def _console(_: Mapping[str, str], answer: Answer) -> None:
    _match(answer, _CONSOLE, "")
    if answer["type"] != "normal":
        _match(answer, {"message": str}, "")


_CHECKS: Mapping[str, Callable[[Mapping[str, str], Answer], None]] = {
    "query": _query,
    "parse": _parse,
    "expandtemplates": _expandtemplates,
    "scribunto-console": _console,
}


def _asked(parameters: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(filter(None, parameters.get(name, "").split("|")))


def _match(value: object, shape: Shape, where: str) -> Any:  # noqa: ANN401 (as the shape says)
    """A value of a shape.

    :raises AnswerError: it is of another
    """
    if isinstance(shape, type):
        if not isinstance(value, shape):
            raise AnswerError(f"{where or 'it'} is not of the type {shape.__name__}")
    elif isinstance(shape, list):
        for each in _match(value, list, where):
            _match(each, shape[0], where)
    elif isinstance(shape, MappingProxyType):
        for each in _match(value, dict, where).values():
            _match(each, shape[""], where)
    elif isinstance(shape, dict):
        _match_object(_match(value, dict, where), shape, where)
    elif not shape(value):
        raise AnswerError(f"{where} is not as it should be")
    return value


def _match_object(value: Answer, shape: dict[str, Any], where: str) -> None:
    for name, part in shape.items():
        bare = name.removesuffix("?")
        if bare in value or bare == name:
            _match(value.get(bare), part, f"{where}.{bare}".lstrip("."))
