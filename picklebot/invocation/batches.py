"""Many suites in one request: a batch may only confirm what a suite said when it ran alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import html

from picklebot.invocation.output import Output, script_error
from picklebot.invocation.runner import invoke_wikitext
from picklebot.model import Call, Cost, Page
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer

__all__ = ["BatchItem", "Limits", "pack", "run_batch"]

# How full a request is packed, of what the wiki allows: suites take more on a bad day than on their last.
_FILL = 0.4
# From this part of a limit on, nothing in a batch counts: what came after may have felt it.
_TOUCHED = 0.9
_SUITES_A_REQUEST = 40
_CHARACTERS_A_REQUEST = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may take on this wiki, as its limit report says."""

    lua_ms: int = 7_000
    memory_bytes: int = 50 * 1024 * 1024


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


def pack(items: Iterable[BatchItem], limits: Limits) -> Iterator[list[BatchItem]]:
    """Split suites into batches that stay well below the limits, by what they took alone; the heaviest first.

    Memory is one shared high-water mark, so it adds up as time does.
    """
    todo = sorted(items, key=lambda item: (item.cost.lua_ms, item.cost.memory_bytes), reverse=True)
    while todo:
        batch: list[BatchItem] = []
        left: list[BatchItem] = []
        lua_ms, memory, characters = limits.lua_ms * _FILL, limits.memory_bytes * _FILL, _CHARACTERS_A_REQUEST
        for item in todo:
            size = len(item.tester.title) + sum(map(len, item.call.arguments)) + 100
            fits = item.cost.lua_ms <= lua_ms and item.cost.memory_bytes <= memory and size <= characters
            if batch and (not fits or len(batch) >= _SUITES_A_REQUEST):
                left.append(item)
                continue
            batch.append(item)
            lua_ms, memory, characters = lua_ms - item.cost.lua_ms, memory - item.cost.memory_bytes, characters - size
        yield batch
        todo = left


def run_batch(wiki: Wiki, site: Site, batch: Sequence[BatchItem]) -> tuple[list[Output | None], Limits | None]:
    """Run suites in one request.

    :returns: what each printed, None where it cannot be told from its neighbours' output or a limit was touched; and
        the wiki's limits, where its report has them
    :raises WikiError: the wiki did not answer
    """
    nonce = secrets.token_hex(8)
    started = time.monotonic()
    answer = wiki.get(
        action="parse",
        title=batch[0].tester.title,
        contentmodel="wikitext",
        text="\n".join(_wikitext(item, f"{nonce}-{n}", site) for n, item in enumerate(batch)),
        prop=["text", "limitreportdata"],
        disablelimitreport=True,
        disableeditsection=True,
        wrapoutputclass="",
        uselang="content",
    )["parse"]
    took = round((time.monotonic() - started) * 1000 / len(batch))
    touched, limits = _limit_report(answer)
    if touched:
        return [None] * len(batch), limits
    timeout = site.messages.get("scribunto-common-timeout", "")
    texts = _containers(answer["text"], nonce, batch)
    return [_output(text, timeout, took) for text in texts], limits


def _wikitext(item: BatchItem, id_: str, site: Site) -> str:
    invoke = invoke_wikitext(site.module_name(item.tester.title), item.call)
    return f'<div id="{id_}">\n{invoke}\n</div>' if item.page else f"{{{{#tag:pre|{invoke}|id={id_}}}}}"


def _output(text: str | None, timeout: str, took: int) -> Output | None:
    if text is None:
        return None
    error = script_error(text, timeout)
    return Output(text=text, error=error, duration_ms=took)


def _containers(document: str, nonce: str, batch: Sequence[BatchItem]) -> list[str | None]:
    """The text in each container; None for all where one broke out of its own: then nobody knows what is whose."""
    root: Any = html.fragment_fromstring(document, create_parent="div")
    elements = list(root)
    ids = [element.get("id") for element in elements]
    stray = (root.text or "").strip() or any((element.tail or "").strip() for element in elements)
    if stray or ids != [f"{nonce}-{n}" for n in range(len(batch))]:
        return [None] * len(batch)
    return [
        _inner(element) if item.page else element.text_content() for element, item in zip(elements, batch, strict=True)
    ]


def _inner(element: Any) -> str:  # noqa: ANN401 (lxml's stubs name no type)
    parts = [element.text or "", *(html.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts)


def _limit_report(parse: Answer) -> tuple[bool, Limits | None]:
    """Whether any limit was touched, and what the limits are, by the names that MediaWiki's limit report has."""
    report = {item["name"]: (item.get("0"), item.get("1")) for item in parse.get("limitreportdata", ())}
    used = [_part(*pair) for name, pair in report.items() if name in _LIMITED]
    lua, memory = report.get("scribunto-limitreport-timeusage"), report.get("scribunto-limitreport-memusage")
    limits = Limits(round(float(lua[1]) * 1000), int(memory[1])) if lua and memory and lua[1] and memory[1] else None
    return any(part >= _TOUCHED for part in used), limits


_LIMITED = frozenset(
    {
        "limitreport-ppvisitednodes",
        "limitreport-postexpandincludesize",
        "limitreport-templateargumentsize",
        "limitreport-expansiondepth",
        "limitreport-expensivefunctioncount",
        "limitreport-unstrip-depth",
        "limitreport-unstrip-size",
        "scribunto-limitreport-timeusage",
        "scribunto-limitreport-memusage",
    }
)


def _part(used: object, limit: object) -> float:
    return float(str(used)) / float(str(limit)) if limit and float(str(limit)) else 0.0
