"""Reads back from a wiki what was recorded there: tags of revisions, their log, log pages, categories; no account.

What a revision is tagged with decides; the log of tags says which revisions to look at, and which transitions there
were. Log pages tell of those without a tag. Anybody can edit pages and categories: they are hints only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import re2

from picklebot.model import Cause, ChangedPage, Page, State, Transition
from picklebot.recording.wikitext import TAG_PREFIX, fill, tag_name
from picklebot.wiki import Site, Wiki
from picklebot.wiki.client import Answer
from picklebot.wiki.revisions import current_pages
from picklebot.wiki.site import MODULE_NAMESPACE

__all__ = ["Readback", "Trace", "read_back", "read_log_line", "read_tag_reason"]

_STATES = {tag_name(state): state for state in State}
_FIRST, _LAST = "first seen", "no longer followed"
_REASON = re2.compile(r"(?s)(.+?) → (.+?) \((.*?)(?:\)(?:; .*)?)? \[([0-9a-f]{10})\]")
_LINE = re2.compile(
    r"\* (\d{4}-\d\d-\d\d \d\d:\d\d) \[\[:([^]|]+)\]\](?: \(\[\[Special:PermanentLink/(\d+)\|[^]]*\]\]\))?: "
    r"(.+?) → (.+?): (.*) <small>([0-9a-f]{10})</small>"
)
_WHAT = re2.compile(r"(.*?)(?:, by (\[\[:[^]]+\]\](?:, \[\[:[^]]+\]\])*))?(?:; (changed: .*|nothing known changed))?")
_TESTER = re2.compile(r"\[\[:([^]]+)\]\]")
_DIFF = re2.compile(r"\[\[:([^]]+)\]\] \(\[\[Special:Diff/(\d+)/(\d+)\|diff\]\](?: by \[\[User:([^]|]+)\|)?")
# How many of a page's revisions are looked through for a tag that nothing else tells of.
_REVISIONS = 500


@dataclass(frozen=True, slots=True)
class Trace:
    """A transition that was recorded. ``token`` is empty where a tag was set without one, by somebody else."""

    transition: Transition
    at: datetime
    token: str


@dataclass(frozen=True, slots=True)
class Readback:
    """What was recorded.

    :param transitions: oldest first
    :param states: by page id, a page at the revision that carries the tag of its last recorded state, and that state
    """

    transitions: tuple[Trace, ...]
    states: Mapping[int, tuple[Page, State]]


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
    tokens = {trace.token for _, trace in tagged}
    lines = [line for line in _log_lines(wiki, site, users, log_page) if line.token not in tokens]
    traces = sorted([*(trace for _, trace in tagged), *_with_ids(wiki, lines)], key=lambda trace: trace.at)
    states = _newest_tags(wiki, traces)
    now = {page.page_id: page for page in subjects}
    states |= _latest_tags(wiki, [page for id_, page in now.items() if id_ not in states])
    followed = _members(wiki, site, categories)
    states |= _deeper_tags(wiki, [page for id_, page in followed.items() if id_ not in states])
    states = {id_: found for id_, found in states.items() if id_ in now or id_ in followed}
    return Readback(tuple(trace for trace in traces if trace.token and _believed(trace, tokens, states)), states)


def read_tag_reason(reason: str) -> tuple[State | None, State | None, str, str] | None:
    """Old and new state, summary and token, from what `marks.describe` wrote."""
    match = _REASON.fullmatch(reason)
    return (_state(match[1]), _state(match[2]), match[3], match[4]) if match else None


def read_log_line(line: str) -> Trace | None:
    """A transition from what `marks.log_line` wrote; its page has no id."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        return None
    what = _WHAT.fullmatch(match[6])
    summary, by, changed = what.groups() if what else (match[6], None, None)
    pages = (ChangedPage(title, int(old), int(new), user) for title, old, new, user in _DIFF.findall(changed or ""))
    transition = Transition(
        Page(match[2], revision=int(match[3] or 0)),
        _state(match[4]),
        _state(match[5].strip("'")),
        summary,
        tuple(_TESTER.findall(by or "")),
        Cause(tuple(pages)) if changed else None,
    )
    return Trace(transition, datetime.fromisoformat(f"{match[1]}+00:00"), match[7])


def _state(word: str) -> State | None:
    return State(word) if word in set(State) else None


def _tag_log(wiki: Wiki, user: str) -> Iterator[tuple[str, Trace]]:
    """Who tagged, and what (https://www.mediawiki.org/wiki/API:Logevents); oldest first."""
    wanted = {"letype": "tag", "leprop": "ids|title|user|timestamp|comment|details", "ledir": "newer"}
    for part in wiki.query(list="logevents", lelimit="max", leuser=user or None, **wanted):
        for entry in part["logevents"]:
            added = [_STATES[tag] for tag in entry.get("params", {}).get("tagsAdded", ()) if tag in _STATES]
            revision = entry.get("params", {}).get("revid")
            page_id = entry.get("logpage") or entry.get("pageid")
            if not (added and revision and page_id and "title" in entry):
                continue
            read = read_tag_reason(entry.get("comment", ""))
            old, _, summary, token = read or (None, None, "", "")
            page = Page(entry["title"], page_id, revision)
            at = datetime.fromisoformat(entry["timestamp"]).astimezone(UTC)
            yield entry.get("user", ""), Trace(Transition(page, old, added[0], summary), at, token)


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
        for line in _log_text(page).splitlines():
            trace = read_log_line(line)
            if trace:
                yield trace


def _log_text(page: Answer) -> str:
    revisions = page.get("revisions") or [{}]
    return str(revisions[0].get("slots", {}).get("main", {}).get("content", ""))


def _with_ids(wiki: Wiki, lines: Sequence[Trace]) -> Iterator[Trace]:
    """Lines with the ids of their pages, but for those of pages that are no more."""
    found = current_pages(wiki, dict.fromkeys(line.transition.page.title for line in lines))
    for line in lines:
        page = line.transition.page
        current = found.get(page.title)
        if current and current.page.exists:
            page = replace(page, page_id=current.page.page_id)
            yield replace(line, transition=replace(line.transition, page=page))


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
            action="query", prop="revisions", pageids=page.page_id, rvprop=["ids", "tags"], rvlimit=_REVISIONS
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
    """Whether a transition was recorded as far as tags can tell: what only a log page tells may be half done."""
    transition = trace.transition
    if trace.token in tokens or transition.new is None:
        return True
    page, state = states.get(transition.page.page_id, (None, None))
    return page is not None and (transition.page.revision < page.revision or transition.new == state)
