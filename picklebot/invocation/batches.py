"""Many suites in one request: a batch may only confirm a result that a suite had alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from picklebot.errors import WikiError
from picklebot.invocation.output import Limits, Output, error_at_home, limit_usage_of, script_error
from picklebot.invocation.runner import LOGGED, Runner, invoke_wikitext
from picklebot.model import Call, Cost, Inconclusive, InconclusiveCode, Page, Suite, SuiteError
from picklebot.strategy import Strategy
from picklebot.text.html import in_div, source
from picklebot.wiki import Site, Wiki

__all__ = ["NEAR", "BatchItem", "BatchRun", "Limits", "Part", "Replay", "pack", "page_for", "run_batch", "take_batch"]

# How full a request is packed, of the wiki's limits: suites take more on a bad day than on their last. Memory and
# output vary less than time.
_FILL = 0.4
_FILL_STEADY = 0.6
#: A suite that takes this part of a limit when alone has no place in a batch.
NEAR = _FILL
# From this part of a limit on, nothing in a batch counts: later suites may have felt it.
_TOUCHED = 0.9
_SUITES_A_REQUEST = 40
_CHARACTERS_A_REQUEST = 100_000

_NOT_RUN = Output(inconclusive=Inconclusive(InconclusiveCode.NOT_RUN))


@dataclass(frozen=True, slots=True)
class Part:
    """One of the calls that a suite is read from.

    :param page: whether it is read from the rendered page; else from its text
    :param logs: whether its log is read where it shows nothing
    """

    tester: Page
    call: Call
    page: bool
    logs: bool = False

    @property
    def characters(self) -> int:
        """How long its wikitext is, about."""
        return len(self.tester.title) + len(self.call.function) + sum(map(len, self.call.arguments)) + 100


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A suite to be confirmed.

    :param cost: of its last run alone
    :param home: the page that it runs under alone
    :param title_dependent: whether it can be confirmed under that page only
    :param title_free: whether it is known that it can be confirmed under others
    :param silent: whether its log is likely to be asked for
    """

    parts: tuple[Part, ...]
    cost: Cost
    home: Page
    title_dependent: bool = False
    title_free: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class BatchRun:
    """The outcome of a batch.

    :param outputs: outputs of each suite's calls; None where one cannot be told from its neighbours', or a limit was
        touched
    :param limits: the wiki's, where its report has them
    :param timed_out: whether Lua's time was over
    :param broken: index of a suite that broke out of its container: later output is nobody's
    """

    outputs: Sequence[Mapping[Part, Output] | None]
    limits: Limits | None = None
    timed_out: bool = False
    broken: int | None = None


class Replay(Runner):
    """Stands for a runner where suites have run already: one that has not is inconclusive."""

    def __init__(self, outputs: Mapping[Part, Output]) -> None:
        self._outputs = {(part.call, part.page): output for part, output in outputs.items()}

    def run(self, suite: Suite, call: Call, strategy: Strategy) -> Output:  # noqa: ARG002 (as a runner has it)
        """The output of a call in the batch."""
        return self._outputs.get((call, strategy.invoke.output == "page"), _NOT_RUN)


def pack(items: Iterable[BatchItem], limits: Limits) -> Iterator[list[BatchItem]]:
    """Split suites into batches; all in the same limits."""
    todo = list(items)
    while todo:
        batch, todo = take_batch(todo, limits)
        yield batch


def take_batch(
    items: Iterable[BatchItem], limits: Limits, *, in_order: bool = False
) -> tuple[list[BatchItem], list[BatchItem]]:
    """A batch that stays well below the limits, by the cost of the suites alone; and the rest.

    Memory is one shared high-water mark, so it adds up as time does. One batch has one title, and it is another one
    than those of the suites that any will do for.

    :param in_order: whether the first suites come first; else the heaviest do
    """
    batch: list[BatchItem] = []
    left: list[BatchItem] = []
    under: Page | None = None
    lua_ms, memory, characters = limits.lua_ms * _FILL, limits.memory_bytes * _FILL_STEADY, _CHARACTERS_A_REQUEST
    permille = 1000 * _FILL_STEADY
    for item in items if in_order else sorted(items, key=_heaviest_first):
        cost, size = item.cost, sum(part.characters for part in item.parts)
        fits = cost.lua_ms <= lua_ms and cost.memory_bytes <= memory and cost.permille <= permille
        full = len(batch) >= _SUITES_A_REQUEST or size > characters
        elsewhere = item.title_dependent and under not in (None, item.home)
        if batch and (not fits or full or elsewhere):
            left.append(item)
            continue
        batch.append(item)
        under = under or (item.home if item.title_dependent else None)
        lua_ms, memory, characters = lua_ms - cost.lua_ms, memory - cost.memory_bytes, characters - size
        permille -= cost.permille
    return batch, left


def _heaviest_first(item: BatchItem) -> tuple[bool, bool, int, int, int]:
    """Suites that need a title of their own come first: the others fill up their batches.

    What shows nothing comes together: a batch in which anything does so costs a request more.
    """
    return not item.title_dependent, not item.silent, -item.cost.lua_ms, -item.cost.memory_bytes, -item.cost.permille


def page_for(batch: Sequence[BatchItem]) -> Page | None:
    """The page to run a batch under; None where it must be one that is none of its suites'.

    It is the one that some of them need, else that of one of which it is known that its title does not matter.
    """
    pages = [item.home for item in batch if item.title_dependent] or [item.home for item in batch if item.title_free]
    return next(iter(pages), None)


def run_batch(wiki: Wiki, site: Site, batch: Sequence[BatchItem], under: Page) -> BatchRun:
    """Run suites in one request, under a page that `page_for` names, or that is none of theirs.

    The logs of suites that show nothing are asked for in one request more.

    :raises WikiError: the wiki did not answer, or left out a part that is larger than an answer may be
    """
    nonce = secrets.token_hex(8)
    parts = [part for item in batch for part in item.parts]
    title = under.title
    started = time.monotonic()
    answer = wiki.get(
        action="parse",
        title=title,
        revid=under.revision or None,
        contentmodel="wikitext",
        text="\n".join(_wikitext(part, f"{nonce}-{n}", site) for n, part in enumerate(parts)),
        prop=["text", "limitreportdata"],
        disablelimitreport=True,
        disableeditsection=True,
        wrapoutputclass="",
        uselang="content",
    )["parse"]
    took = round((time.monotonic() - started) * 1000 / len(batch))
    use = limit_usage_of(answer)
    if use.most >= _TOUCHED:
        return BatchRun([None] * len(batch), use.limits, timed_out=use.time >= _TOUCHED)
    texts = _containers(answer["text"], nonce, parts)
    printed = {
        part: Output(text=text, error=_error(text, part, title, site), duration_ms=took)
        for part, text in zip(parts, texts, strict=False)
    }
    silent = [part for part, output in printed.items() if part.logs and not output.text.strip() and not output.error]
    if silent:
        printed |= _logged(wiki, site, title, silent)
    outputs = [
        {part: printed[part] for part in item.parts} if all(part in printed for part in item.parts) else None
        for item in batch
    ]
    broken = next((n for n, output in enumerate(outputs) if output is None), None)
    return BatchRun(outputs, use.limits, broken=broken)


def _error(text: str, part: Part, title: str, site: Site) -> SuiteError | None:
    """The error in place of an output, in the words that the wiki has for it where the suite runs alone."""
    error = script_error(text, site.messages.get("scribunto-common-timeout", ""))
    moved = title != part.tester.title == (part.call.title or part.tester.title)
    return error_at_home(error, part.tester.title, site.messages) if error and moved else error


def _logged(wiki: Wiki, site: Site, title: str, silent: Sequence[Part]) -> dict[Part, Output]:
    """The logs of calls; a call without an answer is inconclusive."""
    logs: Mapping[int, str] = {}
    with suppress(WikiError):  # alone each has its own tries
        names = [invoke_wikitext(site, part.tester, part.call) for part in silent]
        logs = Runner(wiki, site).logged_together(title, names)
    return {part: _of_log(logs.get(n)) for n, part in enumerate(silent)}


def _of_log(text: str | None) -> Output:
    if text is None:
        return Output(inconclusive=Inconclusive(InconclusiveCode.LOG_UNREAD))
    return Output(text=text, notes=(LOGGED,), logged=True) if text.strip() else Output()


def _wikitext(part: Part, id_: str, site: Site) -> str:
    invoke = invoke_wikitext(site, part.tester, part.call)
    return f'<div id="{id_}">\n{invoke}\n</div>' if part.page else f"{{{{#tag:pre|{invoke}|id={id_}}}}}"


def _containers(document: str, nonce: str, parts: Sequence[Part]) -> list[str]:
    """The text in each container, up to the first that its suite broke out of."""
    root = in_div(document)
    texts: list[str] = []
    if (root.text or "").strip():
        return texts
    elements = list(root)
    for n, (element, part) in enumerate(zip(elements, parts, strict=False)):
        whole = n + 1 == len(parts) or (n + 1 < len(elements) and elements[n + 1].get("id") == f"{nonce}-{n + 1}")
        alone = n + 1 < len(parts) or len(elements) == len(parts)
        if element.get("id") != f"{nonce}-{n}" or (element.tail or "").strip() or not whole or not alone:
            break
        texts.append(_inner(element) if part.page else element.text_content())
    return texts


def _inner(element: Any) -> str:  # noqa: ANN401 (lxml's stubs name no type)
    parts = [element.text or "", *(source(child) for child in element)]
    return "".join(parts)
