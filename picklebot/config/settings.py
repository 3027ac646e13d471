"""The model of all settings: names, types, limits, defaults, descriptions.

Options of commands, the table in docs/operators.md and the names of variables are made from it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from picklebot.config.folders import data_folder
from picklebot.defaults import CONCURRENCY, LEASE_TERM, RECHECK_AFTER, RETRIES, TIMEOUT_SECONDS
from picklebot.model import State
from picklebot.text.http import read_address, read_header
from picklebot.text.messages import Messages, languages

__all__ = ["Settings", "category_names"]


def category_names(language: str) -> dict[State, str]:
    """Names of the tracking categories by the states that they hold; the English ones are Extension:Pickle's."""
    say = Messages(language)
    return {state: say.of("category", state.partition("-")[0]) for state in State}


# Characters that no title can hold: https://www.mediawiki.org/wiki/Manual:Page_title
_FORBIDDEN = "# < > [ ] | { }"
_NO_TITLE = re.compile(r"[#<>\[\]|{}\x00-\x1f\x7f]")
# Enough to tell an address from a name: whether somebody reads mail to it, only its owner knows.
_CONTACT = re.compile(
    r"https?://[^\s/?#.:@]+[^\s/?#@]*(?:[/?#]\S*)?|(?:mailto:)?[^\s@:/<>]+@[^\s@:/<>]+", re.IGNORECASE
)
# A year of seconds: nobody waits as long, and clocks can count it.
_YEAR_SECONDS = 366 * 86_400.0


def _setting(description: str, metavar: str, **limits: Any) -> Any:  # noqa: ANN401 (as pydantic's own Field)
    """A setting's description, and the placeholder of its value in the help of commands."""
    return Field(description=description, json_schema_extra={"metavar": metavar}, **limits)


class Settings(BaseModel):
    """All that can be set. Durations are seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wiki: Annotated[str, _setting("URL of its api.php, a pywikibot family:code, or a name in [wikis]", "WIKI")] = ""
    user: Annotated[str, _setting("the observer's account, or User@app for a bot password", "NAME")] = ""
    password: Annotated[SecretStr, _setting("its password or bot password", "TEXT")] = SecretStr("")
    allow_http: Annotated[
        bool, Field(description="send the password without https, for all to read, to a wiki beyond this machine")
    ] = False
    connect_to: Annotated[
        str, _setting("HOST:PORT to connect to, in place of the URL's: one server of several, such as a canary", "HOST")
    ] = ""
    header: Annotated[
        tuple[SecretStr, ...], _setting("headers sent to the wiki with every request, as Name: value", "LINE")
    ] = ()
    tls_ca: Annotated[
        Path | None, _setting("file of certificates (PEM) that are trusted instead of the usual ones", "FILE")
    ] = None
    tls_verify: Annotated[
        bool, Field(description="see that the wiki's server is the one that it says it is, by its certificate")
    ] = True
    store: Annotated[str, _setting("SQLAlchemy URL of the database that remembers states", "URL")] = ""
    addresses: Annotated[
        tuple[str, ...],
        _setting("patterns of further addresses (URLs of api.php) at which the wiki is the same one", "PATTERN"),
    ] = ()
    contact: Annotated[
        str, _setting("who runs this bot, for the User-Agent: an e-mail address, or the URL of a user page", "TEXT")
    ] = ""
    only: Annotated[
        tuple[str, ...], _setting("patterns of titles (*, ? and []); only matching modules run", "PATTERN")
    ] = ()
    testers_elsewhere: Annotated[
        tuple[str, ...],
        _setting(
            "patterns of test pages elsewhere that decide the state of modules with test pages of their own, too",
            "PATTERN",
        ),
    ] = ()
    strategies: Annotated[tuple[Path, ...], _setting("folders with strategies of your own", "FOLDER")] = ()
    timeout: Annotated[float, _setting("how long to wait for one answer", "SECONDS", gt=0, le=_YEAR_SECONDS)] = (
        TIMEOUT_SECONDS
    )
    retries: Annotated[int, _setting("how often to repeat a request that failed", "N", ge=0, le=20)] = RETRIES
    concurrency: Annotated[
        int, _setting("suites that run at once, on a wiki that you run yourself", "N", ge=1, le=50)
    ] = CONCURRENCY
    recheck_after: Annotated[
        float, _setting("days after which a suite runs again in any case", "DAYS", gt=0, le=10_000)
    ] = RECHECK_AFTER / timedelta(days=1)
    deadline: Annotated[
        float | None, _setting("come to an end in good order after this time", "SECONDS", gt=0, le=_YEAR_SECONDS)
    ] = None
    wiki_deadline: Annotated[
        float, _setting("with --all, the same for each wiki", "SECONDS", gt=0, le=_YEAR_SECONDS)
    ] = 300.0
    interval: Annotated[
        float, _setting("time between two looks at recent changes", "SECONDS", gt=0, le=_YEAR_SECONDS)
    ] = 5.0
    stream: Annotated[str, _setting("EventStreams to follow: auto, off, or a URL", "URL")] = "auto"
    log_format: Annotated[Literal["logfmt", "json"], _setting("how the lines of the log are written", "FORMAT")] = (
        "logfmt"
    )
    lease_term: Annotated[
        float,
        _setting("time without a word from a harvest or watch after which another may begin", "SECONDS", ge=1, le=3600),
    ] = LEASE_TERM.total_seconds()
    write_interval: Annotated[
        float | None,
        _setting("time between two writes; 10 unless the wiki is on this machine", "SECONDS", ge=0, le=_YEAR_SECONDS),
    ] = None
    recorders: Annotated[
        tuple[str, ...], _setting("ways of recording, in the order in which they work; plugins have more", "NAME")
    ] = ("tags", "data", "log", "categories")
    language: Annotated[
        str, _setting("language of the words that are written on the wiki: de, en, fr, he or nb", "CODE")
    ] = "en"
    output_language: Annotated[str, _setting("language of tables and lines in the terminal: de or en", "CODE")] = "en"
    show: Annotated[
        Literal["messages", "template", "doc-pages", "nothing"],
        _setting(
            "how module pages show their state: by two messages of the wiki's interface, by its documentation template,"
            " by an edit of each documentation page, or not at all",
            "HOW",
        ),
    ] = "messages"
    log_page: Annotated[str, _setting("log page; {user}, {year} and {month} are filled in", "TITLE")] = (
        "User:{user}/Log/{year}-{month}"
    )
    data_page: Annotated[
        str, _setting("data pages are this title's subpages, below the bot's user page; {user} is filled in", "TITLE")
    ] = "User:{user}/Tests"
    observer: Annotated[
        str, _setting("name of the account that records, where `picklebot setup` is run by another", "NAME")
    ] = ""
    help_page: Annotated[str, _setting("help page that `picklebot setup` makes", "TITLE")] = "Help:Module tests"
    stop_page: Annotated[str, _setting("page on which any text stops all recording; {user} is filled in", "TITLE")] = (
        "User:{user}/Stop"
    )
    edits_per_minute: Annotated[int, _setting("edits in any minute; tags are no edits", "N", ge=1, le=100_000)] = 6
    edits_per_harvest: Annotated[
        int, _setting("edits in a harvest; the rest waits for the next one", "N", ge=1, le=1_000_000)
    ] = 50
    doc_namespaces: Annotated[
        tuple[str, ...],
        _setting("namespaces besides Module in which documentation pages may be written, such as Project", "NAME"),
    ] = ()
    categories: Annotated[
        dict[State, str],
        _setting(
            "tracking category by state; those not set have names in the language set", "NAME", validate_default=True
        ),
    ] = {}

    @field_validator("*", mode="before")
    @classmethod
    def _trimmed(cls, value: object) -> object:
        """Blanks at the ends are no part of a value: they come from files of secrets, and from copied lines."""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, SecretStr):
            return SecretStr(value.get_secret_value().strip())
        return [cls._trimmed(each) for each in value] if isinstance(value, list | tuple) else value

    @field_validator("contact", mode="after")
    @classmethod
    def _somebody(cls, value: str) -> str:
        if value and not _CONTACT.fullmatch(value):
            raise ValueError("expected an e-mail address, or the URL of a user page (https://…)")
        return value

    @field_validator(
        "addresses", "only", "strategies", "testers_elsewhere", "doc_namespaces", "header", "recorders", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        """A variable of the environment can hold several, one a line."""
        return tuple(line.strip() for line in value.splitlines() if line.strip()) if isinstance(value, str) else value

    @field_validator("recorders", mode="after")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))

    @field_validator("language", "output_language", mode="after")
    @classmethod
    def _with_messages(cls, value: str) -> str:
        if value not in (known := languages()):
            raise ValueError(f"there are words in {', '.join(known)} only")
        return value

    @field_validator("connect_to", mode="after")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if value:
            read_address(value)
        return value

    @field_validator("header", mode="after")
    @classmethod
    def _headers(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for line in value:
            read_header(line.get_secret_value())
        return value

    @field_validator("categories", mode="after")
    @classmethod
    def _complete(cls, value: dict[State, str], info: ValidationInfo) -> dict[State, str]:
        for name in value.values():
            if not name.strip() or _NO_TITLE.search(name) or name.strip().lower().startswith("category:"):
                raise ValueError(f"expected a name without {_FORBIDDEN} and without Category: before it")
        return {**category_names(info.data.get("language", "en")), **value}

    @field_validator("stop_page", mode="after")
    @classmethod
    def _a_stop_page(cls, value: str) -> str:
        plain = value.replace("{user}", "")
        if not plain.strip(": /") or _NO_TITLE.search(plain):
            raise ValueError(f"expected a title without {_FORBIDDEN} but for {{user}}")
        return value

    @field_validator("log_page", mode="after")
    @classmethod
    def _a_title(cls, value: str) -> str:
        plain = re.sub(r"\{(?:user|year|month)\}", "", value)
        if not value.strip() or not plain.strip(": /") or _NO_TITLE.search(plain):
            raise ValueError(f"expected a title without {_FORBIDDEN} but for {{user}}, {{year}}, {{month}}")
        return value

    @field_validator("data_page", mode="after")
    @classmethod
    def _a_title_of_the_bots(cls, value: str) -> str:
        before, placeholder, name = value.partition("{user}/")
        if not placeholder or not before.endswith(":") or _NO_TITLE.search(before + name) or not name.strip(" /"):
            words = "expected a title below the bot's user page, such as User:{user}/Tests"
            raise ValueError(f"{words}, without {_FORBIDDEN}")
        return value

    @property
    def term(self) -> timedelta:
        """`lease_term` as a span of time."""
        return timedelta(seconds=self.lease_term)

    @property
    def store_url(self) -> str:
        """Where states are kept: as set, else SQLite in the data folder.

        :raises ConfigError: neither is known
        """
        return self.store or f"sqlite:///{data_folder() / 'picklebot.sqlite'}"
