"""Texts of pages, from a wiki whose answers have room for so many characters and no more."""

from __future__ import annotations

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from picklebot.wiki import Wiki
from picklebot.wiki.texts import read_texts

ROOM = 100


class FakeWiki:
    """Fills an answer with texts until one does not fit; as MediaWiki does, it never gets past that one."""

    def __init__(self, pages: dict[str, int]) -> None:
        self.pages = pages
        self.asked = 0

    def get(self, *, titles: list[str], **_: object) -> dict[str, Any]:
        self.asked += 1
        assert len(titles) <= 50
        room = ROOM
        more: dict[str, Any] = {}
        pages: list[dict[str, Any]] = []
        for number, title in enumerate(sorted(titles)):
            page: dict[str, Any] = {"title": title, "missing": True}
            if title in self.pages:
                page = {"title": title, "lastrevid": number}
                room -= self.pages[title]
                if room < 0 or more:
                    more = more or {"continue": {"rvcontinue": f"{number}|{number}"}}
                else:
                    text = {"slots": {"main": {"content": "x" * self.pages[title]}}}
                    page["revisions"] = [{"revid": number, **text}]
            pages.append(page)
        return {"query": {"pages": pages}, **more}


def test_texts_that_fit_into_one_answer_take_one_request() -> None:
    wiki = FakeWiki({f"Module:{number}": 2 for number in range(50)})
    assert len(read_texts(cast(Wiki, wiki), wiki.pages).texts) == 50
    assert wiki.asked == 1


def test_one_that_fits_no_answer_costs_few_requests_and_hides_no_other() -> None:
    wiki = FakeWiki({f"Module:{number}": 2 for number in range(49)} | {"Module:0": ROOM + 1})
    found = read_texts(cast(Wiki, wiki), [*wiki.pages, "Module:Missing"])
    assert found.too_large == {"Module:0"}
    assert found.revisions.keys() == wiki.pages.keys()
    assert len(found.texts) == 48
    assert wiki.asked < 15


@given(
    st.dictionaries(st.integers(0, 30).map("Module:{}".format), st.integers(0, 2 * ROOM), max_size=30),
    st.lists(st.integers(0, 40).map("Module:{}".format), unique=True),
)
def test_whatever_their_sizes_each_is_read_or_told_to_be_too_large(pages: dict[str, int], titles: list[str]) -> None:
    wiki = FakeWiki(pages)
    found = read_texts(cast(Wiki, wiki), titles)
    there = set(titles) & pages.keys()
    assert found.too_large == {title for title in there if pages[title] > ROOM}
    assert {title: len(text) for title, text in found.texts.items()} == {
        title: pages[title] for title in there - found.too_large
    }
    assert wiki.asked <= 1 + 3 * len(there)
