"""Runs suites on the wiki, each alone, and asks the console for what a page does not show."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from lxml import html

from picklebot.errors import WikiError
from picklebot.invocation.lua import MARK, PROBE, args_table, lua_string, probe_many
from picklebot.invocation.output import Output, cost_of, dependencies_of, omission, script_error, use_of
from picklebot.model import Call, Page
from picklebot.strategy import Strategy
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer

__all__ = ["Request", "Runner", "invoke_wikitext"]


# Testers that one question loads, to see what they offer.
_PROBED_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a run and the wiki's answer to it, for people who want to see the whole way."""

    parameters: Mapping[str, object]
    answer: Answer


class Runner:
    """Runs suites alone, under their own titles: what comes out is what a reader of such a page would see.

    :ivar log: the requests made, where somebody wants to see them; None keeps none
    """

    def __init__(self, wiki: Wiki, site: Site) -> None:
        self._wiki = wiki
        self._site = site
        self.log: list[Request] | None = None

    def run(self, tester: Page, call: Call, strategy: Strategy) -> Output:
        """Run one suite as its strategy says. A wiki that does not answer makes the output inconclusive."""
        started = time.monotonic()
        try:
            output = self._invoke(tester, call, page=strategy.invoke.output == "page")
            if not output.text.strip() and not output.error and strategy.console.decides == "when-empty":
                logged = self._logged(tester, call)
                if logged.strip():
                    note = "the page shows nothing; this is what the run logged"
                    output = replace(output, text=logged, notes=(note,))
        except WikiError as error:
            output = Output(inconclusive=str(error))
        return replace(output, duration_ms=round((time.monotonic() - started) * 1000))

    def detail(self, tester: Page, call: Call, strategy: Strategy) -> str | None:
        """The results of a suite as JSON, for a strategy that knows how to ask the console; None where it said nothing.

        :raises WikiError: the wiki could not be asked
        """
        if not strategy.console.question:
            return None
        question = strategy.console.question.replace("$args$", args_table(call))
        return self._asked(call.title or tester.title, self._loaded(tester.title), question)

    def functions(self, tester: str) -> frozenset[str] | None:
        """Names of the functions that a tester offers, or None where loading it ends in an error, or gives no table.

        :raises WikiError: the wiki could not be asked
        """
        names = self._asked(tester, self._loaded(tester), PROBE)
        return None if names is None else frozenset(names.split())

    def functions_of(self, testers: Sequence[str]) -> dict[str, frozenset[str] | None]:
        """The same for many testers, a few requests in all; those of which the wiki gives no answer are left out.

        Loaded together they can disturb one another: what then seems to offer nothing, or cannot be loaded, is asked
        alone.
        """
        found: dict[str, frozenset[str] | None] = {}
        for start in range(0, len(testers), _PROBED_AT_ONCE):
            some = testers[start : start + _PROBED_AT_ONCE]
            if len(some) > 1:
                with suppress(WikiError):
                    found |= self._functions_together(some)
        for tester in testers:
            if tester not in found:
                with suppress(WikiError):
                    found[tester] = self.functions(tester)
        return found

    def _functions_together(self, testers: Sequence[str]) -> dict[str, frozenset[str]]:
        """Of those that can be loaded beside the others, and offer anything, what they offer."""
        mark = secrets.token_hex(8)
        answer = self._answer(testers[0], "return {}", probe_many(testers, mark))
        if answer["type"] != "normal":
            return {}
        found = {}
        for line in str(answer.get("print", "")).split("\n"):
            if line.startswith(mark):
                number, *names = line.removeprefix(mark).split()
                if names:
                    found[testers[int(number) - 1]] = frozenset(names)
        return found

    def _invoke(self, tester: Page, call: Call, *, page: bool) -> Output:
        nonce = secrets.token_hex(8)
        invoke = invoke_wikitext(self._site.module_name(tester.title), call)
        answer = self._ask(
            self._wiki.get,
            action="parse",
            title=call.title or tester.title,
            contentmodel="wikitext",
            text=invoke if page else f"{{{{#tag:pre|{invoke}|id={nonce}}}}}",
            prop=["text", "templates", "links", "limitreportdata"],
            wrapoutputclass="",
            disablelimitreport=True,
            disableeditsection=True,
            uselang="content",
            **self._extra(),
        )["parse"]
        text = answer["text"] if page else _inside(answer["text"], nonce)
        error = omission(answer["text"])
        if error is None and text is not None:
            error = script_error(text, self._site.messages.get("scribunto-common-timeout", ""))
        return Output(
            text=text or "",
            error=error,
            cost=cost_of(answer),
            notes=() if text is not None else (f"the wiki does not take {invoke} for a call",),
            depends_on=dependencies_of(answer),
            strain=use_of(answer).most,
        )

    def _extra(self) -> Mapping[str, str]:
        """More parameters for a parse: a subclass's way to have other texts than the saved ones."""
        return {}

    def _loaded(self, tester: str) -> str:
        """Lua that gives what a tester's page returns."""
        return f"return require({lua_string(tester)})"

    def _logged(self, tester: Page, call: Call) -> str:
        """What the same ``#invoke`` writes with ``mw.log``: the console shows it where a page does not."""
        invoke = invoke_wikitext(self._site.module_name(tester.title), call)
        question = f"mw.getCurrentFrame():preprocess({lua_string(invoke)})"
        answer = self._answer(call.title or tester.title, "return {}", question)
        return str(answer.get("print", "")) if answer["type"] == "normal" else ""

    def _asked(self, title: str, content: str, question: str) -> str | None:
        """What stands behind our mark on a line that a question prints; None where it ends in an error."""
        answer = self._answer(title, content, question)
        return self._marked(answer) if answer["type"] == "normal" else None

    def _marked(self, answer: Answer) -> str | None:
        lines = str(answer.get("print", "")).split("\n")
        return next((line[len(MARK) :] for line in reversed(lines) if line.startswith(MARK)), None)

    def _answer(self, title: str, content: str, question: str) -> Answer:
        """What the debug console answers (https://www.mediawiki.org/wiki/Extension:Scribunto; an internal module).

        It takes the content for Lua where the title is a module's only (LuaEngine::runConsole).
        """
        if not self._site.is_module(title):
            question, content = f"p = (function() {content}\nend)() {question}", ""
        return self._ask(
            self._wiki.post,
            action="scribunto-console",
            title=title,
            content=content,
            question=question,
            token=self._wiki.csrf_token(),
            uselang="content",
        )

    def _ask(self, send: Callable[..., Answer], **parameters: Any) -> Answer:  # noqa: ANN401 (the API's parameters)
        answer = send(**parameters)
        if self.log is not None:
            shown = {name: value for name, value in parameters.items() if name != "token"}
            self.log.append(Request(shown, answer))
        return answer


def invoke_wikitext(name: str, call: Call) -> str:
    """The wikitext of a call, as an editor would write it.

    :param name: of the tester, without namespace
    """
    return "{{#invoke:" + "|".join((name, call.function, *call.arguments)) + "}}"


def _inside(document: str, id_: str) -> str | None:
    """The text in the element of an id; None where there is none."""
    root: Any = html.document_fromstring(document or "<p></p>")  # the stubs promise less than it is
    element: Any = root.get_element_by_id(id_, None)
    return None if element is None else str(element.text_content())
