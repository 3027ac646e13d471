"""Wikis with recorded states, and a browser: https://playwright.dev/python/ on Debian's Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, FloatRect, Locator, Page, sync_playwright

from picklebot.sandbox import RELEASES, Home, Sandbox
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

HERE = Path(__file__).parent
#: Pictures of all that was looked at.
PICTURES = HERE.parents[1] / "build" / "screenshots"
LONG = "Module:A module whose name goes on and on, as names of modules sometimes do when nobody stops them"
_HEIGHT = 900
_PATIENCE_MILLISECONDS = 20_000
_LONGEST_NAME = 80
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"link-in-text-block": {"enabled": False}},  # skins choose the colours of links
    "resultTypes": ["violations"],
}


@dataclass(frozen=True)
class Look:
    """A way to look at a page.

    :param skin: of MediaWiki's, by the name that ``useskin`` takes
    """

    name: str
    skin: str = "vector-2022"
    width: int = 1280
    language: str = "en"
    night: bool = False


LOOKS = (
    Look("vector-2022"),
    Look("vector-legacy", "vector"),
    Look("minerva", "minerva", width=390),
    Look("hebrew", language="he"),
    Look("night", night=True),
)


@dataclass
class Reader:
    """Somebody who looks at the pages of a wiki."""

    wiki: LiveWiki
    browser: Browser
    release: str
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def open(self, title: str, look: Look = LOOKS[0], **query: str) -> Page:
        """Open a page; the picture is kept."""
        if look.name not in self.contexts:
            self.contexts[look.name] = self.browser.new_context(viewport={"width": look.width, "height": _HEIGHT})
            self.contexts[look.name].set_default_timeout(_PATIENCE_MILLISECONDS)
        page = self.contexts[look.name].new_page()
        asked = {"title": title, "useskin": look.skin, "uselang": look.language, **query}
        page.goto(f"{self.wiki.url}index.php?{urlencode(asked)}", wait_until="load")
        if look.night:
            page.evaluate("document.documentElement.classList.add('skin-theme-clientpref-night')")
        self.keep(page, f"{title} {' '.join(query.values())} {look.name}")
        return page

    def keep(self, page: Page, name: str) -> None:
        """Keep a picture of a page."""
        size = page.viewport_size
        assert size
        file = re.sub(r"\W+", "-", name).strip("-")[:_LONGEST_NAME]
        clip = FloatRect(x=0, y=0, width=size["width"], height=_HEIGHT)
        page.screenshot(path=PICTURES / self.release / f"{file}.png", clip=clip)

    def keep_for_manual(self, page: Page, name: str, height: float) -> None:
        """Keep a picture for docs/editors.md of the upper part of a page, as it is on the newest release."""
        size = page.viewport_size
        assert size
        if self.release == list(RELEASES)[-1]:
            clip = FloatRect(x=0, y=0, width=size["width"], height=height)
            page.screenshot(path=PICTURES / "manual" / f"{name}.png", clip=clip)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        assert program, "tests/browser needs Debian's package chromium: make bootstrap-tests"
        # Tests may run as root, where Chromium has no sandbox; it sees a wiki on this machine alone.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(
    scope="session", params=[pytest.param(each, marks=pytest.mark.xdist_group(f"browser-{each}")) for each in RELEASES]
)
def reader(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> Iterator[Reader]:
    """A reader of a wiki whose modules have states: all passed, then one page changed and another was deleted."""
    shared = Home.default().mediawiki
    shared.mkdir(parents=True, exist_ok=True)
    root = tmp_path_factory.mktemp("data")
    (root / "mediawiki").symlink_to(shared)
    sandbox = Sandbox.up(
        f"browser-{request.param}",
        release=request.param,
        home=Home(root),
        seeds=False,
        pages=[HERE / "pages"],
        settings=HERE / "settings.php",
    )
    wiki = LiveWiki(sandbox)
    bot = replace(Bot.of(wiki, tmp_path_factory.mktemp("bot")), show="messages")
    bot.setup()
    for page in ("Module:Guarded/doc", "Module:Account"):
        wiki.post(action="protect", title=page, protections="edit=sysop|move=sysop")
    bot.harvest()
    wiki.edit("Module:Sum", wiki.text("Module:Sum").replace("a + b", "a + b + 1"), "a mistake")
    wiki.delete("Module:Forsaken/testcases")
    bot.harvest()
    yield Reader(wiki, browser, request.param)
    sandbox.down(delete=True)


def violations(page: Page, *parts: str) -> list[str]:
    """Violations of WCAG 2.2 A and AA in parts of a page, by CSS selectors of elements that are there."""
    there = [part for part in parts if page.locator(part).count()]
    found = Axe().run(page, {"include": [[part] for part in there]}, RULES).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} ({node.get('failureSummary', '')[:300]})"
        for each in found
        for node in each["nodes"]
    ]


def height(part: Locator) -> float:
    """Of an element, in pixels."""
    box = part.bounding_box()
    assert box is not None
    return float(box["height"])
