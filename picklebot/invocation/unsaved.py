"""Runs suites against texts of modules that are not saved."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import cached_property

from picklebot.errors import WikiError
from picklebot.invocation.lua import MARK, args_table, lua_string
from picklebot.invocation.output import Output, omission, out_of_memory, script_error
from picklebot.invocation.runner import Runner
from picklebot.invocation.witness import Sight
from picklebot.model import Call, ErrorKind, Offer, Suite, SuiteError
from picklebot.strategy import Strategy
from picklebot.text.json import read_json
from picklebot.wiki import Site, Wiki

__all__ = ["UnsavedRunner"]

# Text for the console begins with this many empty lines: it bears the name of the page that it runs as, and so the
# lines of its errors are told from those of that page's saved text, which is never so long.
_LINES_ABOVE = 30_000
# The console takes 500,000 bytes; above large texts there is room for fewer.
_LARGE_BYTES, _LINES_ABOVE_LARGE = 400_000, 2_000
# The texts stand first, one after another, each beginning on the line on which the one before has ended, and see no
# name that they would not see on their own pages.
_TEXT = "local text_{number}_{nonce} = function(...) {text}\nend "
# A page can be required by any spelling of its title.
_SPELT = """
local used, unsaved = {{}}, {{ {texts} }}
setmetatable(package.preload, {{ __index = function(_, name)
  local title = mw.title.new(name)
  local text = title and unsaved[title.prefixedText]
  return text and function(...) used[title.prefixedText] = true return text(...) end
end }})
"""
# Frame and arguments are those of a call on a page: tests may ask the current frame for them.
_FRAMED = """
local frame = mw.getCurrentFrame():newChild{{ title = {title}, args = {args} }}
mw.getCurrentFrame = function() return frame end
return {{ tester = require({tester}), used = used, frame = frame }}
"""
# Before a text, on its first line: it is compiled and not run.
_COMPILED = "do return {} end "
# The interface message of a Lua error whose line is known: https://www.mediawiki.org/wiki/Extension:Scribunto
_LOCATED = "scribunto-lua-error-location"
# The result of the called function is printed as JSON, and so is an error that ends it. JSON takes no other bytes
# than those of UTF-8; on a page the others are replaced as well.
_QUESTION = r"""
local none = type(p.tester) == 'table' and type(p.tester[{function}]) ~= 'function'
local fine, shown = pcall(p.tester[{function}], p.frame)
local text = mw.text.unstrip(tostring(shown == nil and '' or shown))
if not mw.ustring.isutf8(text) then
  text = text:gsub('[\128-\255][\128-\191]*', function(char)
    return mw.ustring.isutf8(char) and char or '\239\191\189'
  end)
end
local told = {{ used = {{}}, none = none, [fine and 'shown' or 'failed'] = text }}
for title in pairs(p.used) do told.used[#told.used + 1] = title end
print('{mark}' .. mw.text.jsonEncode(told))
"""


class UnsavedRunner(Runner):
    """Runs suites as if some pages had other texts than the saved ones.

    Where the wiki has the extension TemplateSandbox and one text is given, ``#invoke`` itself sees it
    (https://www.mediawiki.org/wiki/Extension:TemplateSandbox). Else the console runs the suite: there ``require`` sees
    the texts, and tests reach the saved page through ``#invoke`` or templates.

    :param texts: unsaved Lua by the title of its page; empty to run the saved pages in the very same way
    :param one_page: the way is that for one page, although ``texts`` is empty
    :ivar used: titles of unsaved pages that a run through the console loaded
    """

    def __init__(self, wiki: Wiki, site: Site, texts: Mapping[str, str], *, one_page: bool) -> None:
        super().__init__(wiki, site)
        self._texts = texts
        size = sum(len(text.encode()) for text in texts.values())
        self._above = _LINES_ABOVE if size < _LARGE_BYTES else _LINES_ABOVE_LARGE
        self.in_console = not (one_page and "TemplateSandbox" in site.extensions)
        self.used: set[str] = set()

    def offer(self, tester: str) -> Offer | None:
        """The offer of a tester, or None where it, or a text, cannot be loaded."""
        return None if self._malformed else super().offer(tester)

    def detail(self, suite: Suite, call: Call, strategy: Strategy) -> tuple[str | None, Sight]:
        """The results of a suite as JSON, with the pages' own lines; see `Runner.detail`."""
        found, sight = super().detail(suite, call, strategy)
        return None if found is None else self._named(found, call.title or suite.tester.title), sight

    def _extra(self) -> dict[str, str]:
        if self.in_console or not self._texts:
            return {}
        (title, text), *_ = self._texts.items()
        return {"templatesandboxtitle": title, "templatesandboxtext": text}

    def _invoke(self, suite: Suite, call: Call, *, page: bool) -> Output:
        if not self.in_console:
            return super()._invoke(suite, call, page=page)
        tester = suite.tester
        if self._malformed is not None:
            return Output(error=self._malformed)
        title = call.title or tester.title
        home = lua_string(call.page or tester.title)
        framed = _FRAMED.format(title=home, args=args_table(call), tester=home)
        question = _QUESTION.format(function=lua_string(call.function), mark=MARK)
        answer = self._answer(title, self._unsaved() + framed, question)
        if answer["type"] != "normal":
            return Output(error=SuiteError(_kind(answer), self._at_home(answer)))
        line = self._marked(answer)
        if line is None:
            raise WikiError("the console's answer is too large: the wiki cut it")
        try:
            told = read_json(line)
            self.used.update(title for title in told["used"] if title in self._texts)
            text = self._named(str(told["failed"] if "failed" in told else told["shown"]), title)
        except (ValueError, KeyError, TypeError) as other:
            raise WikiError("the console's answer is not what was asked for: the suite meddles with it") from other
        if "failed" in told:
            failed = SuiteError(ErrorKind.SCRIPT, text)
            no_function = told.get("none") is True
            return Output(error=failed, no_function=no_function, of_runner=self._is_of_runner(failed, call))
        error = script_error(text, self._site.messages.get("scribunto-common-timeout", ""))
        if page and error is None:
            text = self._rendered(text, title)
            error = omission(text)
        return Output(text=text, error=error, of_runner=self._is_of_runner(error, call))

    @cached_property
    def _malformed(self) -> SuiteError | None:
        """Why a text is no Lua by itself: among others its end could be taken for theirs."""
        for title, text in self._texts.items():
            answer = self._answer(title, _COMPILED + text, "=0")
            if answer["type"] != "normal":
                return SuiteError(ErrorKind.SCRIPT, f"{title}: {answer['message']}")
        return None

    def _home(self, line: int) -> tuple[str, int] | None:
        """The page, and the line there, of a line of the console's input; None where it is none of a text."""
        home, first = None, self._above + 1
        for title, text in self._texts.items():
            lines = text.count("\n") + 1
            if first <= line <= first + lines:  # one line more than it has, for an end that is missing
                home = title, min(line - first + 1, lines)
            first += lines
        return home

    def _at_home(self, answer: Mapping[str, str]) -> str:
        """The message of an error that ended the whole run, with the line as in the page's own text."""
        message = answer["message"]
        if answer.get("messagename") != _LOCATED:
            return message
        homes: list[str] = []

        def name(found: re.Match[str]) -> str:
            home = self._home(int(found[0]))
            homes.extend(home[:1] if home else ())
            return str(home[1]) if home else found[0]

        told = re.sub(r"(?<= line )\d{1,9}", name, message)
        return f"{homes[0]}: {told}" if homes else message

    def _named(self, text: str, asked: str) -> str:
        """The output of a run, with the pages' own names and lines where Lua names the console's input."""
        here = r"[ _]".join(map(re.escape, re.split(r"[ _]", asked)))

        def name(found: re.Match[str]) -> str:
            home = self._home(int(found[1]))
            return f"{home[0]}:{home[1]}" if home else found[0]

        return re.sub(rf"{here}:(\d{{1,9}})(?=:)", name, text)

    def _loaded(self, tester: str) -> str:
        return f"{self._unsaved()}\nreturn require({lua_string(tester)})"

    def _unsaved(self) -> str:
        """Lua after which every `require` sees the texts."""
        nonce = secrets.token_hex(8)
        texts = (_TEXT.format(number=n, nonce=nonce, text=text) for n, text in enumerate(self._texts.values()))
        named = (f"[{lua_string(title)}] = text_{n}_{nonce}" for n, title in enumerate(self._texts))
        return "\n" * self._above + "".join(texts) + _SPELT.format(texts=", ".join(named))

    def _rendered(self, wikitext: str, title: str) -> str:
        answer = self._ask(
            self._wiki.get,
            action="parse",
            title=title,
            contentmodel="wikitext",
            text=wikitext,
            prop="text",
            wrapoutputclass="",
            disablelimitreport=True,
            disableeditsection=True,
            uselang="content",
        )
        return str(answer["parse"]["text"])


def _kind(answer: Mapping[str, str]) -> ErrorKind:
    if answer.get("messagename") == "scribunto-common-timeout":
        return ErrorKind.TIME
    return ErrorKind.MEMORY if out_of_memory(answer["message"]) else ErrorKind.SCRIPT
