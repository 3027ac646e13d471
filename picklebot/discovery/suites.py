"""From a tester's page to its suite: the testee, and the calls that may run it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from picklebot.discovery.lua import defines_any, drives_tests, without_comments
from picklebot.discovery.testees import testee_of
from picklebot.model import Call, Candidate, Note, NoteCode, Offer, Origin, Page, Suite
from picklebot.strategy import Strategies, Strategy
from picklebot.strategy.calls import TESTEE, TESTER, offered, own_call, same_call
from picklebot.strategy.selection import Kinship
from picklebot.wiki import Site
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = ["Probe", "ProbeMany", "Tester", "make_suite", "must_be_asked"]

#: Functions that a tester offers (by its title), by loading its page; None where that fails. KeyError where the
#: wiki gave no answer: a suite of unknown kind then has no candidates, and is made anew at the next harvest.
Probe = Callable[[str], Offer | None]
#: The same for many.
ProbeMany = Callable[[Sequence[str]], Mapping[str, Offer | None]]


@dataclass(frozen=True, slots=True)
class Tester:
    """A page that holds tests, as read from the wiki.

    :param source: None where it is too large to be read: then the functions that the page offers tell its kind
    :param parent: title of the module above it, which may not exist
    :param kinship: how sure the title alone makes it a tester
    :param call: how editors run it
    :param below: whether it lies below the part of the title that names the tests
    :param unread: findings about pages that were not read and on which editors may have written how to run it
    :param documented: whether the call stands on its documentation page; else on its talk page
    """

    page: Page
    source: str | None
    parent: str
    kinship: Kinship
    call: Call | None = None
    below: bool = False
    unread: tuple[Note, ...] = ()
    documented: bool = True

    @property
    def may_drive(self) -> bool:
        """Whether it may be a driver of the tests beside and below it, as its place and its source have it."""
        called = self.call is not None and self.documented
        return self.below and not called and drives_tests(self.code)

    @property
    def code(self) -> str:
        """The source without comments and strings of several lines."""
        return without_comments(self.source or "", texts=False)


def _differ(kinds: Sequence[Strategy]) -> bool:
    """Whether kinds are run in different ways: a suite can test one framework with another."""
    return len({(kind.invoke.page, *kind.invoke.functions) for kind in kinds}) > 1


def must_be_asked(tester: Tester, strategies: Strategies) -> bool:
    """Whether only the functions that a tester offers tell its kind, or whether the call that editors wrote exists."""
    kinds = strategies.by_source(tester.code)
    if not kinds:
        return tester.kinship is not Kinship.CANDIDATE
    elsewhere = tester.call is not None and tester.call.function not in {kind.invoke.functions[0] for kind in kinds}
    return _differ(kinds) or tester.may_drive or elsewhere


def make_suite(
    tester: Tester, pages: Mapping[str, Page], site: Site, strategies: Strategies, probe: Probe
) -> Suite | None:
    """The suite of a tester; None where only the title made it look like one.

    The kind is told by the source, else by the functions that the page offers. The strategy's own call comes first,
    then the one that editors wrote down, where it is another and there is such a function.

    :param pages: all Lua pages, by title
    :param strategies: all that can be used on this wiki
    """
    told = strategies.by_source(tester.code)
    why = [Note(NoteCode.SOURCE, (kind.name,)) for kind in told]
    if not told and tester.kinship is Kinship.CANDIDATE:
        return None
    offer: Offer | None = None
    silent = False
    if must_be_asked(tester, strategies):
        try:
            offer = probe(tester.page.title)
        except KeyError:
            silent = True
        if offer is None and not silent and tester.source is not None and not tester.code.strip():
            offer = Offer()  # nobody has written anything yet
        if not silent and (_helps(tester, offer, told, strategies) or not _shows(tester, offer, told, strategies)):
            return None
        why.append(_offered(offer, silent=silent))
    testee, reasons = testee_of(tester.source or "", tester.page.title, tester.parent, pages, site, strategies)
    functions = None if offer is None else offer.functions
    candidates: tuple[Candidate, ...] = ()
    if told or not silent:
        kinds = _kinds(tester, offer, told, strategies)
        candidates = tuple(_candidates(kinds, told, tester, testee, functions, strategies, site))
        why += _on_calls(tester, candidates, functions)
    why += tester.unread
    why += [Note(NoteCode.SOURCE_TOO_LARGE)] if tester.source is None else []
    why += reasons
    data = offer is not None and offer.data
    # Below a redirect a tester is no page of the module that this leads to: anybody can make a redirect.
    above = pages.get(tester.parent)
    elsewhere = testee.exists and (above is None or above.title != tester.parent)
    return Suite(testee, tester.page, candidates, functions, tuple(why), data=data, elsewhere=elsewhere)


def _offered(offer: Offer | None, *, silent: bool) -> Note:
    """The note about the functions of a tester that was asked for them."""
    if silent:
        return Note(NoteCode.OFFER_SILENT)
    if offer is None:
        return Note(NoteCode.OFFER_UNLOADED)
    if offer.data and not offer.functions:
        return Note(NoteCode.OFFER_DATA)
    return Note(NoteCode.OFFERED, (tuple(sorted(offer.functions)),))


def _helps(tester: Tester, offer: Offer | None, told: Collection[Strategy], strategies: Strategies) -> bool:
    """Whether a page below tests serves these: it holds data for them, or helps or drives them."""
    if offer is None:
        return False
    if told:
        return tester.may_drive and not any(name.startswith("test") for name in offer.functions)
    return tester.below and not strategies.by_functions(offer.functions)


def _shows(tester: Tester, offer: Offer | None, told: Collection[Strategy], strategies: Strategies) -> bool:
    """Whether a page shows that it holds tests, where its title only makes that likely.

    Of one that cannot be loaded its source tells: the testee may be broken.
    """
    if told or tester.kinship is Kinship.TESTER:
        return True
    if offer is not None:
        return bool(strategies.by_functions(offer.functions))
    names = {name for strategy in strategies.ordered for name in strategy.recognise.functions}
    return defines_any(tester.code, names)


def _kinds(tester: Tester, offer: Offer | None, told: list[Strategy], strategies: Strategies) -> list[Strategy]:
    """The kinds of which a page may be: of the ones that its source told, or of all."""
    if told and not _differ(told):
        return told
    if told and offer is not None:
        return _own(offer.functions, told) or told
    if told:
        return (_run_by(tester.call.function, told) if tester.documented and tester.call else []) or told
    if offer is None:
        return [strategies.fallback]
    return strategies.by_functions(offer.functions) or (
        strategies.by_data() if offer.data and not offer.functions else []
    )


def _run_by(function: str, kinds: Iterable[Strategy]) -> list[Strategy]:
    return [kind for kind in kinds if function in kind.invoke.functions]


def _own(functions: Collection[str], kinds: Iterable[Strategy]) -> list[Strategy]:
    """The kinds that functions of their own framework speak for."""
    return [kind for kind in kinds if any(name in functions for name in kind.recognise.functions)]


def _candidates(
    kinds: Sequence[Strategy],
    told: Sequence[Strategy],
    tester: Tester,
    testee: Page,
    functions: frozenset[str] | None,
    strategies: Strategies,
    site: Site,
) -> Iterator[Candidate]:
    """The strategies' own calls, else the only one that is left; then the one that editors wrote, if it is another."""
    names = {TESTER: site.module_name(tester.page.title), TESTEE: site.module_name(testee.title)}

    def run(kind: Strategy, call: Call, origin: Origin) -> Candidate:
        call = replace(call, title=_title(kind, tester.page.title, testee.title, site))
        return Candidate(kind.name, call, declared_in_source=kind in told, origin=origin)

    own = []
    for kind in kinds:
        call = own_call(kind, functions, names)
        if call is not None:
            page = site.module(kind.invoke.page) if kind.invoke.page else ""
            own.append(run(kind, replace(call, page=page), Origin.STRATEGY))
    written = tester.call if _is_there(tester, functions) else None
    if written is not None and any(same_call(written, candidate.call) for candidate in own):
        seen = written.found_on
        own = [replace(c, call=replace(c.call, found_on=seen)) if same_call(written, c.call) else c for c in own]
        written = None
    yield from own
    if written is not None:
        runs = (_run_by(written.function, told) or told) if told else strategies.by_functions({written.function})
        origin = Origin.DOCUMENTATION if tester.documented else Origin.TALK
        for kind in runs or kinds or [strategies.fallback]:
            yield run(kind, written, origin)
    elif not own and functions is not None:
        first = [run(kind, Call(kind.invoke.functions[0]), Origin.STRATEGY) for kind in kinds]
        yield from offered(first, strategies, functions)


def _is_there(tester: Tester, functions: Collection[str] | None) -> bool:
    """Whether the function that editors call is there, as far as is known."""
    return tester.call is not None and (functions is None or tester.call.function in functions)


def _on_calls(tester: Tester, candidates: Sequence[Candidate], functions: Collection[str] | None) -> Iterator[Note]:
    """The notes about a call that editors wrote down."""
    if tester.call is None:
        return
    if not _is_there(tester, functions):
        yield Note(NoteCode.CALL_WITHOUT_FUNCTION, (tester.call.found_on, tester.call.function))
        return
    yield Note(NoteCode.CALL_FOUND, (tester.call.found_on,))
    if any(candidate.origin.written for candidate in candidates) and len({c.origin for c in candidates}) > 1:
        yield Note(NoteCode.OWN_CALL_FIRST)


def _title(strategy: Strategy, tester: str, testee: str, site: Site) -> str:
    """The title that a suite runs under."""
    match strategy.invoke.title:
        case "testee":
            return testee
        case "tester-doc":
            return site.doc_page(tester) or tester
        case "tester-talk":
            return f"{site.namespaces[MODULE_NAMESPACE + 1]}:{site.module_name(tester)}"
        case _:
            return tester
