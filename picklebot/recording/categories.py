"""Tracking categories: a module lands in the category of its state through its documentation page."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import ClassVar

from picklebot.errors import RecordingError
from picklebot.faults import fault
from picklebot.model import State
from picklebot.recording.marks import describe, with_category
from picklebot.recording.observer import Edit, Observer
from picklebot.recording.recorder import Done
from picklebot.tracking import Pending
from picklebot.wiki import Site, Wiki
from picklebot.wiki.site import CATEGORY, HELPER_MODULE

__all__ = ["Categories"]

# Seconds in which a wiki's other databases get to know of a change.
_LAG = 2.0


class Categories:
    """Puts modules into categories.

    A module page has no wikitext; the wiki shows its documentation page on it, categories included
    (https://www.mediawiki.org/wiki/Extension:Scribunto).

    :param names: category by state, without namespace
    """

    name: ClassVar[str] = "categories"

    def __init__(self, observer: Observer, wiki: Wiki, site: Site, names: Mapping[State, str]) -> None:
        self._observer = observer
        self._wiki = wiki
        self._site = site
        self._names = names

    def record(self, pending: Sequence[Pending], done: Done) -> None:
        """Write the last state of each module; the pages that cannot be written are told of at the end."""
        latest = {item.transition.page.page_id: item for item in pending}
        problems: list[str] = []
        for page_id, item in latest.items():
            try:
                self._categorise(item)
            except RecordingError as error:
                problems.append(f"{item.transition.page.title}: {error}")
                continue
            done([each.id for each in pending if each.transition.page.page_id == page_id])
            fault("after-category-done")
        if problems:
            raise RecordingError("; ".join(problems))

    def _categorise(self, item: Pending) -> None:
        transition = item.transition
        page = transition.page
        doc_page = self._site.doc_page(page.title)
        if doc_page is None:
            raise RecordingError("this wiki has no documentation pages (MediaWiki:Scribunto-doc-page-name)")
        category = self._names[transition.new] if transition.new else None
        parser_functions = "ParserFunctions" in self._site.extensions

        def rewrite(text: str) -> Edit | None:
            marked = with_category(text, page.page_id, category, parser_functions=parser_functions)
            if marked == text:
                return None
            fault("before-category")
            return Edit(marked, f"{page.title}: {describe(transition, item.token)}")

        if not parser_functions and not self._exists(self._site.module(HELPER_MODULE)):
            raise RecordingError(
                f"{self._site.module(HELPER_MODULE)} is not there, and this wiki has no ParserFunctions to do without:"
                " a sysop runs `picklebot setup` once"
            )
        if self._observer.edit(doc_page, rewrite):
            fault("after-category")
        self._observer.refresh([page.title])
        fault("after-refresh")
        if category is not None:
            self._see(page.title, category, doc_page)

    def _exists(self, title: str) -> bool:
        return not any(page.get("missing") for page in self._wiki.pages([title], prop="info"))

    def _see(self, title: str, category: str, doc_page: str) -> None:
        """See that a module is in its category: what stands on the page may hide the marked part."""
        wanted = self._site.normalise(f"{self._site.namespaces[CATEGORY]}:{category}")
        for _ in range(2):
            (found,) = self._wiki.pages([title], prop="categories", clcategories=wanted)
            if found.get("missing") or found.get("categories"):
                return
            time.sleep(_LAG)
        raise RecordingError(
            f"{doc_page} puts it into {wanted}, and yet it is not there: look for a <noinclude>, <!-- or other tag on"
            " that page that is not closed before the bot's own part"
        )
