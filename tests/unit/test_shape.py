"""The shape of answers: what is taken for one, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from picklebot.errors import AnswerError, CutAnswerError
from picklebot.wiki.shape import check

END = {"batchcomplete": True}
CHANGE = {"rcid": 1, "timestamp": "2026-01-01T00:00:00Z", "title": "Module:A"}
PAGE = {"pageid": 1, "ns": 828, "title": "Module:A", "contentmodel": "Scribunto", "lastrevid": 2}
REVISION = {"revid": 2, "timestamp": "2026-01-01T00:00:00Z", "slots": {"main": {"content": "x"}}}

CHANGES = {"action": "query", "list": "recentchanges"}
LISTING = {"action": "query", "generator": "allpages", "prop": "info", "meta": "userinfo"}
TITLES = {"action": "query", "titles": "Module:A|Module:B", "prop": "info|revisions", "rvprop": "ids|content"}
IDS = {"action": "query", "pageids": "1", "prop": "info"}
REVISIONS = {"action": "query", "revids": "2", "prop": "revisions", "rvprop": "ids"}
PARSE = {"action": "parse", "prop": "text|templates|links|limitreportdata"}
CONSOLE = {"action": "scribunto-console"}
EXPAND = {"action": "expandtemplates"}

MISSING = {"title": "Module:B", "missing": True}
ANONYMOUS = {"userinfo": {"id": 0, "name": "192.0.2.7"}}
PARSED = {"text": "<p>x", "templates": [], "links": [{"title": "A"}], "limitreportdata": []}


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        (CHANGES, {**END, "query": {"recentchanges": []}}),
        (CHANGES, {**END, "query": {"recentchanges": [CHANGE, {**CHANGE, "logparams": {}}]}}),
        (CHANGES, {"continue": {"rccontinue": "x", "continue": "-||"}, "query": {"recentchanges": [CHANGE]}}),
        (LISTING, {**END, "query": ANONYMOUS}),
        (LISTING, {**END, "query": {**ANONYMOUS, "pages": [PAGE]}}),
        ({**LISTING, "continue": "gapcontinue||userinfo", "gapcontinue": "B"}, {**END, "query": {"pages": [PAGE]}}),
        (TITLES, {**END, "query": {"pages": [{**PAGE, "revisions": [REVISION]}, MISSING]}}),
        ({**TITLES, "titles": "Special:X"}, {**END, "query": {"pages": [{"ns": -1, "title": "Special:X"}]}}),
        ({**TITLES, "titles": "<"}, {**END, "query": {"pages": [{"title": "<", "invalid": True}]}}),
        ({**TITLES, "titles": "w:A"}, {**END, "query": {"interwiki": [{"title": "w:A", "iw": "w"}]}}),
        (
            {**TITLES, "titles": "A", "redirects": "1"},
            {**END, "query": {"redirects": [{"from": "A", "to": "B"}, {"from": "B", "to": "A"}]}},
        ),
        ({**TITLES, "continue": "-||info|revisions", "list": "recentchanges"}, {**END, "query": {"recentchanges": []}}),
        (
            {**TITLES, "titles": "module:a|Module:A"},
            {**END, "query": {"normalized": [{"from": "module:a", "to": "Module:A"}], "pages": [PAGE]}},
        ),
        (
            {**TITLES, "titles": "e\u0301"},
            {
                **END,
                "query": {
                    "normalized": [{"fromencoded": True, "from": "e%CC%81", "to": "É"}],
                    "pages": [{**PAGE, "title": "É"}],
                },
            },
        ),
        (
            {**TITLES, "titles": "A", "redirects": "1"},
            {**END, "query": {"redirects": [{"from": "A", "to": "Module:A"}], "pages": [PAGE]}},
        ),
        (TITLES, {**END, "query": {"pages": [{**PAGE, "revisions": [{"revid": 2, "texthidden": True}]}, MISSING]}}),
        (IDS, {**END, "query": {"pages": [{"pageid": 1, "missing": True}]}}),
        (REVISIONS, {**END, "query": {"badrevids": {"2": {"revid": 2, "missing": True}}}}),
        (PARSE, {"parse": PARSED}),
        (CONSOLE, {"type": "normal", "print": "", "return": ""}),
        (CONSOLE, {"type": "error", "message": "x", "html": ""}),
        (EXPAND, {"expandtemplates": {"wikitext": ""}}),
        (CHANGES, {"error": {"code": "readonly", "info": "moving house"}}),
    ],
)
def test_an_answer_is_one(parameters: dict[str, str], answer: dict[str, Any]) -> None:
    assert check(parameters, answer) is answer


TOKENS = {"action": "query", "meta": "tokens", "type": "csrf"}
EVERY_REQUEST = [TOKENS, CHANGES, LISTING, TITLES, IDS, REVISIONS, PARSE, CONSOLE, EXPAND]
NO_ANSWERS: list[object] = [
    {},
    [],
    None,
    "text",
    1,
    True,
    {"warnings": {"main": {"warnings": "x"}}},
    {"warnings": []},
    {"error": {}},
    {"error": {"info": "no code"}},
    {"error": {"code": 1}},
    {"error": "text"},
    {"error": []},
    {"query": {}},
    END,
    {**END, "query": {}},
    {**END, "query": {"tokens": {}}},
    {**END, "query": {"tokens": {"csrftoken": 1}}},
    {**END, "query": []},
    {**END, "query": "text"},
    {**END, "query": None},
    {"batchcomplete": "", "query": {"pages": [], "recentchanges": []}},
    {**END, "query": {"pages": {}, "recentchanges": {}}},
    {**END, "query": {"pages": "text", "recentchanges": "text"}},
    {**END, "query": {"pages": [1], "recentchanges": [1], "userinfo": 1}},
    {**END, "query": {"pages": [[]], "recentchanges": [[]], "userinfo": []}},
    {**END, "query": {"pages": [{}], "recentchanges": [{}], **ANONYMOUS}},
    {**END, "query": {"pages": [{**PAGE, "lastrevid": "2"}], "recentchanges": [{**CHANGE, "rcid": "1"}]}},
    {**END, "query": {"pages": [{**PAGE, "title": None}], "recentchanges": [{**CHANGE, "timestamp": "now"}]}},
    {"continue": [], "query": {"pages": [], "recentchanges": [], "userinfo": {}}},
    {"continue": {"x": {}}, "query": {"pages": [], "recentchanges": [], "userinfo": {}}},
    {"parse": "text"},
    {"parse": []},
    {"parse": {}},
    {"parse": {**PARSED, "text": {"*": "x"}}},
    {"parse": {name: part for name, part in PARSED.items() if name != "templates"}},
    {"parse": {**PARSED, "links": {}}},
    {"parse": {**PARSED, "links": ["A"]}},
    {"type": "error"},
    {"type": "normal", "print": []},
    {"expandtemplates": "x"},
]


@pytest.mark.parametrize("answer", NO_ANSWERS, ids=repr)
@pytest.mark.parametrize("parameters", EVERY_REQUEST, ids=lambda each: "-".join(each.values())[:30])
def test_what_has_another_shape_answers_no_request(parameters: dict[str, str], answer: object) -> None:
    with pytest.raises(AnswerError):
        check(parameters, answer)


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        (TITLES, {**END, "query": {"pages": [MISSING]}}),
        (TITLES, {**END, "query": {"pages": [PAGE, MISSING, {**PAGE, "title": "Module:C"}], "normalized": [{}]}}),
        (IDS, {**END, "query": {"pages": [{**PAGE, "pageid": 3}]}}),
        ({**LISTING, "gapcontinue": "B", "continue": "gapcontinue||userinfo"}, END),
        ({**LISTING, "gapcontinue": "B", "continue": "gapcontinue||userinfo"}, {**END, "query": {}}),
        ({**CHANGES, "rccontinue": "x", "continue": "-||"}, END),
    ],
)
def test_an_answer_that_leaves_out_what_was_asked_for_is_none(parameters: dict[str, str], answer: object) -> None:
    with pytest.raises(AnswerError):
        check(parameters, answer)


def test_an_answer_that_the_wiki_cut_says_so() -> None:
    cut = {"warnings": {"result": {"warnings": "This result was truncated because it would otherwise be larger"}}}
    with pytest.raises(CutAnswerError, match="larger than the wiki's API gives"):
        check(PARSE, cut)
