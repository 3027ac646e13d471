"""Tests against text that is not saved: the same line as a harvest's, with a runner of its own and another end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from picklebot.discovery import suites_for_module
from picklebot.discovery.suites import Tester, make_suite
from picklebot.errors import UsageError, WorkError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.invocation.unsaved import UnsavedRunner
from picklebot.model import Page, RunResult, Suite
from picklebot.plugins.manager import Plugins
from picklebot.strategy import Strategies
from picklebot.strategy.selection import Kinship
from picklebot.wiki import Site, Wiki

__all__ = ["Outcome", "UnsavedText", "run_unsaved"]


@dataclass(frozen=True, slots=True)
class UnsavedText:
    """The text to try.

    :param module: title of the module under test
    :param text: Lua to take for the module's, or None for the saved text
    :param tests: Lua to take for its test page's, or None for the saved text
    :param tester: title of the test page that is meant, which ``tests`` stands for, or None for the only one
    """

    module: str
    text: str | None = None
    tests: str | None = None
    tester: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a suite ends.

    :param saved: with the saved text, in the very same way; None where the test page is not saved
    :param in_console: whether the console ran it, where ``#invoke`` and templates see the saved text
    """

    saved: RunResult | None
    unsaved: RunResult
    in_console: bool


def run_unsaved(
    what: UnsavedText, wiki: Wiki, site: Site, strategies: Strategies, plugins: Plugins
) -> Iterator[Outcome]:
    """Yield for each suite how it ends as saved, and how with the unsaved text.

    :raises WorkError: the unsaved text cannot be tried on this wiki
    :raises UsageError: there are several test pages, and it was not said which one is meant
    """
    one_page = what.text is None or what.tests is None
    as_saved = UnsavedRunner(wiki, site, {}, one_page=one_page)
    module, found = suites_for_module(wiki, site, strategies, as_saved.offers, what.module)
    what = replace(what, module=module.title)
    for suite in _suites(what, module, found, wiki, site, strategies):
        texts = {}
        if what.text is not None:
            texts[what.module] = what.text
        if what.tests is not None:
            texts[suite.tester.title] = what.tests
        runner = UnsavedRunner(wiki, site, texts, one_page=one_page)
        unsaved = SuiteEvaluator(runner, strategies, plugins).evaluate(suite)
        if what.text is not None and unsaved.report is not None and not _saw(what.module, unsaved, runner):
            raise WorkError(
                f"{suite.tester.title} {_unseen(what.module, site, runner)}. The unsaved text cannot be tried"
            )
        # As its own text is run: the unsaved tests may be of another kind.
        before = next((each for each in found if each.tester.title == suite.tester.title), None)
        saved = SuiteEvaluator(as_saved, strategies, plugins).evaluate(before) if before else None
        yield Outcome(saved, unsaved, in_console=runner.in_console)


def _saw(module: str, result: RunResult, runner: UnsavedRunner) -> bool:
    """Whether a run loaded an unsaved text, or ended before it could."""
    if not runner.in_console:
        return module in result.depends_on
    ended = result.report is not None and result.report.error is not None and not runner.used
    return ended or module in runner.used


def _unseen(module: str, site: Site, runner: UnsavedRunner) -> str:
    """Why a run did not load an unsaved text."""
    if not runner.in_console:
        return f"does not load {module}"
    way = f"never loads {module} with require: it reaches it through #invoke, mw.loadData or a template, if at all"
    if "TemplateSandbox" in site.extensions:
        return f"{way}, and for that the text must be the only one: TemplateSandbox takes no second one from --tests"
    return f"{way}, and for that the wiki would need the extension TemplateSandbox"


def _suites(
    what: UnsavedText, module: Page, found: list[Suite], wiki: Wiki, site: Site, strategies: Strategies
) -> list[Suite]:
    if what.tests is None:
        mine = [suite for suite in found if what.tester in (None, suite.tester.title)]
        if found and not mine:
            raise WorkError(f"{what.tester} has no tests of {what.module}")
        if not found:
            has = "has no test page" if module.exists else "is not there, nor is a test page for it"
            raise WorkError(f"{what.module} {has}; give its tests with --tests")
        return mine
    titles = [suite.tester.title for suite in found]
    if what.tester is None and len(titles) > 1:
        raise UsageError(f"which test page do the --tests stand for? Give --tester, one of: {', '.join(titles)}")
    title = what.tester or next(iter(titles), f"{what.module}/testcases")
    there = next((suite for suite in found if suite.tester.title == title), None)
    calls = [candidate.call for candidate in there.candidates if candidate.call.found_on] if there else []
    tester = Tester(
        there.tester if there else Page(title),
        what.tests,
        what.module,
        Kinship.TESTER,
        call=calls[0] if calls else None,
    )
    texts = {title: what.tests} | ({what.module: what.text} if what.text is not None else {})
    probe = UnsavedRunner(wiki, site, texts, one_page=len(texts) == 1).offer
    suite = make_suite(tester, {what.module: module}, site, strategies, probe)
    if suite is None:
        raise AssertionError("a tester that is sure always makes a suite")
    return [suite]
