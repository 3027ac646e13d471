"""Capitals of a wiki: what is known without asking, and what one question tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picklebot.errors import WikiError
from picklebot.wiki import Wiki
from picklebot.wiki.capitals import Capitals, usual_capital

Answer = dict[str, Any]
TOLD = {"ß": "SS", "მ": "მ", "ä": "ä"}


class FakeWiki:
    """Expands templates."""

    shown = "the wiki"

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.asked = 0
        self._answer = answer

    def get(self, *, text: str, **_: object) -> Answer:
        self.asked += 1
        return self._answer(text)


def told(text: str) -> Answer:
    capitals = re.sub(r"\{\{ucfirst:(.)\}\}", lambda match: TOLD.get(match[1], usual_capital(match[1])), text)
    return {"expandtemplates": {"wikitext": capitals}}


def capitals(answer: Callable[[str], Answer] = told, of_i: str = "I") -> tuple[Capitals, FakeWiki]:
    wiki = FakeWiki(answer)
    return Capitals(cast(Wiki, wiki), of_i), wiki


@given(st.sampled_from("aZ0_-/:"), st.sampled_from("ÄЖ数אⵣ한😀"))
def test_nothing_is_asked_where_nothing_is_to_be_known(ascii_letter: str, letter: str) -> None:
    capital, wiki = capitals()
    assert capital(ascii_letter) == ascii_letter.upper()
    assert capital(letter) == letter
    assert capital("i") == "I"
    assert wiki.asked == 0


def test_one_question_tells_all_others() -> None:
    capital, wiki = capitals(of_i="İ")
    assert [capital(letter) for letter in "ßმäжéi"] == ["SS", "მ", "ä", "Ж", "É", "İ"]
    assert wiki.asked == 1


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"expandtemplates": []},
        {"expandtemplates": {}},
        {"expandtemplates": {"wikitext": "A\nB"}},
        {"expandtemplates": {"wikitext": "\n" * 1492}},
        {"expandtemplates": {"wikitext": None}},
    ],
)
def test_an_answer_of_another_shape_is_no_rule(answer: Answer) -> None:
    capital, _ = capitals(lambda _: answer)
    with pytest.raises(WikiError, match="does not say which capitals"):
        capital("ä")
