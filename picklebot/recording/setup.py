"""Setup, run by a sysop: defines the change tags, and installs the pages by which a wiki shows states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from picklebot.account.observer import Observer
from picklebot.account.pages import PageTarget
from picklebot.config import Settings
from picklebot.errors import ConfigError, RecordingError, WikiError
from picklebot.model import State
from picklebot.recording.doc_messages import CALL, DocMessage, read_doc_messages, shows_state
from picklebot.recording.installed import PageStanding
from picklebot.recording.onwiki import CONFIG_PAGE, installed_pages, spec_pages
from picklebot.recording.plan import PageEdit, TagDefinition
from picklebot.recording.recorder import WikiView
from picklebot.recording.wikitext import tag_name
from picklebot.recording.writer import Writer
from picklebot.text.messages import Messages
from picklebot.wiki import Site, Wiki
from picklebot.wiki.texts import read_texts

__all__ = ["Step", "StepOutcome", "plan_setup", "recording_account", "sees_states", "set_up"]

_REASON = "picklebot setup"


class StepOutcome(StrEnum):
    """A part of the setup, as it is afterwards."""

    CREATED = "created"
    UPDATED = "updated"
    THERE = "is there"
    #: by somebody: it is left alone
    CHANGED = "was changed here"
    #: a message with the wiki's own text: it is left alone
    OWN_TEXT = "has a text of this wiki's own"


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the setup.

    :param name: of a change tag, or title of a page
    :param outcome: after the step; it writes nothing if that is no `CREATED` or `UPDATED`
    :param target: the page; None for a tag
    :param before: the page's text now
    :param after: the page's text as it should be
    """

    name: str
    outcome: StepOutcome
    target: PageTarget | None = None
    before: str = ""
    after: str = ""

    @property
    def writes(self) -> bool:
        """Whether there is something to write."""
        return self.outcome in (StepOutcome.CREATED, StepOutcome.UPDATED)


def recording_account(wiki: Wiki, site: Site, settings: Settings) -> str:
    """Name of the account that records: as set, else as in an earlier setup, else the wiki's only bot.

    :raises ConfigError: it cannot be told
    """
    if settings.observer:
        return site.normalise(f"User:{settings.observer}").partition(":")[2]
    if (known := _configured(wiki, site).get("observer")) and isinstance(known, str):
        return known
    bots = [
        user["name"]
        for user in wiki.get(action="query", list="allusers", augroup="bot", aulimit=2)["query"]["allusers"]
    ]
    if len(bots) == 1:
        return str(bots[0])
    raise ConfigError(
        "observer: which account will record? Its pages are to be read by the module that shows states: give"
        ' --observer NAME, PICKLEBOT_OBSERVER, or observer = "…" in picklebot.toml'
    )


def plan_setup(
    wiki: Wiki, site: Site, settings: Settings, observer: str, *, force: bool = False, specs: bool = False
) -> list[Step]:
    """All steps of the setup, as the wiki is now; it is read as anybody may.

    :param observer: name of the account that records
    :param force: overwrite also pages that somebody changed; never a text of the wiki's own in its messages
    :param specs: install the language of specs, too; where it was installed, it is brought up to date in any case
    :raises WikiError: the wiki could not be read
    """
    defined = _defined_tags(wiki)
    steps = [Step(name, StepOutcome.THERE if name in defined else StepOutcome.CREATED) for name in map(tag_name, State)]
    pages = {page.target.title: page for page in installed_pages(site, settings, observer)}
    optional = {page.target.title: page for page in spec_pages(site)}
    texts = read_texts(wiki, [*pages, *optional]).texts
    for title, page in (pages | optional).items():
        standing = page.standing(texts.get(title))
        if title in optional and not specs and standing is not PageStanding.OUTDATED:
            continue
        outcome = _OUTCOMES[standing]
        if force and standing is PageStanding.CHANGED:
            outcome = StepOutcome.UPDATED
        steps.append(Step(title, outcome, page.target, texts.get(title, ""), page.text))
    if settings.show == "messages":
        steps += [_message_step(message) for message in read_doc_messages(wiki, site)]
    return steps


def set_up(observer: Observer, wiki: Wiki, site: Site, steps: list[Step], say: Messages) -> Iterator[Step]:
    """Carry out the steps of a setup, and yield each when it is done.

    :raises RecordingError: the account may not do it
    """
    for right, needed in (("managechangetags", any(not step.target for step in steps)), *_rights(steps)):
        if needed and not observer.has_right(right):
            raise RecordingError(
                f"{observer.name} lacks the right {right}, which sysops have: run setup with a sysop's account"
                " (with a bot password, its grants must include it)"
            )
    writer = Writer(observer, wiki, site)
    view = writer.view()
    for step in steps:
        if step.writes and step.target is None:
            writer.write(TagDefinition(step.name, _REASON))
        elif step.writes:
            writer.carry_out(partial(_edit, step, say("setup-summary")), view)
        yield step


def sees_states(wiki: Wiki, site: Site, settings: Settings, observer: str) -> tuple[str, bool] | None:
    """A module with a recorded state, and whether its page shows that; None where nothing is recorded yet.

    :param observer: name of the account that records
    """
    title = site.normalise(f"{settings.data_page.replace('{user}', observer)}/0.json")
    try:
        modules = json.loads(read_texts(wiki, [title]).texts.get(title, "{}")).get("modules", {})
        there = sorted(modules)[:50]
        module = (
            next((page["title"] for page in wiki.pages(there, prop="info") if not page.get("missing")), None)
            if there
            else None
        )
        return None if module is None else (module, shows_state(wiki, module))
    except (AttributeError, TypeError, ValueError, WikiError):
        return None


_OUTCOMES = {
    PageStanding.MISSING: StepOutcome.CREATED,
    PageStanding.SAME: StepOutcome.THERE,
    PageStanding.OUTDATED: StepOutcome.UPDATED,
    PageStanding.CHANGED: StepOutcome.CHANGED,
}


def _message_step(message: DocMessage) -> Step:
    title, before = message.target.title, message.own or ""
    if message.has_call:
        return Step(title, StepOutcome.THERE, message.target, before, before)
    if message.is_free:
        outcome = StepOutcome.CREATED if message.own is None else StepOutcome.UPDATED
        return Step(title, outcome, message.target, before, message.text)
    return Step(title, StepOutcome.OWN_TEXT, message.target, before, f"{CALL}\n{before}")


def _rights(steps: list[Step]) -> Iterator[tuple[str, bool]]:
    yield "editinterface", any(step.writes and step.target and 8 in step.target.namespaces for step in steps)  # noqa: PLR2004


def _edit(step: Step, summary: str, view: WikiView) -> Iterator[PageEdit]:
    if step.target is None:
        return
    base = view.page(step.target)
    if base.text == step.before:  # else somebody was quicker
        yield PageEdit(step.target, base, step.after, summary)


def _defined_tags(wiki: Wiki) -> set[str]:
    return {
        tag["name"]
        for part in wiki.query(list="tags", tgprop="active", tglimit="max")
        for tag in part["tags"]
        if tag.get("active")
    }


def _configured(wiki: Wiki, site: Site) -> dict[str, object]:
    """The configuration of an earlier setup."""
    title = site.module(CONFIG_PAGE)
    try:
        found = json.loads(read_texts(wiki, [title]).texts.get(title, "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
