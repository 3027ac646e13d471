from __future__ import annotations

import json

import pytest

from picklebot.text.json import read_json


@pytest.mark.parametrize("text", ['{"a": [1, 2.5, null, true, "é"]}', r'"🥒 \ud83e\udd52 \\ud800"', '"D8 \\u00e9"'])
def test_json_is_read_as_ever(text: str) -> None:
    assert read_json(text) == json.loads(text)


@pytest.mark.parametrize("half", [r"\ud800", r"\uDFFF", r"\udd52\ud83e"])
def test_half_a_surrogate_pair_which_nothing_could_print_or_store_is_replaced(half: str) -> None:
    found = read_json(f'{{"{half}": "a{half}b"}}')
    assert json.dumps(found, ensure_ascii=False).encode()
    assert set(next(iter(found))) == {"?"}


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "nope"])
def test_what_is_no_json_is_one_kind_of_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)
