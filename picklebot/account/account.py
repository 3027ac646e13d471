"""The observer's session on a wiki: its name, its rights, and a new login where the wiki has forgotten it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from picklebot.account.answers import ClientLogin, Login, LoginToken, UserInfo, WhoAmI, checked
from picklebot.account.exchange import Exchange
from picklebot.errors import RecordingError, StoppedError
from picklebot.wiki.capitals import usual_capital
from picklebot.wiki.client import Answer, Parameter

__all__ = ["LOGIN_FAILED", "Account", "Session"]

#: Code of the error that a login comes to which the wiki refuses.
LOGIN_FAILED = "login"

# The wiki takes us, or our token, for another session's (https://www.mediawiki.org/wiki/API:Assert).
_LOST = frozenset(
    {"assertuserfailed", "assertnameduserfailed", "assertbotfailed", "badtoken", "notloggedin", "readapidenied"}
)
_ANONYMOUS_TOKEN = "+\\"  # noqa: S105 (the same for all)
_WRONG_TOKEN = frozenset({"WrongToken", "NeedToken"})


@dataclass(frozen=True, slots=True)
class Account:
    """The account that records.

    :param login: user name, or ``User@app`` for a bot password
    :param capital: the wiki's capital of a letter, as `picklebot.wiki.Site` has it; it may raise WikiError
    """

    login: str
    password: str = field(repr=False)
    capital: Callable[[str], str] = field(default=usual_capital, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The user that edits are shown under: names begin with a capital on every wiki.

        :raises WikiError: the wiki could not be asked which that is
        """
        name = self.login.partition("@")[0].replace("_", " ").strip()
        return self.capital(name[0]) + name[1:] if name else ""


class Session:
    """One account, logged in. All that it sends is sent with ``assertuser``: as this account or not at all.

    :param cookies: pywikibot's jar; a live session in it is used again
    :raises RecordingError: the account cannot log in
    """

    def __init__(self, exchange: Exchange, account: Account, cookies: Any) -> None:  # noqa: ANN401 (no types)
        self._exchange = exchange
        self._account = account
        self._cookies = cookies
        self._token: str | None = None
        self.user = UserInfo(id=0, name="", anon=True)
        self._cookies.load(account.name, ignore_discard=True)
        if not self._is_known():
            self._log_in()

    def has_right(self, right: str) -> bool:
        """Whether the account (as limited by the grants of its bot password) has a right, as when it was last asked."""
        return right in self.user.rights

    def pause(self, seconds: float) -> None:
        """Wait before something is tried again.

        :raises StoppedError: there is no time for it
        """
        self._exchange.pause(seconds)

    def refresh(self) -> None:
        """Ask the wiki anew who we are: rights and blocks change."""
        self._is_known()

    def ask(self, *, write: bool, **parameters: Parameter) -> Answer:
        """Send a request as this account, with a token where it writes; after one new login if the session was lost.

        :raises StoppedError: it is lost again at once
        """
        logged_in = False
        while True:
            token = {"token": self._csrf_token()} if write else {}
            try:
                return self._exchange.send({**parameters, "assertuser": self._account.name, **token}, write=write)
            except RecordingError as error:
                if error.code not in _LOST:
                    raise
                if logged_in:
                    raise StoppedError(
                        f"the wiki does not keep the session of {self._account.name}, even after a new login"
                        f" ({error}): the rest waits for the next harvest",
                        code=error.code,
                    ) from error
                self._log_in()
                logged_in = True

    def _csrf_token(self) -> str:
        if self._token is None and not self._is_known():
            self._log_in()
        if self._token is None:
            raise StoppedError(f"the wiki gives {self._account.name} no token to write with: the rest waits")
        return self._token

    def _is_known(self) -> bool:
        """Whether the wiki takes us for the account."""
        uiprop = ["rights", "blockinfo"]
        query = {"action": "query", "meta": ["userinfo", "tokens"], "uiprop": uiprop, "type": "csrf"}
        try:
            found = checked(WhoAmI, self._exchange.send(query)).query
        except RecordingError as error:
            if error.code in _LOST:
                return False
            raise
        self.user = found.userinfo
        known = not found.userinfo.anon and found.userinfo.id > 0 and found.userinfo.name == self._account.name
        token = found.tokens.csrftoken if found.tokens else ""
        self._token = token if known and token not in ("", _ANONYMOUS_TOKEN) else None
        return known

    def _log_in(self) -> None:
        """Log in, with no cookie of an older session: with one, the login of a bot password is refused.

        :raises StoppedError: the wiki refuses it
        """
        account = self._account
        by_bot_password = "@" in account.login or "@" in account.password
        log_in = self._by_bot_password if by_bot_password else self._by_password
        try:
            refusal = log_in(account, self._login_token())
            if refusal in _WRONG_TOKEN:
                refusal = log_in(account, self._login_token())
        except RecordingError as error:
            if error.code not in _LOST:
                raise
            refusal = str(error)
        if not refusal and self._is_known():
            self._cookies.save(ignore_discard=True)
            return
        why = refusal or "it takes name and password, and does not know the account afterwards (are cookies lost?)"
        raise StoppedError(f"{account.login} cannot log in: the wiki says: {why}", code=LOGIN_FAILED)

    def _login_token(self) -> str:
        """A token to log in with, and with no cookie of an older session."""
        self._cookies.clear()
        self._token = None
        query = {"action": "query", "meta": "tokens", "type": "login"}
        return checked(LoginToken, self._exchange.send(query)).query.tokens.logintoken

    def _by_bot_password(self, account: Account, token: str) -> str:
        """Why it cannot log in; empty where it can (https://www.mediawiki.org/wiki/API:Login)."""
        form: dict[str, Parameter] = {"lgname": account.login, "lgpassword": account.password, "lgtoken": token}
        login = checked(Login, self._exchange.send({"action": "login", **form})).login
        if login.result == "Success":
            return ""
        reason = login.reason if isinstance(login.reason, str) else str(login.reason.get("text", ""))
        wait = f"; try again in {login.wait} seconds" if login.wait else ""
        return f"{reason or login.result}{wait}"

    def _by_password(self, account: Account, token: str) -> str:
        """Why it cannot log in; empty where it can (https://www.mediawiki.org/wiki/API:Login, ``clientlogin``)."""
        form: dict[str, Parameter] = {"username": account.login, "password": account.password, "logintoken": token}
        # An address has to be given where the wiki could send a browser back to; there is none.
        form |= {"loginreturnurl": "https://example.org/", "rememberMe": True}
        login = checked(ClientLogin, self._exchange.send({"action": "clientlogin", **form})).clientlogin
        if login.status == "PASS":
            return ""
        if login.status == "FAIL":
            return login.message or "the wiki does not take name and password"
        return (
            f"the wiki asks for more than name and password ({login.message or login.status}), such as a captcha or a"
            " second factor, and nobody is there to answer: give the account a bot password (Special:BotPasswords)"
        )
