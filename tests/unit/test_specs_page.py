"""Module:Pickle as a page: what Scribunto, and the wikis that install it, ask of its text."""

from __future__ import annotations

import re
from importlib.resources import files

LIBRARY = (files("picklebot") / "onwiki" / "Pickle.lua").read_text(encoding="utf-8")


def test_it_is_one_page_of_at_most_sixty_kilobytes() -> None:
    assert len(LIBRARY.encode()) <= 60_000


def test_it_needs_nothing_that_scribunto_lacks() -> None:
    code = re.sub(r"--[^\n]*", "", LIBRARY)
    lacking = r"\b(?:setfenv|getfenv|loadstring|load\(|dofile|debug\.|io\.|coroutine\.|collectgarbage)"
    assert not re.findall(lacking, code)


def test_its_head_says_who_wrote_it_which_version_it_is_and_how_it_may_be_used() -> None:
    head = LIBRARY.partition("\n\n")[0]
    version = re.search(r"^local VERSION = '([\d.]+)'$", LIBRARY, re.MULTILINE)
    assert version is not None
    assert f"version {version[1]}" in head
    for words in ("picklebot", "MIT", "licence of the wiki"):
        assert words in head
