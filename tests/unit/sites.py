"""A wiki that exists on paper only: what pure stages need to know of one."""

from __future__ import annotations

from dataclasses import replace

from picklebot.wiki import Site

__all__ = ["ENGLISH", "RUSSIAN", "a_site"]

ENGLISH = Site(
    key="//en.example.org/w#enexample",
    software={"MediaWiki": "1.43.9"},
    language="en",
    base="https://en.example.org/wiki/Main_Page",
    namespaces={
        0: "",
        1: "Talk",
        2: "User",
        6: "File",
        10: "Template",
        14: "Category",
        828: "Module",
        829: "Module talk",
    },
    aliases={
        "talk": 1,
        "user": 2,
        "template": 10,
        "category": 14,
        "module": 828,
        "module talk": 829,
    },
    first_letter=frozenset({0, 1, 2, 10, 14, 828, 829}),
    messages={"scribunto-doc-page-name": "Module:$1/doc"},
)


def a_site(**changes: object) -> Site:
    return replace(ENGLISH, **changes)  # type: ignore[arg-type]


#: A wiki whose titles are case-sensitive, and whose namespaces have names of its own, as on a Wiktionary.
RUSSIAN = a_site(
    language="ru",
    namespaces={**ENGLISH.namespaces, 2: "Участник", 828: "Модуль", 829: "Обсуждение модуля"},
    aliases={
        **ENGLISH.aliases,
        "участник": 2,
        "участница": 2,
        "модуль": 828,
        "обсуждение модуля": 829,
    },
    first_letter=frozenset({2}),
    messages={"scribunto-doc-page-name": "Модуль:$1/Документация"},
    invoke_words=("invoke", "вызвать"),
)
