"""The composition root: from the settings of one wiki to all that works on it, for every command and for scripts.

Each part is made, and its modules are imported, when it is first asked for: a command that reads the store alone opens
no wiki, and one that only reads never loads pywikibot.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING

from picklebot import log
from picklebot.config import Settings
from picklebot.deadline import NEVER, Deadline
from picklebot.errors import ConfigError
from picklebot.events import Event
from picklebot.text.http import read_address, read_header
from picklebot.text.redaction import shown_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from picklebot.account.observer import Observer
    from picklebot.evaluation.evaluate import SuiteEvaluator
    from picklebot.harvest import Harvest
    from picklebot.invocation import Request
    from picklebot.model import RecordedUnder
    from picklebot.plan import Options
    from picklebot.plugins.manager import Plugins
    from picklebot.recording import Recording
    from picklebot.recording.preview import PlannedTask
    from picklebot.recording.recorder import Recorder
    from picklebot.recording.writer import Writer
    from picklebot.store.store import Store
    from picklebot.strategy import Strategies
    from picklebot.text.messages import Messages
    from picklebot.wiki import Site, Wiki
    from picklebot.wiki.changes import LatestChanges
    from picklebot.wiki.target import Target

__all__ = ["App"]

_UNCHECKED = "tls_verify is off: anybody on the way can read and change everything"


class App:
    """The parts of picklebot for one wiki, put together as its settings say. Belongs to one thread.

    >>> from picklebot.config import Settings
    >>> App(Settings(wiki="http://localhost/api.php")).wiki.shown
    'http://localhost/api.php'

    :param deadline: after it no wiki is asked any more, and nothing written
    """

    def __init__(self, settings: Settings, deadline: Deadline = NEVER) -> None:
        self.settings = settings
        self.deadline = deadline

    @cached_property
    def say(self) -> Messages:
        """The words of the output for people."""
        from picklebot.text.messages import Messages

        return Messages(self.settings.output_language)

    @cached_property
    def plugins(self) -> Plugins:
        """The built-in plugin and all installed ones.

        :raises PluginError: one cannot be loaded
        """
        from picklebot.plugins.manager import load_plugins

        return load_plugins()

    @cached_property
    def strategies(self) -> Strategies:
        """All strategies, in the order in which they are tried.

        :raises StrategyError: a strategy file is wrong
        :raises PluginError: a plugin cannot be loaded
        """
        from picklebot.strategy import load_strategies

        return load_strategies(self.plugins, self.settings.strategies)

    @cached_property
    def recorders(self) -> Mapping[str, RecordedUnder]:
        """Names of all recorders, those of the setting and others, each with the thing that it records under.

        :raises ConfigError: the setting names one that there is not
        """
        from picklebot.model import BUILT_IN_RECORDERS

        wanted = self.settings.recorders
        if set(wanted) <= BUILT_IN_RECORDERS.keys():  # then no plugin is asked
            return BUILT_IN_RECORDERS
        known = {name: each.under for name, each in self.plugins.recorders.items()}
        unknown = [name for name in wanted if name not in known]
        if unknown:
            raise ConfigError(f"recorders: there is no {', '.join(unknown)}; there are: {', '.join(known)}")
        return known

    def check(self) -> None:
        """Load plugins and strategies, so that a mistake in them or in names shows before any request.

        :raises ConfigError: a setting names a recorder that does not exist
        :raises StrategyError: a strategy file is wrong
        :raises PluginError: a plugin cannot be loaded
        """
        _ = self.strategies, self.recorders

    @cached_property
    def target(self) -> Target:
        """Where and how the wiki is asked.

        :raises ConfigError: the settings name no wiki that can be found, or no file of certificates
        """
        import ssl

        from picklebot.wiki.address import resolve
        from picklebot.wiki.target import Address, Target, Tls

        settings = self.settings
        try:
            if settings.tls_ca:
                ssl.create_default_context(cafile=settings.tls_ca)
        except OSError as error:
            raise ConfigError(f"tls_ca: {settings.tls_ca}: expected a file of certificates (PEM): {error}") from error
        return Target(
            resolve(settings.wiki),
            Address(*read_address(settings.connect_to)) if settings.connect_to else None,
            tuple(read_header(line.get_secret_value()) for line in settings.header),
            Tls(settings.tls_ca, settings.tls_verify),
        )

    @cached_property
    def wiki(self) -> Wiki:
        """The reading client.

        :raises ConfigError: as of `target`; or nobody is named whom the wiki's operators could ask
        """
        from picklebot.wiki import Wiki

        settings, target = self.settings, self.target
        wiki = Wiki(
            target,
            contact=settings.contact,
            timeout=settings.timeout,
            retries=settings.retries,
            deadline=self.deadline,
        )
        if not settings.contact and not target.local:
            raise ConfigError(
                f"contact: {wiki.shown} is not on this machine, and those who run it must be able to reach who runs"
                " this bot: give --contact, PICKLEBOT_CONTACT or contact in picklebot.toml, an e-mail address or the"
                ' URL of a user page, such as "https://meta.wikimedia.org/wiki/User:Example"'
            )
        if not settings.tls_verify:
            log.warning(Event.CERTIFICATE_UNCHECKED, wiki=wiki.shown, hint=_UNCHECKED)
        return wiki

    @cached_property
    def site(self) -> Site:
        """The wiki as it describes itself; asks it.

        :raises WikiError: it could not be read
        """
        from picklebot.wiki import read_site

        return read_site(self.wiki)

    def read_changes(self) -> LatestChanges:
        """The wiki's latest changes, of one who harvests it at once: it describes itself in the same request.

        :raises WikiError: it could not be read
        """
        from picklebot.wiki.site import read_site_and_changes

        self.site, latest = read_site_and_changes(self.wiki)
        return latest

    @cached_property
    def evaluator(self) -> SuiteEvaluator:
        """Runs suites of the wiki; raises as `check` and `site`."""
        self.check()
        return self.evaluator_for(self.site)

    def evaluator_for(self, site: Site, log: list[Request] | None = None) -> SuiteEvaluator:
        """An evaluator for the wiki as it described itself at some time: its software changes.

        :param log: the requests of its runs are added to it
        """
        from picklebot.evaluation.evaluate import SuiteEvaluator
        from picklebot.invocation import Runner

        return SuiteEvaluator(Runner(self.wiki, site, log), self.strategies, self.plugins)

    @property
    def address(self) -> str:
        """The address at which the wiki answers, without a password: where redirects lead. Asks the wiki."""
        _ = self.site
        return shown_url(self.wiki.reached.api)

    def store(self, *, read_only: bool = False, unchecked: bool = False) -> Store:
        """The wiki's part of the store, for a ``with`` block.

        :param read_only: change nothing; a store that is not there is an empty one
        :param unchecked: whatever the address at which the wiki is asked
        :raises StoreError: it cannot be opened
        :raises IdentityError: the store knows the wiki at another address
        """
        from picklebot.store.addresses import addresses_of, check_address, confirm_address
        from picklebot.store.database import Database
        from picklebot.store.store import Store

        settings = self.settings
        database = Database(settings.store_url, read_only=read_only)
        store = Store(database, self.site.key, settings.term, self.recorders)
        if not unchecked:
            check_address(store, self.address, settings.addresses)
            if not (read_only or addresses_of(store)):
                confirm_address(store, self.address)
        return store

    def store_as_left(self) -> Store:
        """The part of the store that belongs to the wiki which was harvested at this address last, to be read.

        The wiki is asked only where none was: so the store can be looked at while the wiki is down.

        :raises StoreError: it cannot be opened
        :raises WikiError: the wiki had to be asked, and could not be read
        """
        from picklebot.store.addresses import key_at
        from picklebot.store.database import Database
        from picklebot.store.store import Store

        database = Database(self.settings.store_url, read_only=True)
        key = key_at(database, shown_url(self.target.api)) or self.site.key
        return Store(database, key, self.settings.term, self.recorders)

    def options(self, *, drafts: bool = False, full: bool = False, sweep: bool = False) -> Options:
        """How a harvest goes about it, by settings and flags.

        :param drafts: also run sandboxes' and users' own tests
        :param full: run all suites
        :param sweep: list all pages, also where recent changes tell which changed
        """
        from datetime import timedelta

        from picklebot.plan import Options

        settings = self.settings
        return Options(
            settings.only,
            drafts,
            full,
            sweep,
            timedelta(days=settings.recheck_after),
            self.deadline,
            settings.concurrency,
            settings.testers_elsewhere,
        )

    def harvest(self, options: Options | None = None) -> Harvest:
        """One pass over the wiki that records nothing on it: transitions wait in the store for ``picklebot harvest``.

        :param options: as `options` gives them; by default a harvest of the suites that are due
        :raises WikiError: the wiki could not be read
        :raises StoreError: the store could not be read or written, or another harvest of the wiki runs
        """
        from picklebot.harvest import harvest

        with self.store() as store:
            return harvest(self.wiki, self.site, self.evaluator, store, options=options or self.options())

    def log_in(self, site: Site | None = None, before_write: Callable[[str], None] | None = None) -> Observer:
        """The observer's account, logged in anew.

        :param site: the wiki as it describes itself now, where a process stays up
        :param before_write: called with the action of each write right before it is sent; it may raise
        :raises ConfigError: its password would be sent for all to read
        :raises RecordingError: it cannot log in
        """
        from picklebot.recording.opening import log_in

        return log_in(self.wiki, site or self.site, self.settings, self.deadline, before_write)

    def log_in_to_record(self, store: Store, site: Site | None = None) -> Observer:
        """The observer's account for a harvest: it writes as long as the wiki is held, and its stop page is empty.

        :param site: as of `log_in`, which names the errors, too
        """
        from picklebot.recording.opening import user_page
        from picklebot.recording.stop import StopPage

        site = site or self.site
        stop_page = user_page(site, self.settings, self.settings.stop_page)
        return self.log_in(site, StopPage(self.wiki, site, stop_page, store.assert_held))

    def check_account(self) -> None:
        """See, without a login, that the account's password may be sent; asks the wiki where it is.

        :raises ConfigError: it would be sent for all to read
        :raises WikiError: the wiki could not be read
        """
        from picklebot.recording.opening import check_privacy

        _ = self.site  # its answer tells where redirects lead
        check_privacy(self.wiki, self.settings)

    def preview(self, store: Store, found: Harvest) -> Iterator[PlannedTask]:
        """The writes that wait, planned and not carried out; needs no account.

        :param found: by a harvest: a store that is only read does not keep it
        """
        from picklebot.account.account import Account
        from picklebot.recording.opening import make_recorders
        from picklebot.recording.preview import preview
        from picklebot.store.memory import FoundMemory

        user = Account(self.settings.user, "", self.site.capital).name or "…"
        new = store.as_pending(found.transitions, datetime.now(UTC))
        memory = FoundMemory(store, found.modules, found.suites, new)
        recorders = make_recorders(self.plugins.recorders, user, self.site, self.settings, memory)
        return preview(recorders, lambda name: [*store.pending(name), *new], self.wiki, self.site, user)

    def recording(
        self, store: Store, observer: Callable[[], Observer], site: Site | None = None, *, release: bool = False
    ) -> Recording:
        """The recorders of the setting, and how they are set to work.

        :param observer: logs the account in
        :param release: whether to record however many modules change at once
        :param site: the wiki as it describes itself now, where a process stays up
        """
        from picklebot.recording import Recording
        from picklebot.recording.hold import reason_to_hold
        from picklebot.store.holdings import StoreHoldings
        from picklebot.store.memory import StoreMemory

        site, memory, settings = site or self.site, StoreMemory(store), self.settings

        def make() -> tuple[Writer, Sequence[Recorder]]:
            from picklebot.recording.budget import EditBudget
            from picklebot.recording.opening import make_recorders
            from picklebot.recording.writer import Writer

            budget = EditBudget(memory, settings.edits_per_minute, settings.edits_per_harvest)
            writer = Writer(logged_in := observer(), self.wiki, site, memory, budget)
            return writer, make_recorders(self.plugins.recorders, logged_in.name, site, settings, memory)

        def has_news() -> bool:
            from picklebot.recording.opening import has_news

            return has_news(site, settings, memory)

        hold = partial(reason_to_hold, StoreHoldings(store), release=release)
        return Recording(settings.recorders, make, has_news, hold)
