"""Tests against text that is not saved: the same line as a harvest's, with a runner of its own and another end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from picklebot.discovery import family_of
from picklebot.discovery.suites import Tester, make_suite
from picklebot.errors import UsageError, WorkError
from picklebot.invocation.unsaved import UnsavedRunner
from picklebot.judgement import Judge
from picklebot.model import Page, Suite, SuiteResult
from picklebot.plugins import Plugins
from picklebot.strategy import Strategies
from picklebot.wiki import Site, Wiki

__all__ = ["Outcome", "Rehearsal", "rehearse"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What is to be tried.

    :param module: title of the module under test
    :param text: Lua to take for the module's, or None for what is saved
    :param tests: Lua to take for its test page's, or None for what is saved
    :param tester: title of the test page that ``tests`` stands for, or None for the only one
    """

    module: str
    text: str | None = None
    tests: str | None = None
    tester: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a suite ends.

    :param saved: with the saved text, in the very same way; None where the test page is not saved
    :param in_console: whether the console ran it, where ``#invoke`` and templates see what is saved
    """

    saved: SuiteResult | None
    unsaved: SuiteResult
    in_console: bool


def rehearse(what: Rehearsal, wiki: Wiki, site: Site, strategies: Strategies, plugins: Plugins) -> Iterator[Outcome]:
    """Yield for each suite how it ends as saved, and how with the unsaved text.

    :raises WorkError: the unsaved text cannot be tried on this wiki
    :raises UsageError: there are several test pages, and it was not said which one is meant
    """
    one_page = what.text is None or what.tests is None
    as_saved = UnsavedRunner(wiki, site, {}, one_page=one_page)
    module, found = family_of(wiki, site, strategies, as_saved.functions_of, what.module)
    for suite in _suites(what, module, found, wiki, site, strategies):
        texts = {}
        if what.text is not None:
            texts[what.module] = what.text
        if what.tests is not None:
            texts[suite.tester.title] = what.tests
        runner = UnsavedRunner(wiki, site, texts, one_page=one_page)
        unsaved = Judge(runner, strategies, plugins).judge(suite)
        ran = unsaved.report is not None and (unsaved.report.error is None or runner.used)
        if what.text is not None and runner.in_console and ran and what.module not in runner.used:
            raise WorkError(
                f"{suite.tester.title} never loads {what.module} with require: it reaches it through #invoke or a"
                " template, if at all, and for that the wiki would need the extension TemplateSandbox."
                " The unsaved text cannot be tried"
            )
        # As its own text is run: the unsaved tests may be of another kind.
        before = next((each for each in found if each.tester.title == suite.tester.title), None)
        saved = Judge(as_saved, strategies, plugins).judge(before) if before else None
        yield Outcome(saved, unsaved, in_console=runner.in_console)


def _suites(
    what: Rehearsal, module: Page, found: list[Suite], wiki: Wiki, site: Site, strategies: Strategies
) -> list[Suite]:
    if what.tests is None:
        if not found:
            has = "has no test page" if module.exists else "is not there, nor is a test page for it"
            raise WorkError(f"{what.module} {has}; give its tests with --tests")
        return found
    titles = [suite.tester.title for suite in found]
    if what.tester is None and len(titles) > 1:
        raise UsageError(f"which test page do the --tests stand for? Give --tester, one of: {', '.join(titles)}")
    title = what.tester or next(iter(titles), f"{what.module}/testcases")
    there = next((suite for suite in found if suite.tester.title == title), None)
    tester = Tester(there.tester if there else Page(title), what.tests, what.module, sure=True)
    texts = {title: what.tests} | ({what.module: what.text} if what.text is not None else {})
    probe = UnsavedRunner(wiki, site, texts, one_page=len(texts) == 1).functions
    suite = make_suite(tester, {what.module: module}, site, strategies, probe)
    if suite is None:
        raise AssertionError("a tester that is sure always makes a suite")
    if there is not None and [c.strategy for c in there.candidates] == [c.strategy for c in suite.candidates]:
        suite = replace(suite, candidates=there.candidates)  # as editors call it
    return [suite]
