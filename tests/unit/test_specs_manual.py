"""docs/specs.md: every word of Extension:Pickle's head has a row, and every row a spec that uses it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "specs.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`|]+)` \| ([^|]*) \| (same|mended|left out)([^|]*) \| `([\w.-]+)` \|$", re.MULTILINE)
ROWS = ROW.findall(MANUAL.partition("## Coming from Extension:Pickle")[2].partition("\n## ")[0])
# The words of the extension's head: facts of its interface.
WORDS = {
    "picks": "first second third fourth fifth sixth seventh eight ninth tenth eleventh twelfth",
    "transforms": "asType asUpper asLower asUpperFirst asLowerFirst asReverse asUUpper asULower asUUpperFirst"
    " asULowerFirst asUNFC asUNFD asNumber asString asFloor asCeil asRound asInteger asFraction",
    "conditions": "toBeEqual toBeBooleanEqual toBeStrictEqual toBeSame toBeDeepEqual toBeContained toBeLesserThan"
    " toBeGreaterThan toBeLesserOrEqual toBeGreaterOrEqual toBeMatch toBeUMatch",
    "cases": "top describe context it xtop xdescribe xcontext xit",
    "spies": "carp cluck croak confess",
    "doubles": "stub",
    "extractors": "nil false true number string json",
    "renders": "compact full vivid",
}


@pytest.mark.parametrize("kind", WORDS)
def test_every_word_of_the_extension_has_one_row(kind: str) -> None:
    named = [word for word, *_ in ROWS]
    assert {word: named.count(word) for word in WORDS[kind].split()} == dict.fromkeys(WORDS[kind].split(), 1)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_spec_of_a_row_uses_the_word_by_each_of_its_names(row: tuple[str, ...]) -> None:
    word, others, _, _, name = row
    names = [word, *re.findall(r"`([^`]+)`", others)]
    if word in WORDS["extractors"].split():
        names = []  # its spec has such values, not their kind's name
    path = ROOT / "tests" / "live" / name if name.endswith(".py") else ROOT / "tests" / "specs" / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    spec = text if name.endswith(".py") else str(tomllib.loads(text)["spec"])
    for each in (each.removesuffix(" = …").removesuffix(".double") for each in names):
        assert re.search(rf"(?<!\w){re.escape(each)}(?!\w)", spec), each
