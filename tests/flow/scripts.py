"""The outputs of suites, as a script has them: no Lua runs.

A test page that says nothing else passes as long as no page that it loads has the word "broken" in it, and prints TAP.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html import escape

from tests.flow.pages import Pages

__all__ = ["Printed", "Run", "Scripts", "error", "loaded_by", "suite", "tap"]

_REQUIRED = re.compile(r"""(?:require|loadData)\s*\(?\s*['"]([^'"]+)['"]""")
_FUNCTION = re.compile(r"(?:\bp\.(\w+)\s*=|(\w+)\s*=\s*function|function\s+p\.(\w+))")
TIMEOUT = "The time allocated for running scripts has expired."
NO_FUNCTION = 'Script error: The function "$2" does not exist.'


@dataclass(frozen=True)
class Run:
    """One call of a suite.

    :param under: title of the page that it is shown on
    :param beside: how many other calls the same request holds
    :param number: how many calls of this suite came before
    """

    tester: str
    function: str
    arguments: tuple[str, ...]
    under: str
    beside: int
    number: int

    @property
    def alone(self) -> bool:
        return self.beside == 0


@dataclass(frozen=True)
class Printed:
    """What a call comes to.

    :param loads: pages beside those that the texts name
    :param asks: pages that it asks about
    :param log: text that only the console shows
    """

    text: str = ""
    loads: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    lua_seconds: float = 0.002
    memory: int = 1_000_000
    expensive: int = 0
    log: str = ""


Script = Callable[[Run], "Printed | str"]


def tap(passed: int = 1, failed: int = 0) -> str:
    points = [f"ok {n}" for n in range(1, passed + 1)]
    points += [f"not ok {n}" for n in range(passed + 1, passed + failed + 1)]
    return "\n".join([f"1..{len(points)}", *points])


def error(message: str) -> str:
    """The output of a call that died."""
    return (
        f'<strong class="error"><span class="scribunto-error mw-scribunto-error-1a2b">{escape(message)}</span></strong>'
    )


def suite(testee: str, *more: str, function: str = "tap") -> str:
    """The source of a test page that loads modules."""
    required = "\n".join(f"local m{n} = require('{title}')" for n, title in enumerate([testee, *more]))
    return f"{required}\nlocal p = {{}}\nfunction p.{function}() return '' end\nreturn p"


def loaded_by(pages: Pages, title: str) -> list[str]:
    """Titles that a module loads, and what these load; itself first."""
    found = [title]
    for each in found:
        page = pages.pages.get(each)
        found += [name for name in _REQUIRED.findall(page.text if page else "") if name not in found]
    return found


@dataclass
class Scripts:
    """What suites print, by the title of their test page.

    :ivar runs: all calls that were made
    """

    pages: Pages
    says: dict[str, Script] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)

    def outputs(self, tester: str, *outputs: Printed | str) -> None:
        """Let calls of a suite print one output after the other, the last one from then on."""
        left = list(outputs)
        self.says[tester] = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def while_it_runs(self, tester: str, *happens: Callable[[], object]) -> None:
        """Let something happen on the wiki in each of the next runs of a suite, when it has loaded its pages."""
        left = list(happens)

        def says(run: Run) -> str:
            printed = self.as_texts_say(run)
            if left:
                left.pop(0)()
            return printed

        self.says[tester] = says

    def count(self, tester: str) -> int:
        return sum(run.tester == tester for run in self.runs)

    def offer(self, tester: str) -> list[str] | None:
        """Names of the functions of a module; None where it cannot be loaded."""
        page = self.pages.pages.get(tester)
        return sorted({next(filter(None, names)) for names in _FUNCTION.findall(page.text)}) if page else None

    def call(self, invoked: str, under: str, beside: int) -> Printed:
        """What a call prints, with all that it loads.

        :param invoked: it, as it stands between ``{{#invoke:`` and ``}}``
        """
        name, function, *arguments = invoked.split("|")
        tester = f"Module:{name}"
        run = Run(tester, function, tuple(arguments), under, beside, self.count(tester))
        self.runs.append(run)
        said = self.says.get(tester, self.as_texts_say)(run)
        printed = said if isinstance(said, Printed) else Printed(said)
        offered = self.offer(tester)
        if offered is None:
            printed = replace(printed, text=error("Script error: No such module."))
        elif function not in offered:
            printed = replace(printed, text=error(NO_FUNCTION.replace("$2", function)))
        return replace(printed, loads=(*loaded_by(self.pages, tester), *printed.loads))

    def as_texts_say(self, run: Run) -> str:
        texts = [
            self.pages.pages[title].text for title in loaded_by(self.pages, run.tester) if title in self.pages.pages
        ]
        return tap(0, 1) if any("broken" in text for text in texts) else tap()
