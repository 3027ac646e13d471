"""Many suites in one request: a batch may only confirm what a suite said when it ran alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

from picklebot.invocation.output import Limits, Output, script_error, use_of
from picklebot.invocation.runner import invoke_wikitext
from picklebot.model import NOWHERE, Call, Cost, Page
from picklebot.wiki import Site, Wiki

__all__ = ["NEAR", "BatchItem", "BatchRun", "Limits", "pack", "run_batch", "take_batch"]

# How full a request is packed, of what the wiki allows: suites take more on a bad day than on their last.
_FILL = 0.4
#: A suite that takes this part of a limit when alone has no place in a batch.
NEAR = _FILL
# From this part of a limit on, nothing in a batch counts: what came after may have felt it.
_TOUCHED = 0.9
_SUITES_A_REQUEST = 40
_CHARACTERS_A_REQUEST = 100_000


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A suite to be confirmed.

    :param page: whether its report is read from the rendered page; else from its text
    :param cost: of its last run alone
    """

    tester: Page
    call: Call
    page: bool
    cost: Cost


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What came of a batch.

    :param outputs: what each suite printed; None where it cannot be told from its neighbours', or a limit was touched
    :param limits: the wiki's, where its report has them
    :param timed_out: whether Lua's time was over
    :param broken: index of a suite that broke out of its container: what comes after it is nobody's
    """

    outputs: Sequence[Output | None]
    limits: Limits | None = None
    timed_out: bool = False
    broken: int | None = None


def pack(items: Iterable[BatchItem], limits: Limits) -> Iterator[list[BatchItem]]:
    """Split suites into batches; all in the same limits."""
    todo = list(items)
    while todo:
        batch, todo = take_batch(todo, limits)
        yield batch


def take_batch(items: Iterable[BatchItem], limits: Limits) -> tuple[list[BatchItem], list[BatchItem]]:
    """A batch that stays well below the limits, by what the suites took alone, the heaviest first; and what is left.

    Memory is one shared high-water mark, so it adds up as time does.
    """
    batch: list[BatchItem] = []
    left: list[BatchItem] = []
    lua_ms, memory, characters = limits.lua_ms * _FILL, limits.memory_bytes * _FILL, _CHARACTERS_A_REQUEST
    for item in sorted(items, key=lambda item: (item.cost.lua_ms, item.cost.memory_bytes), reverse=True):
        size = len(item.tester.title) + len(item.call.function) + sum(map(len, item.call.arguments)) + 100
        fits = item.cost.lua_ms <= lua_ms and item.cost.memory_bytes <= memory and size <= characters
        if batch and (not fits or len(batch) >= _SUITES_A_REQUEST):
            left.append(item)
            continue
        batch.append(item)
        lua_ms, memory, characters = lua_ms - item.cost.lua_ms, memory - item.cost.memory_bytes, characters - size
    return batch, left


def run_batch(wiki: Wiki, site: Site, batch: Sequence[BatchItem]) -> BatchRun:
    """Run suites in one request, under a title that is none of theirs.

    :raises WikiError: the wiki did not answer
    """
    nonce = secrets.token_hex(8)
    started = time.monotonic()
    answer = wiki.get(
        action="parse",
        title=NOWHERE,
        contentmodel="wikitext",
        text="\n".join(_wikitext(item, f"{nonce}-{n}", site) for n, item in enumerate(batch)),
        prop=["text", "limitreportdata"],
        disablelimitreport=True,
        disableeditsection=True,
        wrapoutputclass="",
        uselang="content",
    )["parse"]
    took = round((time.monotonic() - started) * 1000 / len(batch))
    use = use_of(answer)
    if use.most >= _TOUCHED:
        return BatchRun([None] * len(batch), use.limits, timed_out=use.time >= _TOUCHED)
    timeout = site.messages.get("scribunto-common-timeout", "")
    texts = _containers(answer["text"], nonce, batch)
    outputs = [Output(text=text, error=script_error(text, timeout), duration_ms=took) for text in texts]
    missing = len(batch) - len(outputs)
    broken = len(outputs) if missing else None
    return BatchRun([*outputs, *[None] * missing], use.limits, broken=broken)


def _wikitext(item: BatchItem, id_: str, site: Site) -> str:
    invoke = invoke_wikitext(site.module_name(item.tester.title), item.call)
    return f'<div id="{id_}">\n{invoke}\n</div>' if item.page else f"{{{{#tag:pre|{invoke}|id={id_}}}}}"


def _containers(document: str, nonce: str, batch: Sequence[BatchItem]) -> list[str]:
    """The text in each container, up to the first that its suite broke out of."""
    root: Any = html.fragment_fromstring(document, create_parent="div")
    texts: list[str] = []
    if (root.text or "").strip():
        return texts
    elements = list(root)
    for n, (element, item) in enumerate(zip(elements, batch, strict=False)):
        whole = n + 1 == len(batch) or (n + 1 < len(elements) and elements[n + 1].get("id") == f"{nonce}-{n + 1}")
        alone = n + 1 < len(batch) or len(elements) == len(batch)
        if element.get("id") != f"{nonce}-{n}" or (element.tail or "").strip() or not whole or not alone:
            break
        texts.append(_inner(element) if item.page else element.text_content())
    return texts


def _inner(element: Any) -> str:  # noqa: ANN401 (lxml's stubs name no type)
    parts = [element.text or "", *(html.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts)
