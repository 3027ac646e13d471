"""A wiki lives: after any event on its pages, states, categories, tags and log are true after each harvest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random

import pytest

from tests.live.bot import Bot
from tests.live.life_events import Life
from tests.live.life_oracle import CATEGORIES, Snapshot, read_snapshot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Asked, Fault, Proxy
from tests.ran import Ran

Transition = tuple[int, str | None, str | None]


def told(run: Ran) -> dict[int, str]:
    """The states that a harvest tells of, by page id."""
    return {module["page_id"]: module["state"] for module in run.document["modules"]}


def transitions(run: Ran) -> list[Transition]:
    return [(each["page_id"], each["old"], each["new"]) for each in run.document["transitions"]]


def expected_transitions(before: dict[int, str], after: dict[int, str], there: Snapshot) -> list[Transition]:
    """The changes, but for pages that are gone: on these nothing can be recorded."""
    ids = sorted(before.keys() | after.keys())
    changed = [(id_, before.get(id_), after.get(id_)) for id_ in ids if before.get(id_) != after.get(id_)]
    return [each for each in changed if each[0] in there.titles]


class Witness:
    """Looks at the wiki after each harvest, and finds untrue statements."""

    def __init__(self, wiki: LiveWiki) -> None:
        self.wiki = wiki
        self.states: dict[int, str] = {}
        self.alone: set[int] = set()
        self.lines = 0

    def look(self, run: Ran) -> list[str]:
        """Untrue statements of a harvest, or of the wiki after it."""
        now = read_snapshot(self.wiki)
        states = now.states(self.states.keys() - self.alone)
        wrong = [f"transitions: {t}" for t in _differ(transitions(run), expected_transitions(self.states, states, now))]
        wrong += [f"states: {each}" for each in _differ(told(run).items(), states.items())]
        titles = {module["page_id"]: module["title"] for module in run.document["modules"]}
        wrong += [f"titles: {each}" for each in _differ(titles.items(), {i: now.titles[i] for i in states}.items())]
        wrong += [f"members: {each}" for each in _differ(self._members(now), self._expected_members(now, states))]
        listed = {suite["tester"] for suite in run.document["suites"]}
        wrong += [f"testers: {t}" for t in _differ(listed, {p.title for p in now.pages.values() if p.is_tester})]
        wrong += self._tags(now, states)
        wrong += self._log(run)
        wrong += [
            f"said: {line}" for line in run.err.splitlines() if "recording_failed" in line and not _by_redirect(line)
        ]
        self._remember(states, now)
        if wrong:
            wrong += [
                str({k: s[k] for k in ("testee", "testee_exists", "tester", "state", "inconclusive", "ran")})
                for s in run.document["suites"]
            ]
        return [f"{each} [{_name(each, now)}]" for each in wrong]

    def look_between(self, run: Ran, earlier: Snapshot) -> list[str]:
        """Statements of a harvest that were true neither when it began nor when it ended."""
        now = read_snapshot(self.wiki)
        states = told(run)
        modules = self.states.keys() - self.alone
        one, other = earlier.states(modules), now.states(modules)
        ids = [id_ for id_, _, _ in transitions(run)]
        wrong = [f"twice in one harvest: ({id_}, {transitions(run)}" for id_ in sorted(set(ids)) if ids.count(id_) > 1]
        for id_, _, new in transitions(run):
            if new not in (one.get(id_), other.get(id_)):
                wrong.append(f"in between: ({id_}, {new}, neither {one.get(id_)} nor {other.get(id_)}")
        wrong += self._log(run)
        self._remember(states, now)
        return [f"{each} [{_name(each, now)}]" for each in wrong]

    def _remember(self, states: dict[int, str], now: Snapshot) -> None:
        self.states = states
        self.alone = {page.page_id for page in now.pages.values() if page.is_tester}

    def _members(self, now: Snapshot) -> set[tuple[str, str]]:
        return {(title, name) for name, members in now.members.items() for title in members}

    def _expected_members(self, now: Snapshot, states: dict[int, str]) -> set[tuple[str, str]]:
        lua = {page.page_id: page.title for page in now.pages.values() if now.may_hold_a_category(page)}
        return {(lua[id_], CATEGORIES[state]) for id_, state in states.items() if id_ in lua}

    def _tags(self, now: Snapshot, states: dict[int, str]) -> list[str]:
        """The newest revision that carries one of the tags carries that of the state, and no other."""
        wrong = []
        for id_, state in states.items():
            found = [r["tags"] for r in self.wiki.revisions(now.titles[id_])]
            tags = [[tag for tag in each if tag.startswith("pickle-")] for each in found]
            newest = next((each for each in tags if each), [])
            if newest != [f"pickle-{state}"]:
                wrong.append(f"tags: ({id_}, 'is {state}, tagged {newest}')")
        return wrong

    def _log(self, run: Ran) -> list[str]:
        """A line for each transition, and no other."""
        pages = self.wiki.get(action="query", list="allpages", apnamespace=2, apprefix="PickleBot/Log/", aplimit="max")
        text = "\n".join(self.wiki.text(page["title"]) for page in pages["query"]["allpages"])
        lines = len(re.findall(r"^\* .*<small>[0-9a-f]{10}</small>$", text, re.MULTILINE))
        new, self.lines = lines - self.lines, lines
        wanted = len(transitions(run))
        return [f"log: {new} lines for {wanted} transitions"] if new != wanted else []


def _differ(found: Iterable[object], wanted: Iterable[object]) -> list[str]:
    found, wanted = list(found), list(wanted)
    return [f"{x} is wrong" for x in found if x not in wanted] + [f"{x} is missed" for x in wanted if x not in found]


def _by_redirect(line: str) -> bool:
    """Whether nothing is told of but documentation pages that are redirects: moves with subpages leave some."""
    reason = line.partition('recorder=categories reason="')[2].partition('" postponed=')[0]
    return all("/doc is a redirect" in part for part in reason.split("; "))


def _name(text: str, now: Snapshot) -> str:
    number = re.search(r"\((\d+),", text)
    return now.titles.get(int(number[1]), "gone") if number else ""


def test_whatever_befalls_its_pages_a_wiki_is_told_the_truth(
    bot: Bot, small: LiveWiki, proxy: Proxy, request: pytest.FixtureRequest
) -> None:
    """Each harvest tells the truth; a full one that lists all pages never says otherwise."""
    seed, events = request.config.option.life_seed, request.config.option.life_events
    random = Random(seed)  # noqa: S311 (nothing secret is drawn)
    life, witness, story = Life(small, random), Witness(small), [f"seed {seed}"]

    def check(wrong: list[str]) -> None:
        assert not wrong, "\n".join([*story[-24:], "", *wrong])

    life.begin()
    check(witness.look(bot.harvest()))
    while life.count < events:
        story += [f"{life.count}: {life.happen()}" for _ in range(random.randint(1, 3))]
        if random.random() < 0.2:
            check(_harvest_while(life, bot.by_way_of(proxy.api), proxy, witness, story))
        if random.random() < 0.2:
            some = random.choice(("Apple", "*/testcases2"))
            earlier = read_snapshot(small)
            run = bot.run("harvest", "--format", "json", "--only", some)
            check(witness.look_between(run, earlier) if run.out else [])  # there may be no such module
            story.append(f"   harvested --only {some}: {witness.states}")
        check(witness.look(bot.harvest()))
        story.append(f"   harvested: {witness.states}")
        check(witness.look(bot.harvest("--full", "--sweep")))
        story.append("   harvested with --full --sweep")


def _harvest_while(life: Life, bot: Bot, proxy: Proxy, witness: Witness, story: list[str]) -> list[str]:
    """Untrue statements after a harvest in the midst of which something happens."""
    happened: list[str] = []
    at = life.random.randint(2, 40)
    earlier = read_snapshot(life.wiki)

    def disturb(_: Asked) -> Fault | None:
        if len(proxy.asked) >= at and not happened:
            happened.append("nothing")
            happened.append(f"   {life.count}, at request {at} of a harvest: {life.happen()}")
        return None

    proxy.asked.clear()
    proxy.fault = disturb
    run = bot.run("harvest", "--format", "json")
    proxy.fault = lambda _: None
    assert run.status in (0, 3), run.err  # 3 where nothing ran but suites whose pages went meanwhile
    story += happened[1:]
    return witness.look_between(run, earlier)
