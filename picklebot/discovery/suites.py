"""From a tester's page to its suite: what it tests, and how it may be run."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from picklebot.discovery.lua import defines_any, drives_tests, without_comments
from picklebot.discovery.testees import testee_of
from picklebot.model import Call, Candidate, Page, Suite
from picklebot.strategy import Strategies, Strategy
from picklebot.strategy.selection import Kinship
from picklebot.wiki import Site
from picklebot.wiki.site import MODULE

__all__ = ["Probe", "ProbeMany", "Tester", "make_suite", "must_be_asked"]

#: Tells which functions a tester offers (by its title), by loading its page; None where it cannot be loaded. KeyError
#: where the wiki gave no answer: the suite then has no candidates, and is made anew at the next harvest.
Probe = Callable[[str], frozenset[str] | None]
#: The same for many.
ProbeMany = Callable[[Sequence[str]], Mapping[str, frozenset[str] | None]]


@dataclass(frozen=True, slots=True)
class Tester:
    """A page that holds tests, as read from the wiki.

    :param parent: title of the module above it, which may not exist
    :param kinship: how sure the title alone makes it a tester
    :param call: how editors run it
    :param below: whether it lies below the part of the title that names the tests
    :param unread: why pages on which editors may have written how to run it were not read
    """

    page: Page
    source: str
    parent: str
    kinship: Kinship
    call: Call | None = None
    below: bool = False
    unread: tuple[str, ...] = ()

    @property
    def may_drive(self) -> bool:
        """Whether it may be a driver of the tests beside and below it, as its place and its source have it."""
        return self.below and self.call is None and drives_tests(self.code)

    @property
    def code(self) -> str:
        """The source without what only talks: comments, and strings of several lines."""
        return without_comments(self.source, texts=False)


def _differ(kinds: Sequence[Strategy]) -> bool:
    """Whether kinds are run in different ways: a suite can test one framework with another."""
    return len({tuple(kind.invoke.functions) for kind in kinds}) > 1


def must_be_asked(tester: Tester, strategies: Strategies) -> bool:
    """Whether only the functions that a tester offers tell its kind."""
    kinds = strategies.by_source(tester.code)
    if not kinds and tester.kinship is not Kinship.TESTER:
        return tester.kinship is Kinship.LIKELY
    return tester.call is None and (_differ(kinds) or tester.may_drive if kinds else True)


def make_suite(
    tester: Tester, pages: Mapping[str, Page], site: Site, strategies: Strategies, probe: Probe
) -> Suite | None:
    """The suite of a tester; None where only the title made it look like one.

    The kind is told by the source; else by the function that editors call; else by the functions that it offers.

    :param pages: all Lua pages, by title
    """
    kinds = told = strategies.by_source(tester.code)
    why = [f"source: {kind.name}" for kind in kinds]
    if not kinds and tester.kinship is Kinship.CANDIDATE:
        return None
    functions: frozenset[str] | None = None
    offered = "the wiki gave no answer"
    if tester.call is not None and (not kinds or _differ(kinds)):
        kinds = _run_by({tester.call.function}, told) or strategies.by_functions({tester.call.function})
        kinds = kinds or told or [strategies.fallback]
        why.append(f"function called by editors: {tester.call.function}")
    if must_be_asked(tester, strategies):
        with suppress(KeyError):
            functions = probe(tester.page.title)
            if functions is None and not tester.code.strip():
                functions = frozenset()  # nobody has written anything yet
            if _helps(tester, functions, told, strategies) or not _shows(tester, functions, told, strategies):
                return None
            kinds = _by_functions(functions, told, strategies)
            offered = "it cannot be loaded" if functions is None else ", ".join(sorted(functions)) or "none"
        why.append(f"functions offered: {offered}")
    if tester.call is not None:
        why.append(f"call found on {tester.call.found_on}")
    why += tester.unread
    testee, reason = testee_of(tester.source, tester.page.title, tester.parent, pages, site, strategies)
    offers = None if told else functions
    candidates = tuple(_candidates(kinds, told, tester, testee, offers, site))
    return Suite(testee, tester.page, candidates, functions, (*why, f"testee: {reason}"))


def _helps(
    tester: Tester, functions: frozenset[str] | None, told: Collection[Strategy], strategies: Strategies
) -> bool:
    """Whether a page below tests serves these: it holds data for them, or helps or drives them."""
    if told:
        return tester.may_drive and functions is not None and not any(name.startswith("test") for name in functions)
    return tester.below and functions is not None and not strategies.by_functions(functions)


def _shows(
    tester: Tester, functions: frozenset[str] | None, told: Collection[Strategy], strategies: Strategies
) -> bool:
    """Whether a page shows that it holds tests, where its title only makes that likely.

    Of one that cannot be loaded its source tells: what it tests may be what is broken.
    """
    if told or tester.kinship is Kinship.TESTER:
        return True
    if functions is not None:
        return bool(strategies.by_functions(functions))
    names = {name for strategy in strategies.ordered for name in strategy.recognise.functions}
    return defines_any(tester.code, names)


def _by_functions(functions: frozenset[str] | None, told: list[Strategy], strategies: Strategies) -> list[Strategy]:
    """The kinds that the functions of a page speak for: of those that its source told, or of all."""
    if told:
        return _own(functions or (), told) or told
    return [strategies.fallback] if functions is None else strategies.by_functions(functions)


def _run_by(functions: Collection[str], kinds: Iterable[Strategy]) -> list[Strategy]:
    return [kind for kind in kinds if any(name in functions for name in kind.invoke.functions)]


def _own(functions: Collection[str], kinds: Iterable[Strategy]) -> list[Strategy]:
    """The kinds that functions of their own framework speak for."""
    return [kind for kind in kinds if any(name in functions for name in kind.recognise.functions)]


def _candidates(
    kinds: Sequence[Strategy],
    told: Collection[Strategy],
    tester: Tester,
    testee: Page,
    functions: frozenset[str] | None,
    site: Site,
) -> Iterator[Candidate]:
    for kind in kinds:
        call = tester.call or _usual_call(kind, functions)
        if call is not None:
            call = replace(call, title=_title(kind, tester.page.title, testee.title, site))
            yield Candidate(kind.name, call, told=kind in told)


def _usual_call(strategy: Strategy, functions: frozenset[str] | None) -> Call | None:
    """The strategy's own call; None where it is known that the tester offers no such function."""
    invoke = strategy.invoke
    names = [name for name in invoke.functions if functions is None or name in functions]
    return Call(names[0], tuple(invoke.arguments)) if names else None


def _title(strategy: Strategy, tester: str, testee: str, site: Site) -> str:
    """The title that a suite runs under."""
    match strategy.invoke.title:
        case "testee":
            return testee
        case "tester-doc":
            return site.doc_page(tester) or tester
        case "tester-talk":
            return f"{site.namespaces[MODULE + 1]}:{site.module_name(tester)}"
        case _:
            return tester
