"""Tracking categories: a module lands in the category of its state through the pages that its own page shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import ClassVar

from picklebot.account.pages import PageTarget, doc_namespaces, doc_target
from picklebot.errors import RecordingError, StoppedError
from picklebot.model import OutboxEntry, RecordedUnder
from picklebot.recording.plan import PageEdit, Purge, Task, Write
from picklebot.recording.recorder import RecorderContext, WikiView
from picklebot.recording.wikitext import describe, in_comment, with_category
from picklebot.text.messages import Messages
from picklebot.text.wikitext import CostlyWikitextError
from picklebot.wiki.site import HELPER_MODULE

__all__ = ["Categories"]


class Categories:
    """Puts modules into categories.

    A module page has no wikitext; the wiki shows messages and its documentation page on it, categories included
    (https://www.mediawiki.org/wiki/Extension:Scribunto). Where these read the state from the data pages, no page is
    edited here: a module's membership is brought up to date when its state has changed. Else (``show = "doc-pages"``)
    the category is written on the documentation page.
    """

    name: ClassVar[str] = "categories"
    under: ClassVar[RecordedUnder] = RecordedUnder.TITLE

    def __init__(self, context: RecorderContext) -> None:
        self._site = context.site
        self._categories = context.settings.categories
        self._names = context.settings.doc_namespaces
        self._show = context.settings.show
        self._say = Messages(context.settings.language)

    def tasks(self, pending: Sequence[OutboxEntry]) -> Iterator[Task]:
        """One for the last state of each module, and one for each title under which an older state stands."""
        modules: dict[int, list[OutboxEntry]] = {}
        for item in pending:
            modules.setdefault(item.transition.page.page_id, []).append(item)
        for page_id, items in modules.items():
            title = items[-1].transition.page.title
            yield Task(tuple(items), title, chain=page_id)
            if self._show != "doc-pages":
                continue
            for former in items[-1].former:
                yield Task((items[-1],), title, chain=page_id, place=former, settles=False)

    def plan(self, task: Task, view: WikiView) -> Iterator[Write]:
        """The category on the documentation page, or off it, where it stands there; then the module's membership."""
        item = task.entries[-1]
        if self._show == "nothing":
            return
        if self._show == "doc-pages" and not self._parser_functions:
            self._check_helper(view)
        if self._is_away(item, view):
            return
        if self._show != "doc-pages":
            yield Purge(item.transition.page)
            return
        page, new = item.transition.page, item.transition.new
        doc_page = doc_target(self._site, page.title, self._namespaces)
        if task.place:
            former = doc_target(self._site, task.place, self._namespaces)
            yield from self._cleared(item, former, self._say("category-elsewhere", in_comment(doc_page.title)), view)
            return
        summary = describe(item.transition, item.token, self._say)
        category = self._categories[new] if new else None
        if category is not None:
            yield from self._edit(item, doc_page, category, summary, view)
        else:
            yield from self._cleared(item, doc_page, summary, view)
        yield Purge(page, category, doc_page.title)

    def _is_away(self, item: OutboxEntry, view: WikiView) -> bool:
        """Whether a module is not where it was tested: then it was deleted, or moved and is recorded anew."""
        page = item.transition.page
        return item.transition.new is not None and view.page_id(page.title) not in (None, page.page_id)

    @cached_property
    def _namespaces(self) -> frozenset[int]:
        return doc_namespaces(self._site, self._names)

    def _check_helper(self, view: WikiView) -> None:
        helper = self._site.module(HELPER_MODULE)
        if view.page_id(helper) == 0:
            raise StoppedError(
                f"{helper} is not there, and this wiki has no ParserFunctions to do without: a sysop runs"
                " `picklebot setup` once",
                everywhere=False,
            )

    @property
    def _parser_functions(self) -> bool:
        return "ParserFunctions" in self._site.extensions

    def _cleared(self, item: OutboxEntry, doc_page: PageTarget, summary: str, view: WikiView) -> Iterator[PageEdit]:
        """A module's category off a page, which is left alone, whatever it is, where it has none."""
        if f"|{item.transition.page.page_id}|" in view.text(doc_page.title):
            yield from self._edit(item, doc_page, None, summary, view)

    def _edit(
        self, item: OutboxEntry, doc_page: PageTarget, category: str | None, summary: str, view: WikiView
    ) -> Iterator[PageEdit]:
        page, base = item.transition.page, view.page(doc_page)
        try:
            text = with_category(base.text, page.page_id, category, self._say, parser_functions=self._parser_functions)
        except CostlyWikitextError as error:
            raise RecordingError(f"{doc_page.title} is left alone, {error}") from error
        if text != base.text:
            yield PageEdit(doc_page, base, text, f"{in_comment(page.title)}: {summary}")
