"""The observer's account on a wiki, through pywikibot: login, saving pages, throttling, exclusion.

pywikibot keeps its session, settings and files for a whole process: one wiki and one account a process.
"""

from __future__ import annotations

import logging
import math
import os
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from picklebot.deadline import NEVER, Deadline
from picklebot.errors import RecordingError
from picklebot.recording.sessions import keep_session_for
from picklebot.redaction import redact, shown_url
from picklebot.wiki.client import user_agent
from picklebot.wiki.transport import Route, Transport, is_loopback
from picklebot.wikitext import CostlyWikitextError, check_cost

__all__ = ["Account", "Edit", "Observer"]

# What pywikibot calls the wiki.
_FAMILY = "picklebot"
# pywikibot's own default, seconds; https://www.mediawiki.org/wiki/Manual:Pywikibot/Global_Options
_WRITE_INTERVAL = 10.0
# With pauses that double from a second, longer than the minute after which a wiki forgets what it counted.
_RETRIES = 7
# Wikis allow 30 a minute by default ($wgRateLimits, linkpurge), and a request over the limit counts as a whole.
_PURGES_A_REQUEST = 10
# Templates that tell bots whether they may edit (https://www.mediawiki.org/wiki/Manual:Pywikibot/Compliance), as
# pywikibot knows them, and their namespace.
_EXCLUSION = frozenset({"Bots", "Nobots"})
_TEMPLATE = 10
# How often a page is rewritten anew because somebody else was quicker.
_CONFLICTS = 3


@dataclass(frozen=True, slots=True)
class Edit:
    """What a page is to say, and why."""

    text: str
    summary: str


Rewrite = Callable[[str], Edit | None]


@dataclass(frozen=True, slots=True)
class Account:
    """Who records.

    :param login: user name, or ``User@app`` for a bot password
    """

    login: str
    password: str = field(repr=False)

    @property
    def name(self) -> str:
        """The user that edits are shown under."""
        name = self.login.partition("@")[0].replace("_", " ").strip()
        return name[:1].upper() + name[1:]


class Observer:
    """One account, logged in. Every write is sent with ``assertuser``: as this account or not at all.

    :param folder: of this wiki's and account's own, for pywikibot's files
    :param write_interval: seconds between two writes; by default 10, and none on this machine
    :param timeout: seconds in which every answer must be there, whole
    :param deadline: after it nothing is asked or written any more, and no answer waited for
    :raises RecordingError: the account cannot log in
    """

    def __init__(
        self,
        api: str,
        account: Account,
        folder: Path,
        *,
        contact: str,
        write_interval: float | None,
        timeout: float = 60.0,
        deadline: Deadline = NEVER,
    ) -> None:
        if write_interval is None:
            write_interval = 0.0 if is_loopback(api) else _WRITE_INTERVAL
        self.name = account.name
        self._deadline = deadline
        self._api = api
        try:
            keep_session_for(folder, account.login, account.password)
        except OSError as error:
            raise RecordingError(f"{folder} cannot be written: {error.strerror}") from error
        self._bot = _import_pywikibot(folder, user_agent(contact), write_interval)
        _send_through(Transport(Route(api), timeout=timeout, deadline=deadline))
        self._be_patient()
        try:
            self._site = self._log_in(account)
        except (self._bot.exceptions.Error, OSError, ValueError) as error:
            raise RecordingError(f"{account.login} cannot log in at {shown_url(api)}: {_one_line(error)}") from error

    def has_right(self, right: str) -> bool:
        """Whether the account (as limited by the grants of its bot password) may do something."""
        return bool(self._site.has_right(right))

    def write(self, **parameters: object) -> Any:  # noqa: ANN401 (the API's answer)
        """Send a write that pywikibot has no method for, and return the API's answer.

        :raises RecordingError: with the API's code and words
        """
        return self._submit(token=self._site.tokens["csrf"], **parameters)

    def edit(self, title: str, rewrite: Rewrite) -> bool:
        """Rewrite a page, or the page that it redirects to; protection and ``{{bots}}`` are obeyed.

        Where somebody else saves it meanwhile, their text is rewritten. https://en.wikipedia.org/wiki/Template:Bots

        :param title: as the wiki writes it
        :param rewrite: from the text, empty where there is no page, to the new text and a summary, or None to leave it
        :returns: whether it was saved
        :raises RecordingError: it cannot be read or saved
        """
        for _ in range(_CONFLICTS):
            self._be_patient()
            try:
                page = self._page(title)
                edit = rewrite(page.text if page.exists() else "")
                if edit is None:
                    return False
                page.text = edit.text
                force = not self._may_be_excluded(page)
                page.save(summary=edit.summary, minor=True, bot=True, quiet=True, assertuser=self.name, force=force)
            except self._bot.exceptions.EditConflictError:
                continue
            except CostlyWikitextError as error:
                raise RecordingError(f"{title} is left alone, {error}") from error
            except (self._bot.exceptions.Error, OSError) as error:
                raise RecordingError(f"{title} cannot be saved: {_one_line(error)}") from error
            return True
        raise RecordingError(f"{title} cannot be saved: others edit it all the time")

    def _may_be_excluded(self, page: Any) -> bool:  # noqa: ANN401
        """Whether pywikibot has to look for ``{{bots}}`` in a page's text: all of it is parsed for that.

        :raises CostlyWikitextError: it would take too long
        """
        shown = {template.title(with_ns=False) for template in page.templates(namespaces=_TEMPLATE)}
        if shown.isdisjoint(_EXCLUSION):
            return False
        check_cost(page.text)
        return True

    def _page(self, title: str) -> Any:  # noqa: ANN401
        """A page with its text and the templates in it, in one request; another one where it is a redirect."""
        page = self._loaded(self._bot.Page(self._site, title))
        return self._loaded(page.getRedirectTarget()) if page.isRedirectPage() else page

    def _loaded(self, page: Any) -> Any:  # noqa: ANN401
        loaded = next(iter(self._site.preloadpages([page], templates=True)), None)
        if loaded is None:  # of a title that is too long pywikibot says nothing at all
            raise RecordingError(f"{page.title()} cannot be the title of a page here")
        return loaded

    def refresh(self, titles: Iterable[str]) -> None:
        """Bring the category memberships of pages up to date at once (https://www.mediawiki.org/wiki/API:Purge).

        Where the wiki limits the rate, pywikibot waits.

        :raises RecordingError: the wiki does not do it
        """
        todo = list(dict.fromkeys(titles))
        for start in range(0, len(todo), _PURGES_A_REQUEST):
            some = todo[start : start + _PURGES_A_REQUEST]
            self._submit(action="purge", forcelinkupdate=1, titles="|".join(some))

    def _be_patient(self) -> None:
        """Let pywikibot repeat what fails, with pauses that double from a second, no longer than there is time."""
        self._bot.config.max_retries = int(min(math.log2(self._deadline.left + 1), _RETRIES))

    def _submit(self, **parameters: object) -> Any:  # noqa: ANN401
        self._be_patient()
        try:
            return self._site.simple_request(assertuser=self.name, **parameters).submit()
        except self._bot.exceptions.APIError as error:
            raise RecordingError(f"{error.code}: {error.info}", code=error.code) from error
        except (self._bot.exceptions.Error, OSError) as error:
            raise RecordingError(_one_line(error)) from error

    def _log_in(self, account: Account) -> Any:  # noqa: ANN401 (pywikibot carries no types)
        site = self._bot.Site(url=self._api, fam=_FAMILY, user=account.name)
        # Where this process logged in before, the wiki may have forgotten it meanwhile.
        del site.userinfo
        site.tokens.clear()
        # A live session is used again: with one, the login of a bot password is refused.
        site.login(cookie_only=True)
        if not site.logged_in():
            manager = self._bot.login.ClientLoginManager(site=site, user=account.name, password=account.password)
            manager.login_name = account.login
            manager.login()
            site.login(cookie_only=True)
        if not site.logged_in():
            raise ValueError("the wiki does not take name and password")
        # Titles come as the wiki writes them; pywikibot's own capitals are not every wiki's. It has to read names of
        # templates, though.
        for namespace in site.namespaces.values():
            if namespace.id != _TEMPLATE:
                namespace.case = "case-sensitive"
        return site


def _import_pywikibot(folder: Path, agent: str, write_interval: float) -> Any:  # noqa: ANN401 (a module without types)
    """Import pywikibot with a folder of its own, so that none of its files lands anywhere else."""
    os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"
    # It would read our arguments as its own; and without a folder named here it makes one in the user's home.
    arguments, sys.argv = sys.argv, [*sys.argv[:1], f"-dir:{folder}"]
    try:
        import pywikibot  # noqa: PLC0415 (reading a wiki must never import it, and the folder comes first)
        import pywikibot.login  # noqa: PLC0415
    finally:
        sys.argv = arguments
    config = pywikibot.config
    config.base_dir = str(folder)  # where it was imported before, with another folder
    config.put_throttle = write_interval
    config.minthrottle = min(config.minthrottle, write_interval)  # between reads
    config.max_retries = _RETRIES
    config.retry_wait = 1
    config.user_agent_format = agent.replace("{", "{{").replace("}", "}}")
    # What it has to say comes to us as an exception too; its own lines would say it twice.
    pywikibot.bot.init_handlers()
    logger = logging.getLogger("pywiki")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    return pywikibot


def _send_through(transport: Transport) -> None:
    """Let pywikibot's requests go through ours (https://doc.wikimedia.org/pywikibot/stable/api_ref/pywikibot.comms.html).

    Its own session sends cookies and tokens wherever a redirect leads, and reads answers of any size.
    """
    from pywikibot.comms import http  # noqa: PLC0415 (as the rest of it)

    transport.cookies = http.cookie_jar
    http.session.close()
    http.session = transport


def _one_line(error: Exception) -> str:
    """What pywikibot says, without the help that the API adds to every error and our own name for the wiki."""
    line = " ".join(re.sub(r"\[(?:help|servedby|see):.*", "", str(error), flags=re.DOTALL).split())
    return redact(line.replace(f"[[{_FAMILY}:", "[[")) or type(error).__name__
