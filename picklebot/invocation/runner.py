"""Runs suites on the wiki, each alone, and asks the console for detail that a page does not show."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from picklebot.errors import ApiError, CutAnswerError, WikiError
from picklebot.invocation.lua import MARK, PROBE, args_table, log_many, lua_string, probe_many, telling
from picklebot.invocation.output import (
    Output,
    cost_of,
    dependencies_of,
    error_at_home,
    is_of_runner,
    limit_usage_of,
    omission,
    out_of_memory,
    presence_of,
    says_no_function,
    script_error,
    too_large,
)
from picklebot.invocation.witness import (
    MAX_PAGES_ASKED,
    Sight,
    Witness,
    question,
    revisions_asked,
    revisions_told,
    told_by,
)
from picklebot.model import (
    NOWHERE,
    Call,
    Inconclusive,
    InconclusiveCode,
    Note,
    NoteCode,
    Offer,
    Page,
    Suite,
    SuiteError,
)
from picklebot.strategy import Strategy
from picklebot.text.html import parse_html
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.revisions import current_pages
from picklebot.wiki.site import FILE_NAMESPACE

__all__ = ["LOGGED", "Request", "Runner", "invoke_wikitext"]

#: The note on an output that no page shows.
#: The page shows nothing: the text is the log of the run.
LOGGED = Note(NoteCode.LOGGED)


# The parts of an answer that name the pages that a run depends on.
_DEPENDENCIES = ("templates", "links", "images", "properties")
# Testers that one question loads, to see their functions.
_TESTERS_A_QUESTION = 25


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a run and the wiki's answer to it, for people who want to see the whole way."""

    parameters: Mapping[str, object]
    answer: Answer


class Runner:
    """Runs suites alone, under their own titles: an output is as a reader of such a page would see it.

    :param log: the requests made are added to it; None keeps none
    """

    def __init__(self, wiki: Wiki, site: Site, log: list[Request] | None = None) -> None:
        self._wiki = wiki
        self._site = site
        self._log = log
        self._lists_in_order: bool | None = None

    def run(self, suite: Suite, call: Call, strategy: Strategy) -> Output:
        """Run one suite as its strategy says. A wiki that does not answer makes the output inconclusive."""
        started = time.monotonic()
        try:
            output = self._invoke(suite, call, page=strategy.invoke.output == "page")
            if not output.text.strip() and not output.error and strategy.console.decides == "when-empty":
                output = self._with_log(output, suite, call)
        except WikiError as error:
            output = Output(inconclusive=Inconclusive.by(InconclusiveCode.WIKI, error))
        return replace(output, duration_ms=round((time.monotonic() - started) * 1000))

    def _with_log(self, output: Output, suite: Suite, call: Call) -> Output:
        """An output that shows nothing, with the log of the run."""
        try:
            logged, sight = self._logged(suite, call)
        except CutAnswerError:
            return replace(output, error=too_large())
        both = Sight.of_all((Sight(output.seen, output.reached), sight))
        output = replace(output, seen=both.revisions, reached=both.reached)
        return replace(output, text=logged, notes=(LOGGED,), logged=True) if logged.strip() else output

    def detail(self, suite: Suite, call: Call, strategy: Strategy) -> tuple[str | None, Sight]:
        """The results of a suite as JSON, for a strategy that knows how to ask the console; None where it said nothing.

        With it come the revisions that the console had of the suite's watched pages.

        :raises WikiError: the wiki could not be asked
        """
        if not strategy.console.question:
            return None, Sight()
        question = strategy.console.question.replace("$args$", args_table(call))
        title = call.title or suite.tester.title
        answer, _, sight = self._telling(suite, title, self._loaded(call.page or suite.tester.title), question)
        return self._marked(answer) if answer["type"] == "normal" else None, sight

    def offer(self, tester: str) -> Offer | None:
        """The offer of a tester, or None where loading it ends in an error, or gives no table.

        :raises WikiError: the wiki could not be asked
        """
        told = self._asked(tester, self._loaded(tester), PROBE)
        return None if told is None else _offer(told)

    def offers(self, testers: Sequence[str]) -> dict[str, Offer | None]:
        """The same for many testers, a few requests in all; those of which the wiki gives no answer are left out.

        Loaded together they can disturb one another: one that seems to offer nothing then, or to fail, is asked
        alone.
        """
        found: dict[str, Offer | None] = {}
        for start in range(0, len(testers), _TESTERS_A_QUESTION):
            some = testers[start : start + _TESTERS_A_QUESTION]
            if len(some) > 1:
                with suppress(WikiError):
                    found |= self._offers_together(some)
        for tester in testers:
            if tester not in found:
                with suppress(WikiError):
                    found[tester] = self.offer(tester)
        return found

    def _offers_together(self, testers: Sequence[str]) -> dict[str, Offer]:
        """The functions of testers that can be loaded beside the others, and have any."""
        mark = secrets.token_hex(8)
        answer = self._answer(testers[0], "return {}", probe_many(testers, mark))
        if answer["type"] != "normal":
            return {}
        found = {}
        for line in str(answer.get("print", "")).split("\n"):
            if line.startswith(mark):
                number, _, told = line.removeprefix(mark).partition(" ")
                if (offer := _offer(told)).functions:
                    found[testers[int(number) - 1]] = offer
        return found

    def _invoke(self, suite: Suite, call: Call, *, page: bool) -> Output:
        nonce = secrets.token_hex(8)
        invoke = invoke_wikitext(self._site, suite.tester, call)
        wikitext = invoke if page else f"{{{{#tag:pre|{invoke}|id={nonce}}}}}"
        under = self._page(call.title or suite.tester.title, suite)
        watched = () if self._extra() else self._watched(suite)
        asking = wikitext + question(watched, nonce, self._site) if watched else wikitext
        try:
            answer, cut = self._parsed_somehow(under, asking)
        except ApiError as refused:
            if refused.code != "nosuchrevid" or under != suite.tester:
                raise
            # Another server has it, or the page is gone since: who asks for the pages' revisions will see.
            behind = Inconclusive(InconclusiveCode.SERVER_BEHIND, (str(under.revision), under.title))
            return Output(inconclusive=behind, depends_on=(under.title,), seen={under.title: 0})
        saw = Witness(answer)
        if watched:
            saw = told_by(answer, watched, nonce, self._site, in_order=self._lists_in_order)
            self._lists_in_order = self._lists_in_order if saw.in_order is None else saw.in_order
        needs = dependencies_of(saw.parse, suite.tester.title, self._site.namespaces[FILE_NAMESPACE])
        there, missing = presence_of(saw.parse)
        seen = {**missing, **saw.revisions}
        reached = Sight.of(seen, suite.landmarks).reached
        if "text" not in answer:
            return Output(error=too_large(), depends_on=needs, seen=seen, reached=reached, there=there, limit_usage=1.0)
        text = answer["text"] if page else _inside(answer["text"], nonce)
        error = omission(answer["text"])
        if error is None and text is not None:
            error = script_error(text, self._site.messages.get("scribunto-common-timeout", ""))
        return Output(
            text=text or "",
            error=error,
            no_function=error is not None and says_no_function(error, call.function, self._site.messages),
            of_runner=self._is_of_runner(error, call),
            not_taken=text is None,
            cost=cost_of(answer, saw.lookups),
            notes=() if text is not None else (Note(NoteCode.CALL_NOT_TAKEN, (invoke,)),),
            depends_on=needs,
            seen=seen,
            reached=reached,
            there=there,
            limit_usage=1.0 if cut else limit_usage_of(answer, saw.lookups).most,
        )

    def error_at_home(self, error: SuiteError, tester: Page) -> SuiteError:
        """An error as the tester's own page shows it."""
        return error_at_home(error, tester.title, self._site.messages)

    def _watched(self, suite: Suite) -> tuple[str, ...]:
        """Titles of pages that runs tell of: landmarks only where the wiki's lists show which of them a run loaded.

        They come first: they are looked up, while MediaWiki tells of a page that the run loaded without that.
        """
        landmarks = () if self._lists_in_order is False else suite.landmarks
        return tuple(dict.fromkeys((*landmarks, *suite.watched)))

    def _is_of_runner(self, error: SuiteError | None, call: Call) -> bool:
        """Whether another page runs the tests, and failed by itself."""
        site = self._site
        return (
            error is not None and bool(call.page) and is_of_runner(error, call.page, site.module_prefix, site.messages)
        )

    def _parsed_somehow(self, under: Page, wikitext: str) -> tuple[Answer, bool]:
        """The wiki's parse of wikitext, and whether it had to be asked for less of it than all.

        The log of a suite stands in the limit report; without that a page may still be shown. One that is too large by
        itself has no text: its dependencies are known all the same.
        """
        with suppress(CutAnswerError):
            return self._parsed(under, wikitext, "text", *_DEPENDENCIES, "limitreportdata"), False
        with suppress(CutAnswerError):
            return self._parsed(under, wikitext, "text", *_DEPENDENCIES), True
        return self._parsed(under, wikitext, *_DEPENDENCIES), True

    def _page(self, title: str, suite: Suite) -> Page:
        """The page that a suite runs under, with its newest revision: without one the wiki shows a preview."""
        if title == NOWHERE:
            return self.elsewhere
        known = next((page for page in (suite.tester, suite.testee) if page.title == title), None)
        if known is None:
            known = current_pages(self._wiki, [title])[title].page
        return known

    @cached_property
    def elsewhere(self) -> Page:
        """A page that is no suite's: the main page, or none at all where there is no such page.

        :raises WikiError: the wiki could not be asked
        """
        title = self._site.main_page
        page = current_pages(self._wiki, [title])[title].page if title else Page(NOWHERE)
        return page if page.exists else Page(NOWHERE)

    def _parsed(self, under: Page, wikitext: str, *prop: str) -> Answer:
        """The wiki's parse of wikitext on a page.

        :raises CutAnswerError: it is larger than an answer may be
        """
        answer = self._ask(
            self._wiki.get,
            action="parse",
            title=under.title,
            revid=under.revision or None,
            contentmodel="wikitext",
            text=wikitext,
            prop=prop,
            wrapoutputclass="",
            disablelimitreport=True,
            disableeditsection=True,
            uselang="content",
            **self._extra(),
        )
        return cast(Answer, answer["parse"])

    def _extra(self) -> Mapping[str, str]:
        """More parameters for a parse: a subclass's way to have other texts than the saved ones."""
        return {}

    def _loaded(self, tester: str) -> str:
        """Lua that gives the value that a tester's page returns."""
        return f"return require({lua_string(tester)})"

    def _logged(self, suite: Suite, call: Call) -> tuple[str, Sight]:
        """The log (``mw.log``) of the same ``#invoke``: the console shows it where a page does not.

        With it come the revisions that the console had of the suite's watched pages.

        :raises CutAnswerError: it is larger than an answer may be
        """
        invoke = invoke_wikitext(self._site, suite.tester, call)
        question = f"mw.getCurrentFrame():preprocess({lua_string(invoke)})"
        answer, logged, sight = self._telling(suite, call.title or suite.tester.title, "return {}", question)
        if answer["type"] != "normal":
            return "", sight
        if "print" not in answer:
            raise CutAnswerError("the console's answer is too large")
        return logged, sight

    def _telling(self, suite: Suite, title: str, content: str, question: str) -> tuple[Answer, str, Sight]:
        """The console's answer to a question, its prints, and the revisions of watched pages that it had.

        Where memory runs out, the question is asked once more alone: it may have left none for these.
        """
        watched = self._watched(suite)[:MAX_PAGES_ASKED]
        if watched:
            mark = secrets.token_hex(8)
            answer = self._answer(title, content, telling(question, revisions_asked(watched), mark))
            logged, _, told = str(answer.get("print", "")).partition(mark)
            if answer["type"] == "normal" or not out_of_memory(str(answer.get("message", ""))):
                return answer, logged, Sight.of(revisions_told(watched, told), suite.landmarks)
        answer = self._answer(title, content, question)
        return answer, str(answer.get("print", "")), Sight()

    def logged_together(self, title: str, invocations: Sequence[str]) -> Mapping[int, str]:
        """The logs (``mw.log``) of invocations, by their index; nothing where one of them kept the console from it.

        :raises WikiError: the wiki could not be asked
        """
        mark = secrets.token_hex(8)
        question = log_many(invocations, mark)
        answer = self._answer(title, "return {}", question)
        if answer["type"] != "normal" or "print" not in answer:
            return {}
        _, *logs = str(answer["print"]).split(f"{mark}\n")
        return dict(enumerate(logs[: len(invocations)])) if len(logs) > len(invocations) else {}

    def _asked(self, title: str, content: str, question: str) -> str | None:
        """The text behind our mark on a line that a question prints; None where it ends in an error."""
        answer = self._answer(title, content, question)
        return self._marked(answer) if answer["type"] == "normal" else None

    def _marked(self, answer: Answer) -> str | None:
        lines = str(answer.get("print", "")).split("\n")
        return next((line[len(MARK) :] for line in reversed(lines) if line.startswith(MARK)), None)

    def _answer(self, title: str, content: str, question: str) -> Answer:
        """The debug console's answer (https://www.mediawiki.org/wiki/Extension:Scribunto; an internal module).

        It takes the content for Lua where the title is a module's only (LuaEngine::runConsole).
        """
        if not self._site.is_module(title):
            question, content = f"p = (function() {content}\nend)() {question}", ""
        return self._ask(
            self._wiki.post_with_token,
            action="scribunto-console",
            title=title,
            content=content,
            question=question,
            uselang="content",
        )

    def _ask(self, send: Callable[..., Answer], **parameters: Any) -> Answer:  # noqa: ANN401 (the API's parameters)
        answer = send(**parameters)
        if self._log is not None:
            shown = {name: value for name, value in parameters.items() if value is not None}
            self._log.append(Request(shown, answer))
        return answer


def _offer(told: str) -> Offer:
    holds, *names = told.split()
    return Offer(frozenset(names), data=holds == "data")


def invoke_wikitext(site: Site, tester: Page, call: Call) -> str:
    """The wikitext of a call, as an editor would write it."""
    name = site.module_name(call.page or tester.title)
    return "{{#invoke:" + "|".join((name, call.function, *call.arguments)) + "}}"


def _inside(page: str, id_: str) -> str | None:
    """The text in the element of an id; None where there is none."""
    root = parse_html(page)
    element: Any = root.get_element_by_id(id_, None)
    return None if element is None else str(element.text_content())
