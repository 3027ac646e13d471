"""Real wikis for tests: one a release, started once by each worker that needs it, pristine before every test."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from picklebot.sandbox import RELEASES, Home, Sandbox
from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy, proxy_before
from tests.live.shown import CONFIG, WORDS
from tests.live.wikis import Wikis, hash_password_anew

HERE = Path(__file__).parent
SMALL = {"seeds": False, "pages": [HERE / "small" / "pages"], "settings": HERE / "small" / "settings.php"}
# The tests of a file on a release run on one worker, on the same wiki.
SERVED = [pytest.param(release, marks=pytest.mark.xdist_group(f"mediawiki-{release}")) for release in RELEASES]
# These are about MediaWiki's own ways, which change with its releases, and run on each. So do tests with the marker
# `both_releases`. Of all others one half runs on the one release, the other half on the other, unless all are asked
# for: they are about our side of the connection.
ON_BOTH_RELEASES = {
    *("calls", "harvest_seeds", "hostile_text", "membership", "odd_pages", "setup", "specs", "status", "title_rules"),
}


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups when its turn comes
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept: list[pytest.Item] = []
    passed_over: list[pytest.Item] = []
    for item in items:
        if HERE not in item.path.parents:
            kept.append(item)
            continue
        name = item.path.stem.removeprefix("test_")
        item.add_marker("live")
        item.add_marker(pytest.mark.xdist_group(name))
        on_both = config.option.all_releases or name in ON_BOTH_RELEASES or item.get_closest_marker("both_releases")
        elsewhere = _release(item) not in (None, _own_release(item))
        (passed_over if elsewhere and not on_both else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=passed_over)


def _release(item: pytest.Item) -> str | None:
    """The release that a test was made for, where it was made for one."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    fixtures = ("served", "served_small", "served_shown", "reader")
    return next((str(parameters[name]) for name in fixtures if name in parameters), None)


def _own_release(item: pytest.Item) -> str:
    """The release that a test runs on if it runs on one: of its marker, else of its name; wherever it stands."""
    marker = item.get_closest_marker("release")
    if marker is not None:
        return str(marker.args[0])
    assert isinstance(item, pytest.Function)
    name = f"{item.path.stem}::{item.originalname}"
    return list(RELEASES)[zlib.crc32(name.encode()) % len(RELEASES)]


@pytest.fixture(scope="session")
def wikis(tmp_path_factory: pytest.TempPathFactory) -> Wikis:
    """Makes wikis in a folder of the worker's own; their originals stand in one of all workers."""
    base = tmp_path_factory.getbasetemp()
    everybodys = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return Wikis.of(tmp_path_factory.mktemp("data"), everybodys / "installed")


@pytest.fixture(scope="session")
def home(wikis: Wikis) -> Home:
    """The worker's own home of sandboxes."""
    return wikis.home


@pytest.fixture(scope="session", params=SERVED)
def served(request: pytest.FixtureRequest, wikis: Wikis) -> Iterator[Sandbox]:
    """A sandbox that runs for the whole session; tests want ``wiki``."""
    sandbox = wikis.up(
        f"test-{request.param}", "seeds", request.param, settings=HERE / "impatient.php", then=hash_password_anew
    )
    yield sandbox
    sandbox.down(delete=True)


@pytest.fixture
def wiki(served: Sandbox) -> LiveWiki:
    """A pristine wiki on each release."""
    served.reset()
    return LiveWiki(served)


@pytest.fixture(scope="session", params=SERVED)
def served_small(
    request: pytest.FixtureRequest, wikis: Wikis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """A sandbox of a few pages that ``picklebot setup`` has been run on: every reset comes back to that."""

    def set_up(sandbox: Sandbox) -> None:
        hash_password_anew(sandbox)
        Bot.of(LiveWiki(sandbox), tmp_path_factory.mktemp("setup")).setup()

    sandbox = wikis.up(f"small-{request.param}", "small", request.param, then=set_up, **SMALL)
    yield sandbox
    sandbox.down(delete=True)


@pytest.fixture
def small(served_small: Sandbox) -> Iterator[LiveWiki]:
    """The small wiki on each release, set up, nothing harvested yet."""
    served_small.reset()
    yield LiveWiki(served_small)
    (served_small.folder / "changed.json").unlink(missing_ok=True)


@pytest.fixture(scope="session", params=SERVED)
def served_shown(
    request: pytest.FixtureRequest, wikis: Wikis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveWiki]:
    """A small wiki with messages that show states, set up once; tests put right all that they change but the data."""

    def set_up(sandbox: Sandbox) -> None:
        hash_password_anew(sandbox)
        sysop = Bot.of(LiveWiki(sandbox), tmp_path_factory.mktemp("setup")).as_(sandbox.admin)
        run = sysop.run("setup", "--show", "messages")
        assert run.status == 0, run.err

    sandbox = wikis.up(f"shown-{request.param}", "shown", request.param, then=set_up, **SMALL)
    wiki = LiveWiki(sandbox)
    yield wiki
    sandbox.down(delete=True)


@pytest.fixture
def shown(served_shown: LiveWiki) -> Iterator[LiveWiki]:
    """The wiki; its configuration and words are as setup wrote them, before and after each test."""
    kept = {title: served_shown.text(title) for title in (CONFIG, WORDS)}
    yield served_shown
    for title, text in kept.items():
        served_shown.edit(title, text)


@pytest.fixture
def proxy(small: LiveWiki) -> Iterator[Proxy]:
    """Between picklebot and the small wiki."""
    with proxy_before(small.api) as running:
        yield running


@pytest.fixture
def change(served_small: Sandbox) -> Callable[..., None]:
    """Changes settings of the small wiki, for the test that asks for it: ``change(wgReadOnly="moving house")``."""

    def change(**settings: object) -> None:
        (served_small.folder / "changed.json").write_text(json.dumps(settings), encoding="utf-8")

    return change


@pytest.fixture
def bot(small: LiveWiki, tmp_path: Path) -> Bot:
    """The observer's picklebot for the small wiki, with an empty store."""
    return Bot.of(small, tmp_path)
