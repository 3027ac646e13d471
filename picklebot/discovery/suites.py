"""From a tester's page to its suite: what it tests, and how it may be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from picklebot.discovery.testees import testee_of
from picklebot.model import Call, Candidate, Page, Suite
from picklebot.strategy import Strategies, Strategy
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
    :param sure: whether the title alone makes it a tester
    :param call: how editors run it, found on ``call_page``
    """

    page: Page
    source: str
    parent: str
    sure: bool
    call: Call | None = None
    call_page: str = ""


def must_be_asked(tester: Tester, strategies: Strategies) -> bool:
    """Whether only the functions that a tester offers tell its kind."""
    return tester.sure and tester.call is None and not strategies.by_source(tester.source)


def make_suite(
    tester: Tester, pages: Mapping[str, Page], site: Site, strategies: Strategies, probe: Probe
) -> Suite | None:
    """The suite of a tester; None where only the title made it look like one.

    The kind is told by the source; else by the function that editors call; else by the functions that it offers.

    :param pages: all Lua pages, by title
    """
    kinds = strategies.by_source(tester.source)
    why = [f"source: {kind.name}" for kind in kinds]
    if not kinds and not tester.sure:
        return None
    functions: frozenset[str] | None = None
    if not kinds and tester.call is not None:
        kinds = strategies.by_functions({tester.call.function}) or [strategies.fallback]
        why.append(f"function called by editors: {tester.call.function}")
    elif not kinds:
        try:
            functions = probe(tester.page.title)
            kinds = strategies.by_functions(functions) if functions is not None else [strategies.fallback]
            offered = "it cannot be loaded" if functions is None else ", ".join(sorted(functions)) or "none"
        except KeyError:
            offered = "the wiki gave no answer"
        why.append(f"functions offered: {offered}")
    if tester.call is not None:
        why.append(f"call found on {tester.call_page}")
    testee, reason = testee_of(tester.source, tester.page.title, tester.parent, pages, site, strategies)
    candidates = tuple(_candidates(kinds, tester, testee, functions, site))
    return Suite(testee, tester.page, candidates, functions, (*why, f"testee: {reason}"))


def _candidates(
    kinds: list[Strategy], tester: Tester, testee: Page, functions: frozenset[str] | None, site: Site
) -> Iterator[Candidate]:
    for kind in kinds:
        call = tester.call or _usual_call(kind, functions)
        if call is not None:
            yield Candidate(kind.name, replace(call, title=_title(kind, tester.page.title, testee.title, site)))


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
