"""``picklebot explain``: the whole way of one module's tests."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from picklebot.cli.options import open_app, setting_options, wiki_options
from picklebot.discovery import suites_for_module
from picklebot.discovery.pages import titles_like
from picklebot.errors import WorkError
from picklebot.evaluation.evaluate import SuiteEvaluator
from picklebot.evaluation.title_probe import probe_titles
from picklebot.invocation import Request
from picklebot.model import Note, NoteCode, Page, Suite
from picklebot.output.explanation import Explanation, explanation_document, explanation_lines
from picklebot.standing import counting, standing_alone
from picklebot.text.terminal import json_text
from picklebot.wiki import Wiki

__all__ = ["explain_command"]


@click.command("explain")
@wiki_options
@click.argument("module")
@setting_options("strategies")
@click.option("--title", help="Run under this title instead of the one that the strategy says.")
@click.option("--raw", is_flag=True, help="Show the wiki's answers whole.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain_command(module: str, *, title: str | None, raw: bool, output: str, **flags: Any) -> None:  # noqa: ANN401
    """Show how the state of one MODULE comes about.

    Runs its tests without recording anything: pages found, strategy and why, the exact requests, the raw answers, the
    parsed report, the state and the rule that gave it, and the pages that the run depended on. Exits 0 whatever the
    state is, 3 if none was come to.
    """
    app = open_app(flags)
    app.check()
    wiki, site = app.wiki, app.site
    requests: list[Request] = []
    evaluator = app.evaluator_for(site, requests)
    name = site.module(module)
    page, suites = suites_for_module(wiki, site, evaluator.strategies, evaluator.runner.offers, name)
    if not suites and page.exists:
        raise WorkError(f"{name} has no test page that a strategy takes for one")
    if not suites:
        near = difflib.get_close_matches(name, titles_like(wiki, site, name), 1)
        raise WorkError(f"there is no {name}{f'; did you mean {near[0]}?' if near else ''}")
    alone = standing_alone(suites, counting(app.settings.testers_elsewhere, site))
    suites = [replace(s, why=(*s.why, Note(NoteCode.STANDS_ALONE))) if s.tester.page_id in alone else s for s in suites]
    explanations = [_explain(suite, title, evaluator, wiki, requests) for suite in suites]
    if output == "json":
        click.echo(json_text([explanation_document(each) for each in explanations]))
    else:
        for number, explanation in enumerate(explanations):
            click.echo("" if number else f"{len(explanations)} suite{'s' * (len(explanations) > 1)} of {name}\n")
            for line in explanation_lines(explanation, raw=raw):
                click.echo(line)
    if all(explanation.result.state is None for explanation in explanations):
        raise click.exceptions.Exit(3)


def _explain(
    suite: Suite, title: str | None, evaluator: SuiteEvaluator, wiki: Wiki, requests: list[Request]
) -> Explanation:
    """The way of one suite.

    :param requests: the evaluator adds its own to it
    """
    if title:
        suite = replace(
            suite, candidates=tuple(replace(c, call=replace(c.call, title=title)) for c in suite.candidates)
        )
    before = len(requests)
    result = evaluator.evaluate(suite)
    made = requests[before:]
    result = probe_titles(evaluator, result).result
    return Explanation(result, made, tuple(_revisions(result.depends_on, wiki)))


def _revisions(titles: tuple[str, ...], wiki: Wiki) -> Iterator[Page]:
    for page in wiki.pages(titles, prop="info"):
        yield Page(page["title"], page.get("pageid", 0), page.get("lastrevid", 0), page.get("contentmodel", ""))
