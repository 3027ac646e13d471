"""Which calls may run a tester: a strategy's own, the one that editors wrote down, the only one that is left. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from picklebot.model import Call, Candidate, Origin
from picklebot.strategy.schema import Strategy
from picklebot.strategy.selection import Strategies

__all__ = ["TESTEE", "TESTER", "offered", "own_call", "same_call"]

#: Placeholders in a strategy's arguments for the names of the modules, without their namespace.
TESTER, TESTEE = "$tester$", "$testee$"

# Functions that no page calls for a whole suite: tests, and private ones.
_NO_ENTRY = re.compile(r"test|_", re.IGNORECASE)
# Functions that run all tests by their names: none of a framework's tests is called so.
_ALL_TESTS = re.compile(r"tests?|test_?(?:all|cases?|suite)", re.IGNORECASE)
# Text in a call must not end it, nor begin anything else.
_NAMEABLE = re.compile(r"[^|{}\[\]<>=\s]+")


def own_call(strategy: Strategy, functions: Collection[str] | None, names: Mapping[str, str]) -> Call | None:
    """The strategy's own call; None where it is known that the tester offers no such function.

    :param functions: the functions that the tester is known to offer; None where it was not asked
    :param names: the values of `TESTER` and `TESTEE`
    """
    invoke = strategy.invoke
    mine = [name for name in invoke.functions if functions is None or invoke.page or name in functions]
    return Call(mine[0], tuple(_filled(each, names) for each in invoke.arguments)) if mine else None


def _filled(argument: str, names: Mapping[str, str]) -> str:
    for placeholder, name in names.items():
        argument = argument.replace(placeholder, name)
    return argument


def same_call(one: Call, other: Call) -> bool:
    """Whether two calls do the same: white space around arguments, and empty ones, make no difference."""
    return (one.page, one.function, _arguments(one)) == (other.page, other.function, _arguments(other))


def _arguments(call: Call) -> list[str]:
    return [argument.strip() for argument in call.arguments if argument.strip()]


def offered(candidates: Sequence[Candidate], strategies: Strategies, functions: Collection[str]) -> Iterator[Candidate]:
    """The candidates for a tester whose calls do not exist: other functions of their strategies, else the only one.

    :param candidates: as they were tried
    :param functions: the functions that the tester offers
    """
    own = [each for each in candidates if each.strategy in strategies and not (each.origin.written or each.call.page)]
    kinds = [strategies[candidate.strategy] for candidate in own]
    name = _only_choice(functions, kinds)
    found = False
    for candidate, kind in zip(own, kinds, strict=True):
        mine = next((function for function in kind.invoke.functions if function in functions), None)
        if mine is not None:
            found = True
            yield replace(candidate, call=replace(candidate.call, function=mine), origin=Origin.STRATEGY)
    if not found and name is not None:
        for candidate in own:
            call = Call(name, title=candidate.call.title)
            yield replace(candidate, call=call, origin=Origin.ONLY_CHOICE)


def _only_choice(functions: Iterable[str], kinds: Iterable[Strategy]) -> str | None:
    """The only function that can be meant to run the tests; None where there is none, or a choice."""
    framework = {name for kind in kinds for name in kind.recognise.functions}
    mine = [name for name in functions if name not in framework]
    left = [name for name in mine if not _NO_ENTRY.match(name)] or [name for name in mine if _ALL_TESTS.fullmatch(name)]
    return left[0] if len(left) == 1 and _NAMEABLE.fullmatch(left[0]) else None
