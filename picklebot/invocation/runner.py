"""Runs suites on the wiki, each alone, and asks the console for what a page does not show."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import Any

from lxml import html

from picklebot.errors import WikiError
from picklebot.invocation.output import Output, limits_of, script_error
from picklebot.model import Call, Page
from picklebot.strategy import Strategy
from picklebot.wiki import Site, Wiki

__all__ = ["Runner", "invoke_wikitext"]

# Lists what a tester offers, inherited functions included, without calling any of them.
_PROBE = """
local found, seen = {}, {}
while type(p) == 'table' and not seen[p] do
  seen[p] = true
  for name, value in pairs(p) do
    if type(name) == 'string' and type(value) == 'function' then found[#found + 1] = name end
  end
  local meta = getmetatable(p)
  p = type(meta) == 'table' and meta.__index or nil
end
print(table.concat(found, '\\n'))
"""


class Runner:
    """Runs suites alone, under their own titles: what comes out is what a reader of such a page would see."""

    def __init__(self, wiki: Wiki, site: Site) -> None:
        self._wiki = wiki
        self._site = site

    def run(self, tester: Page, call: Call, strategy: Strategy) -> Output:
        """Run one suite as its strategy says. A wiki that does not answer makes the output inconclusive."""
        started = time.monotonic()
        try:
            output = self._invoke(tester, call, page=strategy.invoke.output == "page")
            if not output.text.strip() and not output.error and strategy.console.decides == "when-empty":
                logged = self._logged(tester, call)
                if logged.strip():
                    output = replace(
                        output, text=logged, notes=("the page shows nothing; this is what the run logged",)
                    )
        except WikiError as error:
            output = Output(inconclusive=str(error))
        return replace(output, duration_ms=round((time.monotonic() - started) * 1000))

    def functions(self, tester: str) -> frozenset[str] | None:
        """Names of the functions that a tester offers, or None where loading it ends in an error.

        :raises WikiError: the wiki could not be asked
        """
        content = f"return require({lua_string(tester)})"
        answer = self._console(tester, content, _PROBE)
        return None if answer is None else frozenset(answer.split())

    def _invoke(self, tester: Page, call: Call, *, page: bool) -> Output:
        nonce = secrets.token_hex(8)
        invoke = invoke_wikitext(self._site.module_name(tester.title), call)
        answer = self._wiki.post(
            action="parse",
            title=call.title or tester.title,
            contentmodel="wikitext",
            text=f'<div id="{nonce}">\n{invoke}\n</div>' if page else f"{{{{#tag:pre|{invoke}|id={nonce}}}}}",
            prop=["text", "limitreportdata"],
            disablelimitreport=True,
            disableeditsection=True,
            uselang="content",
        )["parse"]
        element = _element(answer["text"], nonce)
        text = _inner_html(element) if page else element.text_content()
        error = script_error(text, self._site.messages.get("scribunto-common-timeout", ""))
        return Output(text=text, error=error, cost=limits_of(answer))

    def _logged(self, tester: Page, call: Call) -> str:
        """What the same ``#invoke`` writes with ``mw.log``: the console shows it where a page does not."""
        invoke = invoke_wikitext(self._site.module_name(tester.title), call)
        question = f"mw.getCurrentFrame():preprocess({lua_string(invoke)})"
        return self._console(tester.title, "return {}", question) or ""

    def _console(self, title: str, content: str, question: str) -> str | None:
        """What a question prints, or None where it ends in an error.

        https://www.mediawiki.org/wiki/Extension:Scribunto, the debug console (an internal module of the API).
        """
        answer = self._wiki.post(
            action="scribunto-console",
            title=title,
            content=content,
            question=question,
            token=self._wiki.csrf_token(),
            uselang="content",
        )
        return str(answer.get("print", "")) if answer["type"] == "normal" else None


def invoke_wikitext(name: str, call: Call) -> str:
    """The wikitext of a call, as an editor would write it.

    :param name: of the tester, without namespace
    """
    return "{{#invoke:" + "|".join((name, call.function, *call.arguments)) + "}}"


def lua_string(text: str) -> str:
    """A Lua literal for any text (Lua 5.1 Reference Manual, §2.1)."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\0", "\\0")
    )
    return f'"{escaped}"'


def _element(document: str, id_: str) -> html.HtmlElement:
    root: Any = html.document_fromstring(document)  # the stubs promise less than it is
    element: html.HtmlElement = root.get_element_by_id(id_)
    return element


def _inner_html(element: html.HtmlElement) -> str:
    parts = [element.text or "", *(html.tostring(child, encoding="unicode") for child in element)]
    return "".join(parts)
