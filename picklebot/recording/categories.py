"""Tracking categories: a module lands in the category of its state through its documentation page."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import ClassVar

from picklebot.account.observer import RATE_LIMITED, Edit, Observer
from picklebot.account.pages import PageTarget, doc_namespaces, doc_target
from picklebot.errors import RecordingError, StoppedError
from picklebot.failpoints import failpoint
from picklebot.model import OutboxEntry, State
from picklebot.recording.recorder import CATEGORIES, Done
from picklebot.recording.wikitext import describe, in_comment, with_category
from picklebot.wiki import Site, Wiki
from picklebot.wiki.revisions import LUA, current_pages
from picklebot.wiki.site import CATEGORY_NAMESPACE, HELPER_MODULE

__all__ = ["Categories"]

# Errors found before anything is sent, and protection of a page, say nothing of the next page.
_OF_ONE_PAGE = frozenset({"", "protectedpage", "cascadeprotected", "protectedtitle", "titleblacklist-forbidden-edit"})
# So often the wiki refuses a page in the same way before it is taken to refuse them all.
_FAILURES = 3
# Pages whose memberships are brought up to date and looked at together.
_TOGETHER = 10
# Seconds in which a wiki's other databases get to know of a change.
_LAG = 2.0


@dataclass(slots=True)
class _Refusals:
    """Pages that could not be written, and whether the next one is worth a try.

    :param in_a_row: how often the wiki refused one page after the other, by the code of its error
    """

    problems: list[str] = field(default_factory=list)
    in_a_row: Counter[str] = field(default_factory=Counter)
    stopped: StoppedError | None = None

    def add(self, title: str, error: RecordingError) -> None:
        """Note why a page could not be written."""
        if isinstance(error, StoppedError):
            self.stopped = error
            return
        self.problems.append(f"{title}: {error}")
        self.in_a_row[error.code] += error.code not in _OF_ONE_PAGE
        if self.in_a_row[error.code] >= _FAILURES or error.code == RATE_LIMITED:
            self.stopped = StoppedError("the others are not tried any more", code=error.code, everywhere=False)


class Categories:
    """Puts modules into categories.

    A module page has no wikitext; the wiki shows its documentation page on it, categories included
    (https://www.mediawiki.org/wiki/Extension:Scribunto).

    :param names: category by state, without namespace
    :param namespaces: names of further namespaces in which documentation may be written
    """

    name: ClassVar[str] = CATEGORIES

    def __init__(
        self,
        observer: Observer,
        wiki: Wiki,
        site: Site,
        names: Mapping[State, str],
        namespaces: Collection[str] = (),
    ) -> None:
        self._observer = observer
        self._wiki = wiki
        self._site = site
        self._names = names
        self._namespaces = namespaces

    def record(self, pending: Sequence[OutboxEntry], done: Done) -> None:
        """Write the last state of each module; the pages that cannot be written are told of at the end."""
        self._check_helper()
        namespaces = doc_namespaces(self._site, self._namespaces)
        refusals = _Refusals()
        left = iter({item.transition.page.page_id: item for item in pending}.values())
        while not refusals.stopped and (some := list(islice(left, _TOGETHER))):
            written: list[OutboxEntry] = []
            there = self._are_there(some)
            away = [item for item in some if item not in there]
            try:
                for item in there:
                    try:
                        doc_page = doc_target(self._site, item.transition.page.title, namespaces)
                        self._put(item, doc_page)
                        written.append(item)
                        self._leave(item, doc_page, namespaces)
                    except RecordingError as error:
                        refusals.add(item.transition.page.title, error)
                    else:
                        refusals.in_a_row.clear()
                    if refusals.stopped:
                        break
                    done(())  # is there time for another?
            finally:
                settled = {
                    item.transition.page.page_id
                    for item in [*away, *self._accept_stable_runs(written, refusals.problems)]
                }
                done([each.id for each in pending if each.transition.page.page_id in settled])
                failpoint("after-category-done")
        if refusals.stopped:
            raise refusals.stopped.after(refusals.problems)
        if refusals.problems:
            raise RecordingError("; ".join(refusals.problems))

    def _are_there(self, some: Sequence[OutboxEntry]) -> list[OutboxEntry]:
        """Changes of modules that are where they were tested, and those of modules that are not followed any more.

        A page that was deleted since is in no category, and one that was moved is recorded anew.
        """
        now = current_pages(self._wiki, dict.fromkeys(item.transition.page.title for item in some))
        return [
            item
            for item in some
            if item.transition.new is None
            or (found := now.get(item.transition.page.title)) is None
            or found.page.page_id == item.transition.page.page_id
        ]

    def _check_helper(self) -> None:
        helper = self._site.module(HELPER_MODULE)
        if not self._parser_functions and any(page.get("missing") for page in self._wiki.pages([helper], prop="info")):
            raise RecordingError(
                f"{helper} is not there, and this wiki has no ParserFunctions to do without: a sysop runs"
                " `picklebot setup` once"
            )

    @property
    def _parser_functions(self) -> bool:
        return "ParserFunctions" in self._site.extensions

    def _category(self, item: OutboxEntry) -> str | None:
        return self._names[item.transition.new] if item.transition.new else None

    def _put(self, item: OutboxEntry, doc_page: PageTarget) -> None:
        """Write a module's category on its documentation page, or take it away."""
        summary = describe(item.transition, item.token)
        if category := self._category(item):
            self._write(item, doc_page, category, summary)
        else:
            self._clear(item, doc_page, summary)

    def _leave(self, item: OutboxEntry, doc_page: PageTarget, namespaces: frozenset[int]) -> None:
        """Take a module's category off the pages where it stood under former titles."""
        for title in item.former:
            former = doc_target(self._site, title, namespaces)
            self._clear(item, former, f"its category stands on {in_comment(doc_page.title)}")

    def _write(self, item: OutboxEntry, doc_page: PageTarget, category: str | None, summary: str) -> None:
        page = item.transition.page

        def rewrite(text: str) -> Edit | None:
            marked = with_category(text, page.page_id, category, parser_functions=self._parser_functions)
            if marked == text:
                return None
            failpoint("before-category")
            return Edit(marked, f"{in_comment(page.title)}: {summary}")

        if self._observer.edit(doc_page, rewrite):
            failpoint("after-category")

    def _clear(self, item: OutboxEntry, doc_page: PageTarget, summary: str) -> None:
        """Take a module's category off a page, which is left alone, whatever it is, where it has none."""
        found = self._wiki.pages([doc_page.title], prop="revisions", rvprop="content", rvslots="main")
        texts = [str(revision.get("slots")) for page in found for revision in page.get("revisions", ())]
        if any(f"|{item.transition.page.page_id}|" in text for text in texts):
            self._write(item, doc_page, None, summary)

    def _accept_stable_runs(self, written: Sequence[OutboxEntry], problems: list[str]) -> list[OutboxEntry]:
        """Bring memberships up to date, and see that they are; those that are."""
        if not written:
            return []
        try:
            self._observer.refresh([item.transition.page.title for item in written])
        except RecordingError as error:
            problems.append(str(error))
            return []
        failpoint("after-refresh")
        hidden = self._hidden(written)
        if hidden:
            time.sleep(_LAG)
            hidden = self._hidden(hidden)
        for item in hidden:
            title = item.transition.page.title
            problems.append(
                f"{title}: {self._site.doc_page(title)} puts it into the category {self._category(item)}, and yet it is"
                " not there: look for a <noinclude>, <!-- or other tag on that page that is not closed before the bot's"
                " own part"
            )
        return [item for item in written if item not in hidden]

    def _hidden(self, written: Sequence[OutboxEntry]) -> list[OutboxEntry]:
        """Pages that are not in their category: other text on the documentation page may hide the marked part.

        A page that is no Lua any more shows no documentation, and one that was moved meanwhile is recorded anew.
        """
        prefix = self._site.namespaces[CATEGORY_NAMESPACE]
        wanted = {
            item.transition.page.title: self._site.normalise(f"{prefix}:{self._category(item)}")
            for item in written
            if self._category(item)
        }
        ids = {item.transition.page.title: item.transition.page.page_id for item in written}
        names = sorted(set(wanted.values()))
        out = {
            page["title"]
            for page in self._wiki.pages(wanted, prop=["info", "categories"], clcategories=names, cllimit="max")
            if page.get("contentmodel") == LUA
            and page.get("pageid") == ids.get(page["title"])
            and wanted.get(page["title"]) not in {each["title"] for each in page.get("categories", ())}
        }
        return [item for item in written if item.transition.page.title in out]
