"""The fields of a row in an answer of the wiki in memory: those that were asked for, and no others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from tests.flow.pages import Revision, timestamp

__all__ = ["CHANGE", "ENTRY", "MEMBER", "REVISION", "only", "revision_row"]

Json = dict[str, Any]

# What a list or a page tells for each word of its parameter ``prop``, and by itself.
CHANGE = {
    "title": ("ns", "title"),
    "ids": ("pageid", "revid", "old_revid", "rcid"),
    "timestamp": ("timestamp",),
    "loginfo": ("logtype", "logaction", "logparams"),
}
ENTRY = {
    "ids": ("logid", "pageid", "logpage"),
    "title": ("ns", "title"),
    "type": ("type", "action"),
    "user": ("user",),
    "timestamp": ("timestamp",),
    "comment": ("comment",),
    "details": ("params",),
}
REVISION = {
    "ids": ("revid", "parentid"),
    "timestamp": ("timestamp",),
    "user": ("user",),
    "tags": ("tags",),
    "content": ("slots",),
    "sha1": ("sha1",),
}
MEMBER = {"ids": ("pageid",), "title": ("ns", "title")}


def only(row: Json, told: Mapping[str, tuple[str, ...]], prop: str, *always: str) -> Json:
    """The fields of a row that belong to these words."""
    names = {*always, *(name for word in prop.split("|") for name in told.get(word, ()))}
    return {name: value for name, value in row.items() if name in names}


def revision_row(each: Revision) -> Json:
    return {
        "revid": each.id,
        "parentid": 0,
        "sha1": hashlib.sha1(each.text.encode(), usedforsecurity=False).hexdigest(),
        "user": each.user,
        "timestamp": timestamp(each.at),
        "tags": list(each.tags),
        "slots": {"main": {"content": each.text, "contentmodel": each.model}},
    }
