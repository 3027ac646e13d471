"""The observer's account on a wiki: it saves the page that was meant or none, and learns the limits of its rights.

pywikibot keeps its session and pace (`exchange`, `framework`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from picklebot.account.account import Account, Session
from picklebot.account.answers import Blocks, Edited, EditResult, Purged, Tagged, checked, odd
from picklebot.account.exchange import READ_ONLY, Exchange
from picklebot.account.exclusion import see_that_bots_may
from picklebot.account.framework import import_pywikibot, pace, send_through
from picklebot.account.pages import JSON_MODEL, BasePage, PageTarget, base_page, page_query
from picklebot.account.refusals import remedy
from picklebot.account.sessions import keep_session_for
from picklebot.deadline import NEVER, Deadline
from picklebot.defaults import TIMEOUT_SECONDS
from picklebot.errors import RecordingError, StoppedError
from picklebot.model import Page
from picklebot.text.redaction import redact, shown_url
from picklebot.wiki.client import Answer, Parameter, user_agent
from picklebot.wiki.site import MODULE_NAMESPACE
from picklebot.wiki.target import Target
from picklebot.wiki.transport import Route, Transport

__all__ = ["RATE_LIMITED", "WARNED", "Account", "Observer"]

#: Code of the error that a limit of the wiki's comes to.
RATE_LIMITED = "ratelimited"

# pywikibot's own default, seconds; https://www.mediawiki.org/wiki/Manual:Pywikibot/Global_Options
_WRITE_INTERVAL_SECONDS = 10.0
# Wikis allow 30 a minute by default ($wgRateLimits, linkpurge), and a request over the limit counts as a whole.
_PURGES_A_REQUEST = 10
_PURGE_RETRIES = 7
#: Code of the error of a filter that warns: it lets the second attempt pass.
WARNED = "abusefilter-warning"
# The revision was deleted since it was tested.
_GONE = "nosuchrevid"
_BLOCKED = "blocked"
_NO_RIGHT = frozenset({"permissiondenied", "writeapidenied", "noedit", "cantcreate"})


@dataclass(slots=True)
class _Closed:
    """The scope of a partial block."""

    reason: str = ""
    titles: frozenset[str] = frozenset()
    namespaces: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Findings:
    """Findings about missing rights and blocks: the wiki is asked once, not once a page."""

    everything: StoppedError | None = None
    edits: StoppedError | None = None
    partly: _Closed = field(default_factory=_Closed)


class Observer:
    """One account, logged in. Every write is sent with ``assertuser``: as this account or not at all.

    :param target: where and how the wiki is asked
    :param folder: of this wiki's and account's own, for pywikibot's files
    :param write_interval: seconds between two writes; by default 10, and none on this machine
    :param timeout: seconds in which every answer must be there, whole
    :param deadline: after it nothing is asked or written any more, and no answer waited for
    :param before_write: called with the action of each write right before it is sent, at the end of all pauses; it may
        raise
    :raises RecordingError: the account cannot log in
    """

    def __init__(
        self,
        target: Target,
        account: Account,
        folder: Path,
        *,
        contact: str,
        write_interval: float | None,
        timeout: float = TIMEOUT_SECONDS,
        deadline: Deadline = NEVER,
        before_write: Callable[[str], None] | None = None,
    ) -> None:
        if write_interval is None:
            write_interval = 0.0 if target.local else _WRITE_INTERVAL_SECONDS
        self.name = account.name
        self._capital = account.capital
        try:
            keep_session_for(folder, account.login, account.password)
        except OSError as error:
            raise RecordingError(f"{folder} cannot be written: {error.strerror}") from error
        agent = user_agent(contact)
        bot = import_pywikibot(folder, agent, write_interval)
        try:
            transport = Transport(Route(target), timeout=timeout, deadline=deadline)
            transport.headers["User-Agent"] = agent
            cookies = send_through(transport)
            self._exchange = Exchange(transport, pace(folder), target, deadline, before_write)
            self._session = Session(self._exchange, account, cookies)
        except StoppedError:
            raise
        except (RecordingError, bot.exceptions.Error, OSError, ValueError) as error:
            raise RecordingError(
                f"{account.login} cannot log in at {shown_url(target.api)}: {redact(str(error))}"
            ) from error
        self._found = _Findings()
        self._look_for_block()

    def has_right(self, right: str) -> bool:
        """Whether the account (as limited by the grants of its bot password) may do something."""
        return self._session.has_right(right)

    @property
    def standing(self) -> str:
        """All about the account that a refusal may hang on: its rights and blocks, as when the wiki was last asked."""
        user, partly = self._session.user, self._found.partly
        block = user.blockid, user.blockedby, user.blockreason, sorted(partly.titles), sorted(partly.namespaces)
        return repr((sorted(user.rights), block))

    def pause(self, seconds: float) -> None:
        """Wait.

        :raises StoppedError: there is no time for it
        """
        self._session.pause(seconds)

    def write(self, **parameters: Parameter) -> Answer:
        """Send a write, and return the API's answer.

        :raises StoppedError: nothing can be written
        :raises RecordingError: with the API's code and words
        """
        if self._found.everything:
            raise self._found.everything
        try:
            return self._session.ask(write=True, **parameters)
        except RecordingError as error:
            self._learn(error, edit=parameters["action"] == "edit")
            raise

    def tag(self, page: Page, add: str, remove: str, reason: str) -> bool:
        """Change the tags of a module's revision (https://www.mediawiki.org/wiki/API:Tag).

        An obstacle to tagging a single revision is told in the answer, and is no error of the API's
        (ApiTag.php, ``processIndividual``). A revision that was deleted meanwhile has nothing left to tag.

        :returns: whether there was a revision to tag
        :raises StoppedError: nothing can be tagged
        :raises RecordingError: this revision cannot
        """
        self._see(frozenset({MODULE_NAMESPACE}), page.title)
        answer = self.write(action="tag", revid=page.revision, add=add, remove=remove, reason=reason)
        result = checked(Tagged, answer).tag[0]
        if result.revid != page.revision:
            raise odd("tag.0.revid")
        if result.status == "success" or result.code == _GONE:
            return result.code != _GONE
        if result.status == "skipped":
            raise RecordingError("skipped", code=RATE_LIMITED)
        first = result.errors[0] if result.errors else result
        code, words = first.code or result.status, first.info or getattr(first, "message", "")
        refused = RecordingError(f"{code}: {words}", code=code)
        self._learn(refused)
        raise refused

    def read(self, target: PageTarget) -> BasePage:
        """A page that is to be written, as it is now: the page that is meant and no other, no redirect is followed.

        :raises StoppedError: nothing can be edited
        :raises RecordingError: it is another page, or cannot be read
        """
        if self._found.edits:
            raise self._found.edits
        self._see(target.namespaces, target.title)
        return base_page(self._session.ask(write=False, **page_query(target)), target)

    def save(self, target: PageTarget, base: BasePage, text: str, summary: str) -> None:
        """Save a page as it was read: at this title, and with this latest revision, or where there is none.

        ``{{bots}}`` on it is obeyed; on a page of data such words are a value like any other.

        :raises StoppedError: nothing can be edited
        :raises RecordingError: it cannot be saved; the code says whether it is to be read anew
        """
        if target.model != JSON_MODEL:
            see_that_bots_may(base, self.name, self._capital)
        stated: dict[str, Parameter] = {"createonly": True}
        if base.page_id:
            stated = {"nocreate": True, "baserevid": base.revision, "basetimestamp": base.timestamp}
        try:
            saved = self._saved(title=base.title, text=text, summary=summary, minor=True, **stated)
        except StoppedError:
            raise
        except RecordingError as error:
            words = f"{way_out} ({error})" if (way_out := remedy(error.code)) else str(error)
            raise RecordingError(f"{base.title} cannot be saved: {words}", code=error.code) from error
        if base.page_id and saved.newrevid and saved.oldrevid != base.revision:
            self._see_to_merge(target, saved.newrevid)

    def _saved(self, **form: Parameter) -> EditResult:
        """Of an edit that the wiki took.

        :raises RecordingError: it did not
        """
        result = checked(Edited, self.write(action="edit", bot=True, **form)).edit
        if result.result == "Success":
            return result
        code = "captcha" if result.captcha is not None else result.code or result.result
        raise RecordingError(f"{code}: {result.info or result.result}", code=code)

    def _see_to_merge(self, target: PageTarget, revision: int) -> None:
        """Take an edit back where the wiki merged it into a text that is no longer one for it."""
        try:
            self.read(target)
        except StoppedError:
            raise
        except RecordingError as error:
            self._saved(title=target.title, undo=revision, nocreate=True, minor=True)
            raise RecordingError(f"{error} (that happened while it was saved; the edit was taken back)") from error

    def purge(self, titles: Iterable[str]) -> None:
        """Bring the category memberships of pages up to date at once (https://www.mediawiki.org/wiki/API:Purge).

        Where the wiki limits the rate, it is waited for.

        :raises RecordingError: the wiki does not do it
        """
        todo = list(dict.fromkeys(titles))
        for start in range(0, len(todo), _PURGES_A_REQUEST):
            left = todo[start : start + _PURGES_A_REQUEST]
            for attempt in range(_PURGE_RETRIES + 1):
                left = self._purge(left)
                if not left:
                    break
                if attempt == _PURGE_RETRIES:
                    raise RecordingError(f"the wiki limits how many pages are purged in a minute: {left[0]} waits")
                self._session.pause(2.0**attempt)

    def _purge(self, titles: list[str]) -> list[str]:
        """Purge pages; the result is pages that the wiki did not bring up to date, which is how it limits the rate."""
        answer = self._session.ask(write=False, action="purge", forcelinkupdate=True, titles=titles)
        purged = checked(Purged, answer).purge
        if len(purged) != len(titles):
            raise odd("purge")
        return [page.title for page in purged if not (page.linkupdate or page.missing or page.invalid)]

    def _see(self, namespaces: frozenset[int], title: str) -> None:
        """See that nothing is known that keeps the account from a page.

        :raises RecordingError: something is
        """
        if self._found.everything:
            raise self._found.everything
        partly = self._found.partly
        if namespaces <= partly.namespaces:
            raise StoppedError(partly.reason, code=_BLOCKED, everywhere=False)
        if title in partly.titles:
            raise RecordingError(partly.reason, code=_BLOCKED)

    def _learn(self, error: RecordingError, *, edit: bool = False) -> None:
        """Find out whether a write that was refused once will be refused everywhere.

        :param edit: whether it was an edit
        :raises StoppedError: it will
        """
        if isinstance(error, StoppedError):
            self._found.everything = error
        elif error.code == READ_ONLY:
            self._found.everything = StoppedError(f"the wiki is read-only ({error}): the rest waits", code=READ_ONLY)
        elif _BLOCKED in error.code:
            self._session.refresh()
            self._look_for_block()
        elif edit and error.code in _NO_RIGHT:
            self._session.refresh()
            if not self.has_right("edit"):
                self._found.edits = StoppedError(f"{self.name} lacks the right edit: {error}", everywhere=False)
                raise self._found.edits from error
        if self._found.everything:
            raise self._found.everything from error

    def _look_for_block(self) -> None:
        """The blocks of the account, as far as the wiki tells them."""
        user = self._session.user
        if user.blockpartial is None:
            return
        words = f"{self.name} is blocked by {user.blockedby or 'somebody'} ({user.blockreason or 'no reason given'})"
        if not user.blockpartial:
            self._found.everything = StoppedError(f"{words}: the rest waits until it is not", code=_BLOCKED)
            return
        query = {"action": "query", "list": "blocks", "bkusers": self.name, "bkprop": ["restrictions", "reason", "by"]}
        blocks = checked(Blocks, self._session.ask(write=False, **query)).query.blocks
        found = [block.restrictions for block in blocks if not isinstance(block.restrictions, list)]
        self._found.partly = _Closed(
            f"{words}, from some pages or namespaces",
            frozenset(page.title for each in found for page in each.pages),
            frozenset(number for each in found for number in each.namespaces),
        )
