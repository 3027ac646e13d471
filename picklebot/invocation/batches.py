"""Many suites in one request: a batch may only confirm a result that a suite had alone."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from picklebot.errors import WikiError
from picklebot.invocation.output import (
    Limits,
    LimitUsage,
    Output,
    error_at_home,
    limit_usage_of,
    logged_by,
    omission,
    script_error,
)
from picklebot.invocation.packing import BatchItem, Part
from picklebot.invocation.runner import LOGGED, Runner, invoke_wikitext
from picklebot.model import Call, ErrorKind, Inconclusive, InconclusiveCode, Page, Suite, SuiteError
from picklebot.strategy import Strategy
from picklebot.text.html import in_div, source
from picklebot.wiki import Site, Wiki

__all__ = ["BatchRun", "Replay", "run_batch"]

# From this part of a limit on, suites may have felt it.
_TOUCHED_SHARE = 0.9
# Limits that end a suite, and that none can feel in another way: Lua's pcall does not catch them (seen on MediaWiki
# 1.39 and 1.43).
_ENDING = (ErrorKind.TIME, ErrorKind.MEMORY)

_NOT_RUN = Output(inconclusive=Inconclusive(InconclusiveCode.NOT_RUN))


@dataclass(frozen=True, slots=True)
class BatchRun:
    """The outcome of a batch.

    :param outputs: outputs of each suite's calls; None where one cannot be told from its neighbours', or may have felt
        a limit that they touched
    :param limits: the wiki's, where its report has them
    :param broken: index of a suite that broke out of its container: later output is nobody's
    :param ended: index of the first suite that Lua's time or memory did not suffice for: later ones may have felt that
    :param touched: whether another limit was touched, so that nothing can be said of any
    """

    outputs: Sequence[Mapping[Part, Output] | None]
    limits: Limits | None = None
    broken: int | None = None
    ended: int | None = None
    touched: bool = False


class Replay(Runner):
    """Stands for a runner where suites have run already: one that has not is inconclusive."""

    def __init__(self, outputs: Mapping[Part, Output]) -> None:
        self._outputs = {(part.call, part.page): output for part, output in outputs.items()}

    def run(self, suite: Suite, call: Call, strategy: Strategy) -> Output:  # noqa: ARG002 (as a runner has it)
        """The output of a call in the batch."""
        return self._outputs.get((call, strategy.invoke.output == "page"), _NOT_RUN)


def run_batch(
    wiki: Wiki,
    site: Site,
    batch: Sequence[BatchItem],
    under: Page,
    is_expected: Callable[[BatchItem, Mapping[Part, Output]], bool] = lambda *_: False,
) -> BatchRun:
    """Run suites in one request, under a page that `page_for` names, or that is none of theirs.

    The logs of suites that show nothing are asked for in one request more, where the limit report does not tell: it has
    the logs of all suites of the request, and no marks between them.

    :param is_expected: whether outputs of a suite's calls are as they were when it ran alone
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
    if use.others >= _TOUCHED_SHARE:
        return BatchRun([None] * len(batch), use.limits, touched=True)
    texts = _containers(answer["text"], nonce, parts)
    printed = {
        part: Output(text=text, error=_error(text, part, title, site), duration_ms=took)
        for part, text in zip(parts, texts, strict=False)
    }
    ended = next((n for n, item in enumerate(batch) if any(_is_ended(printed.get(part)) for part in item.parts)), None)
    if _is_unexplained(use, printed, batch, ended):
        return BatchRun([None] * len(batch), use.limits, touched=True)
    for item in batch[ended + 1 :] if ended is not None else ():
        for part in item.parts:
            printed.pop(part, None)
    silent = [part for part, output in printed.items() if part.logs and not output.text.strip() and not output.error]
    logged = logged_by(answer)
    if silent and (logged or ended is None):
        known = _by_report(logged, batch, printed, silent, is_expected)
        printed |= known
        silent = [part for part in silent if part not in known]
    if silent:
        printed |= _logged(wiki, site, title, silent)
    outputs = [
        {part: printed[part] for part in item.parts} if all(part in printed for part in item.parts) else None
        for item in batch
    ]
    broken = len(texts) < len(parts)
    first = next((n for n, output in enumerate(outputs) if output is None), None) if broken else None
    if ended is not None and (first is None or ended < first):
        return BatchRun(outputs, use.limits, ended=ended)
    return BatchRun(outputs, use.limits, broken=first)


def _is_unexplained(
    use: LimitUsage, printed: Mapping[Part, Output], batch: Sequence[BatchItem], ended: int | None
) -> bool:
    """Whether time or memory was touched by others than the suite that it ended.

    One may have felt that and gone on, as where it calls another module through ``frame:preprocess``.
    """
    errors = [printed[part].error for part in batch[ended].parts if part in printed] if ended is not None else []
    kinds = {error.kind for error in errors if error is not None}
    return (use.time >= _TOUCHED_SHARE and not kinds) or (
        use.memory >= _TOUCHED_SHARE and ErrorKind.MEMORY not in kinds
    )


def _is_ended(output: Output | None) -> bool:
    return output is not None and output.error is not None and output.error.kind in _ENDING


def _error(text: str, part: Part, title: str, site: Site) -> SuiteError | None:
    """The error in place of an output, in the words that the wiki has for it where the suite runs alone."""
    error = omission(text) or script_error(text, site.messages.get("scribunto-common-timeout", ""))
    moved = title != part.tester.title == (part.call.title or part.tester.title)
    return error_at_home(error, part.tester.title, site.messages) if error and moved else error


def _by_report(
    logged: str,
    batch: Sequence[BatchItem],
    printed: Mapping[Part, Output],
    silent: Sequence[Part],
    is_expected: Callable[[BatchItem, Mapping[Part, Output]], bool],
) -> dict[Part, Output]:
    """The outputs of calls that show nothing, as far as the limit report tells them.

    It does where nobody logged anything, and where a single call shows nothing and the log is the expected one.
    """
    if logged.strip() and len(silent) > 1:
        return {}
    told = {**printed, **dict.fromkeys(silent, _of_log(logged))}
    found: dict[Part, Output] = {}
    for item in batch:
        mine = [part for part in item.parts if part in silent]
        if mine and is_expected(item, {part: told[part] for part in item.parts if part in told}):
            found |= {part: told[part] for part in mine}
    return found


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
        inner = _inner(element)
        texts.append(inner if part.page or omission(inner) else element.text_content())
    return texts


def _inner(element: Any) -> str:  # noqa: ANN401 (lxml's stubs name no type)
    parts = [element.text or "", *(source(child) for child in element)]
    return "".join(parts)
