"""Answers that are none, in place of each kind of request: nothing is believed or lost, and it ends in time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic

import pytest

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy, proxy_before
from tests.ran import Ran

# tests/flow/test_wrong_answers.py and tests/unit/test_shape.py have more of them, and tests/unit/test_transport.py has
# more of what is no HTTP.
WRONG = Fault(raw=b"\x00banana\r\n\r\n")


def kind(asked: Asked) -> str:
    """Which question a request asks."""
    parts = (asked.parameters.get(name, "") for name in ("action", "generator", "list", "meta", "prop", "rvprop"))
    return " ".join(filter(None, parts))


@contextmanager
def wrong(proxy: Proxy, fault: Fault, kinds: frozenset[str]) -> Iterator[None]:
    proxy.fault = lambda asked: fault if kind(asked) in kinds else None
    try:
        yield
    finally:
        proxy.fault = lambda _: None


@pytest.mark.parametrize("options", [(), ("--sweep",)], ids=["following", "listing"])
def test_no_wrong_answer_is_believed_and_what_changed_is_seen_after_it(
    bot: Bot, small: LiveWiki, proxy: Proxy, options: tuple[str, ...]
) -> None:
    reader = bot.as_(None).by_way_of(proxy.api)
    before = reader.harvest("--no-record").states
    assert before["Area"] == "good"
    small.edit("Module:Area", "return { square = function () return 0 end }")
    shutil.copytree(bot.folder / "data", bot.folder / "kept")

    def harvest(*more: str) -> Ran:
        shutil.rmtree(bot.folder / "data")
        shutil.copytree(bot.folder / "kept", bot.folder / "data")
        return reader.run("harvest", "--no-record", "--format", "json", "--retries", "0", *more, *options)

    proxy.asked.clear()
    assert harvest().states == {**before, "Area": "fail"}
    kinds = {each for each in map(kind, proxy.asked) if not options or "allpages" in each}
    assert len(kinds) >= (1 if options else 5)
    for each in kinds:
        with wrong(proxy, WRONG, frozenset({each})):
            run = harvest()
        assert run.status in (0, 3), each
        if run.status == 0:
            assert run.states in (before, {**before, "Area": "fail"}), each
        if not run.out:
            continue  # it ended before anything was kept
        after = reader.harvest("--no-record").states
        assert after == {**before, "Area": "fail"}, each


def test_an_answer_of_200_mb_is_not_read_to_its_end(bot: Bot, small: LiveWiki, proxy: Proxy) -> None:
    reader = bot.as_(None).by_way_of(proxy.api)
    vast = Fault(body=b'{"query": "' + b"x" * 200_000_000 + b'"}')
    proxy.fault = lambda asked: vast if asked.action == "parse" else None
    run = reader.run("harvest", "--dry-run", "--only", "Area", "--retries", "0")
    assert run.status == 3
    assert "larger than" in run.out
    del small


def on_and_on() -> Callable[[bytes], bytes]:
    """Makes a wiki's answers continue for ever, each time with another word for where to go on."""
    numbers = count()

    def change(content: bytes) -> bytes:
        document = json.loads(content)
        if "query" in document and "general" not in document["query"]:
            document["continue"] = {"rccontinue": f"20300101000000|{next(numbers)}", "continue": "-||"}
        return json.dumps(document).encode()

    return change


SLOW = {
    "silence": Fault(delay=60),
    "drip": Fault(drip=1),
    "continue": Fault(change=on_and_on()),
    "circle": Fault(status=302, headers={"Location": "/api.php"}),
    "slow": Fault(delay=1.7),
}


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("since", ["the second", "the login"])
def test_a_harvest_ends_at_its_deadline_whatever_the_wiki_does(bot: Bot, proxy: Proxy, name: str, since: str) -> None:
    def decide(_: Asked) -> Fault | None:
        begun = since == "the second" and len(proxy.asked) > 1
        login = any("login" in each.action or each.parameters.get("type") == "login" for each in proxy.asked)
        return SLOW[name] if begun or (since == "the login" and login) else None

    proxy.fault = decide
    started = monotonic()
    run = bot.by_way_of(proxy.api).run("harvest", "--deadline", "2", "--retries", "1")
    assert monotonic() - started < 6
    assert run.status in (0, 3)
    if name in ("silence", "drip", "circle"):
        # Where only the login has no answer before the deadline, results are kept, and transitions wait.
        late = since == "the login" and name != "circle"
        assert run.status == (0 if late else 3)
        assert not late or "postponed=true" in run.err


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_takes_anything_to_another_host(bot: Bot, small: LiveWiki, proxy: Proxy, status: int) -> None:
    with proxy_before(small.api) as other:
        for spared in ("nothing", "reading"):

            def elsewhere(_: Asked, spared: str = spared) -> Fault | None:
                leads = Fault(status=status, headers={"Location": other.api + "?" + "action=query"})
                return None if spared == "reading" and len(proxy.asked) < 2 else leads

            proxy.fault = elsewhere
            proxy.asked.clear()
            run = bot.by_way_of(proxy.api).run("harvest", "--retries", "0")
            assert run.status == 3
            assert f" redirects to {other.api}, which is not followed" in run.err
        assert other.asked == []
