"""Reads the record on a wiki back: tags of revisions, their log, log pages, categories; no account.

The tags of a revision decide; the log of tags says which revisions to look at, and which transitions there
were. Log pages tell of those without a tag. Anybody can edit pages and categories: they are hints only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import re2

from picklebot.model import Basis, Page, State, Transition
from picklebot.recording import legacy
from picklebot.recording.trace import Trace, of_line, of_reason
from picklebot.recording.wikitext import TAG_PREFIX, fill, tag_name
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.revisions import current_pages, pages_by_id
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = ["Readback", "read_back", "read_log_line"]

_STATES = {tag_name(state): state for state in State}
_QUOTED = re2.compile(r"(?is)<nowiki>.*?</nowiki>|<pre\b[^>]*>.*?</pre>")
# How many of a page's revisions are looked through for a tag that nothing else tells of.
_MAX_REVISIONS = 500


@dataclass(frozen=True, slots=True)
class Readback:
    """The record found on a wiki.

    :param transitions: oldest first
    :param states: by page id, a page at the revision that carries the tag of its last recorded state, and that state
    :param users: who recorded, as far as is known
    """

    transitions: tuple[Trace, ...]
    states: Mapping[int, tuple[Page, State]]
    users: tuple[str, ...] = ()


def read_back(
    wiki: Wiki, site: Site, user: str, log_page: str, categories: Collection[str], subjects: Iterable[Page]
) -> Readback:
    """All that was recorded.

    A request per 500 transitions, one per 50 pages that were ever tagged or have tests now, and a few.

    :param user: who recorded; empty for anybody
    :param log_page: as in the settings
    :param categories: names of the tracking categories
    :param subjects: pages that have tests now; others count only while a tracking category has them
    :raises WikiError: the wiki could not be read
    """
    tagged = list(_tag_log(wiki, user))
    users = dict.fromkeys(name for name, trace in tagged if trace.token) if user == "" else [user]
    lines = {line.token: line for line in reversed(list(_log_lines(wiki, site, users, log_page)))}  # the first counts
    taggings = _once(_completed(trace, lines.get(trace.token)) for _, trace in tagged)
    tokens = {trace.token for trace in taggings}
    others = _with_ids(wiki, [line for token, line in lines.items() if token not in tokens])
    traces = sorted(_with_titles(wiki, [*taggings, *others]), key=lambda trace: trace.at)
    states = _newest_tags(wiki, traces)
    now = {page.page_id: page for page in subjects}
    states |= _latest_tags(wiki, [page for id_, page in now.items() if id_ not in states])
    followed = _members(wiki, site, categories)
    states |= _deeper_tags(wiki, [page for id_, page in followed.items() if id_ not in states])
    states = {id_: found for id_, found in states.items() if id_ in now or id_ in followed}
    believed = (trace for trace in traces if trace.token and _believed(trace, tokens, states))
    return Readback(tuple(believed), states, tuple(users))


def read_log_line(line: str) -> Iterator[Trace]:
    """Transitions from a line of a log page: by its part for programs, else by the words of before.

    Pages have ids only where that is told.
    """
    told = list(of_line(line))
    words = None if told else legacy.read_legacy_line(line)
    yield from told if words is None else [words]


def _tag_log(wiki: Wiki, user: str) -> Iterator[tuple[str, Trace]]:
    """The log of taggings (https://www.mediawiki.org/wiki/API:Logevents); oldest first."""
    wanted = {"letype": "tag", "leprop": "ids|title|user|timestamp|comment|details", "ledir": "newer"}
    for part in wiki.query(list="logevents", lelimit="max", leuser=user or None, **wanted):
        for entry in part["logevents"]:
            added = [_STATES[tag] for tag in entry.get("params", {}).get("tagsAdded", ()) if tag in _STATES]
            revision = entry.get("params", {}).get("revid")
            page_id = entry.get("logpage") or entry.get("pageid")
            if not (added and revision and page_id and "title" in entry):
                continue
            page = Page(entry["title"], page_id, revision)
            at = datetime.fromisoformat(entry["timestamp"]).astimezone(UTC)
            yield entry.get("user", ""), _tagging(entry.get("comment", ""), page, added[0], at)


def _tagging(reason: str, page: Page, state: State, at: datetime) -> Trace:
    """A tagging: its log entry says of which page and with which state; what else is known is in its reason."""
    told = of_reason(reason)
    if told is not None and (told.transition.new, told.transition.page.revision) != (state, page.revision):
        told = None  # somebody has tagged with a copy of another reason
    else:
        told = told or legacy.read_legacy_reason(reason, at)
    if told is None:
        return Trace(Transition(page, None, state, basis=Basis.UNKNOWN), at, "")
    return replace(told, transition=replace(told.transition, page=page, new=state))


def _log_lines(wiki: Wiki, site: Site, users: Iterable[str], log_page: str) -> Iterator[Trace]:
    titles: dict[str, None] = {}
    for user in users:
        begin = fill(log_page, {"user": user})
        if "{" not in begin:
            titles[site.normalise(begin)] = None
            continue
        title = site.normalise(begin[: begin.index("{")])
        namespace, _, name = title.partition(":")
        number = site.aliases.get(namespace.lower(), 0)
        prefix = name if number else title
        for part in wiki.query(list="allpages", apnamespace=number, apprefix=prefix, aplimit="max"):
            titles.update((page["title"], None) for page in part["allpages"])
    for page in wiki.pages(titles, prop="revisions", rvprop="content", rvslots="main"):
        for line in _QUOTED.sub("", _log_text(page)).split("\n"):
            yield from read_log_line(line)


def _log_text(page: Answer) -> str:
    revisions = page.get("revisions") or [{}]
    return str(revisions[0].get("slots", {}).get("main", {}).get("content", ""))


def _once(traces: Iterable[Trace]) -> list[Trace]:
    """Each transition once: a tag that somebody took away may have been set again."""
    seen: dict[str, Trace] = {}
    for number, trace in enumerate(traces):
        seen.setdefault(trace.token or f"without {number}", trace)
    return list(seen.values())


def _completed(trace: Trace, line: Trace | None) -> Trace:
    """A tagging with the testers and the cause of its line of the log, if that is about the same."""
    if line is None or not trace.token:
        return trace
    mine, its = trace.transition, line.transition
    same = (mine.old, mine.new, mine.page.revision) == (its.old, its.new, its.page.revision)
    if not same or its.page.page_id not in (0, mine.page.page_id):
        return trace
    transition = replace(mine, testers=its.testers, cause=its.cause or mine.cause, detail=its.detail or mine.detail)
    return replace(trace, transition=transition)


def _with_ids(wiki: Wiki, lines: Sequence[Trace]) -> Iterator[Trace]:
    """Lines with the ids of their pages, but for those of pages that are no more."""
    known = pages_by_id(wiki, sorted({line.transition.page.page_id for line in lines} - {0}))
    unknown = [line.transition.page.title for line in lines if not line.transition.page.page_id]
    found = current_pages(wiki, dict.fromkeys(unknown))
    for line in lines:
        page = line.transition.page
        current = found.get(page.title)
        if page.page_id in known:
            yield line
        elif not page.page_id and current and current.page.exists:
            page = replace(page, page_id=current.page.page_id)
            yield replace(line, transition=replace(line.transition, page=page))


def _with_titles(wiki: Wiki, traces: Sequence[Trace]) -> Iterator[Trace]:
    """Traces with titles of the pages that changed: a tag's reason has their revisions only.

    Pages that are gone are left out.
    """
    causes = [trace.transition.cause for trace in traces if trace.transition.cause]
    nameless = {each.new or each.old for cause in causes for each in cause.pages if not each.title} - {0}
    pages = wiki.pages(map(str, sorted(nameless)), by="revids", prop="revisions", rvprop="ids") if nameless else ()
    titles = {revision["revid"]: page["title"] for page in pages for revision in page.get("revisions", ())}
    for trace in traces:
        cause = trace.transition.cause
        if cause is None or all(page.title for page in cause.pages):
            yield trace
            continue
        named = (replace(page, title=page.title or titles.get(page.new or page.old, "")) for page in cause.pages)
        cause = replace(cause, pages=tuple(page for page in named if page.title))
        yield replace(trace, transition=replace(trace.transition, cause=cause))


def _newest_tags(wiki: Wiki, traces: Sequence[Trace]) -> dict[int, tuple[Page, State]]:
    """For each page the newest revision that is said to be tagged, and is."""
    said: dict[int, list[int]] = {}
    for trace in traces:
        page = trace.transition.page
        if page.revision and trace.transition.new:
            said.setdefault(page.page_id, []).append(page.revision)
    left = {id_: sorted(set(revisions)) for id_, revisions in said.items()}
    states: dict[int, tuple[Page, State]] = {}
    while left:
        newest = [str(revisions.pop()) for revisions in left.values()]
        states |= _tagged(wiki.pages(newest, by="revids", prop="revisions", rvprop=["ids", "tags"]))
        left = {id_: revisions for id_, revisions in left.items() if revisions and id_ not in states}
    return states


def _latest_tags(wiki: Wiki, pages: Sequence[Page]) -> dict[int, tuple[Page, State]]:
    """Pages whose latest revision is tagged."""
    return _tagged(wiki.pages([page.title for page in pages], prop="revisions", rvprop=["ids", "tags"]))


def _deeper_tags(wiki: Wiki, pages: Sequence[Page]) -> dict[int, tuple[Page, State]]:
    """Pages of which a latest revision but a few is tagged: a request each."""
    states: dict[int, tuple[Page, State]] = {}
    for page in pages:
        answer = wiki.get(
            action="query", prop="revisions", pageids=page.page_id, rvprop=["ids", "tags"], rvlimit=_MAX_REVISIONS
        )
        states |= _tagged(answer["query"].get("pages", ()))
    return states


def _tagged(pages: Iterable[Answer]) -> dict[int, tuple[Page, State]]:
    states = {}
    for page in pages:
        for revision in page.get("revisions", ()):  # the latest first
            tags = [tag for tag in revision.get("tags", ()) if tag.startswith(TAG_PREFIX) and tag in _STATES]
            if tags:
                states[page["pageid"]] = (Page(page["title"], page["pageid"], revision["revid"]), _STATES[tags[0]])
                break
    return states


def _members(wiki: Wiki, site: Site, categories: Collection[str]) -> dict[int, Page]:
    """Modules in the tracking categories."""
    members = {}
    for name in dict.fromkeys(categories):
        title = f"{site.namespaces[14]}:{name}"
        wanted = {"cmtitle": title, "cmprop": "ids|title", "cmlimit": "max"}
        for part in wiki.query(list="categorymembers", cmnamespace=MODULE_NAMESPACE, **wanted):
            members.update({each["pageid"]: Page(each["title"], each["pageid"]) for each in part["categorymembers"]})
    return members


def _believed(trace: Trace, tokens: Collection[str], states: Mapping[int, tuple[Page, State]]) -> bool:
    """Whether a transition was recorded as far as tags can tell: one that only a log page has may be half done."""
    transition = trace.transition
    if trace.token in tokens or transition.new is None:
        return True
    page, state = states.get(transition.page.page_id, (None, None))
    return page is not None and (transition.page.revision < page.revision or transition.new == state)
