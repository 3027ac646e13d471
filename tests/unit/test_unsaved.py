"""What the console says of unsaved texts, with the pages' own names and lines."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from picklebot.invocation.unsaved import UnsavedRunner
from picklebot.model import Call, Page, Suite
from picklebot.plugins.manager import load_plugins
from picklebot.strategy import load_strategies
from tests.unit.sites import ENGLISH

TESTER = Page("Module:Foo/testcases", 2, 20)
CALL = Call("run", title=TESTER.title)


def asked(texts: dict[str, str], message: str) -> str | None:
    """The detail of a suite whose console prints this message."""
    answer = {"type": "normal", "print": f"picklebot:{message}", "return": ""}
    wiki: Any = SimpleNamespace(post_with_token=lambda **_: answer)
    runner = UnsavedRunner(wiki, ENGLISH, texts, one_page=False)
    suite = Suite(Page("Module:Foo", 1, 10), TESTER, ())
    return runner.detail(suite, CALL, load_strategies(load_plugins())["scribuntounit"])[0]


@pytest.mark.parametrize("size", [0, 450_000])
def test_lines_of_detail_are_those_of_the_pages(size: int) -> None:
    texts = {"Module:Foo": f"-- {'x' * size}\nreturn {{}}", TESTER.title: "return 1"}
    above = 30_000 if size == 0 else 2_000
    said = f"Module:Foo/testcases:{above + 2}: a; Module:Foo/testcases:{above + 3}: b; Module:Foo/testcases:7: c"
    assert asked(texts, said) == "Module:Foo:2: a; Module:Foo/testcases:1: b; Module:Foo/testcases:7: c"
