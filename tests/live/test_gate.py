"""The gate between real releases: a train from MediaWiki 1.39 to 1.43, canaries, editors at work, bad networks."""

from __future__ import annotations

import json
import random
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from picklebot.sandbox import Home, Sandbox
from tests.live.bot import Bot
from tests.live.canary import Canary, canary_of
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Fault, proxy_before
from tests.live.train import BROKEN, CHANGED_POINTS, FIXED, SUITES, write_pages
from tests.ran import Ran

OLD, NEW = "1.39", "1.43"
INVOKE = "public function invoke( $name, $frame ) {"


@dataclass(frozen=True)
class Train:
    """Two releases with the same pages, and the baseline of the older one."""

    old: LiveWiki
    new: LiveWiki
    baseline: Path
    folder: Path

    def gate(self, wiki: LiveWiki | str, *options: str, baseline: bool = True) -> Ran:
        """The gate before a wiki, with the file for a baseline."""
        api = wiki if isinstance(wiki, str) else wiki.api
        known = ["--baseline", str(self.baseline)] if baseline else []
        ran = Bot(self.folder, api).run("gate", *known, *options)
        assert ran.err == ""
        return ran

    def document(self, wiki: LiveWiki | str, *options: str) -> tuple[Ran, dict[str, Any]]:
        """The same, with its decision as JSON."""
        file = self.folder / "decision.json"
        file.unlink(missing_ok=True)
        ran = self.gate(wiki, *options, "--output", f"json={file}")
        return ran, json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def train(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Train]:
    folder = tmp_path_factory.mktemp("train")
    pages = write_pages(folder / "pages")
    boxes = []
    try:
        for release in (OLD, NEW):
            box = Sandbox.up(f"train-{release}", release=release, home=home, seeds=False, pages=[pages])
            boxes.append(box)
        old, new = map(LiveWiki, boxes)
        baseline = folder / "baseline.json.gz"
        saved = Bot(folder, old.api).run("gate", "--save", str(baseline))
        assert saved.status == 0, saved.out
        assert f"{SUITES} suites, {SUITES} of them with something to lose" in saved.out
        yield Train(old, new, baseline, folder)
    finally:
        for box in boxes:
            box.down(delete=True)


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {suite["tester"]: suite["outcome"] for wiki in document["wikis"] for suite in wiki["suites"]}


def actions(wiki: LiveWiki, since: int) -> set[str]:
    """The modules of the API that were asked since a place in the web server's log."""
    log = wiki.sandbox.access_log.read_text(encoding="utf-8", errors="replace")[since:]
    asked = [line.partition("action=")[2].partition("&")[0] for line in log.splitlines() if "]: GET " in line]
    posted = [line for line in log.splitlines() if "]: POST " in line]
    return {*asked, *(["posted"] if posted else [])}


def test_a_train_is_stopped_for_the_suites_that_the_new_release_breaks_and_for_no_other(train: Train) -> None:
    ran, document = train.document(train.new, "--baseline-url", train.old.api)

    found = outcomes(document)
    assert {tester for tester, outcome in found.items() if outcome == "regression"} == BROKEN
    assert {tester for tester, outcome in found.items() if outcome == "fixed"} == {FIXED}
    assert {*found.values()} == {"regression", "fixed", "passed", "still-failing"}
    assert ran.status == 1
    first = ran.out.splitlines()[0]
    assert first.startswith("regressions: 5 suites broke, 5 points newly fail; 40 of 40 suites compared (1 fixed) [")
    assert "MediaWiki 1.39" in first
    assert "MediaWiki 1.43" in first
    assert all(f"not ok: {name}" in ran.out for name, _ in CHANGED_POINTS.values())
    assert len(ran.out.splitlines()) <= 41


def test_with_the_file_alone_the_verdict_says_that_the_old_software_was_not_asked(train: Train) -> None:
    before = train.old.requests()
    ran = train.gate(train.new)

    assert ran.status == 1
    assert "5 points newly fail, not checked against the old software" in ran.out.splitlines()[0]
    assert train.old.requests() == before


def test_with_a_second_target_alone_the_baseline_is_made_in_passing(train: Train) -> None:
    file = train.folder / "decision.json"
    train.new.edit("Module:Nobody knew/testcases", "return { tap = function() return '1..1\\nok 1' end }")
    try:
        ran = train.gate(train.new, "--baseline-url", train.old.api, "--output", f"json={file}", baseline=False)
    finally:
        train.new.delete("Module:Nobody knew/testcases")

    assert ran.status == 1
    assert ran.out.splitlines()[0].startswith("regressions: 5 suites broke")
    assert outcomes(json.loads(file.read_text(encoding="utf-8")))["Module:Nobody knew/testcases"] == "new"


def test_a_baseline_comes_from_what_harvests_know_and_no_suite_is_run_for_it(train: Train, tmp_path: Path) -> None:
    bot, file = Bot(tmp_path, train.old.api), tmp_path / "stored.json"
    assert bot.run("harvest", "--no-record").status == 0
    since = len(train.old.sandbox.access_log.read_text(encoding="utf-8"))
    saved = bot.run("gate", "--save", str(file), "--from-store")
    assert saved.status == 0, saved.out
    assert actions(train.old, since) <= {"query", "posted"}  # posted: the console, for the inventory

    stored = replace(train, baseline=file)
    assert stored.gate(train.old).status == 0
    ran, document = stored.document(train.new, "--baseline-url", train.old.api)
    assert ran.status == 1
    assert {tester for tester, outcome in outcomes(document).items() if outcome == "regression"} == BROKEN


def test_the_rest_of_a_gate_that_had_no_time_is_run_later(train: Train, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.json"
    _, document = train.document(train.old)
    for suite in document["wikis"][0]["suites"][:3]:
        suite["outcome"] = "not-run"
    earlier.write_text(json.dumps(document), encoding="utf-8")

    ran, rest = train.document(train.old, "--resume", str(earlier))

    assert ran.status == 0, ran.out
    assert [*outcomes(rest)] == [suite["tester"] for suite in document["wikis"][0]["suites"][:3]]
    again = train.gate(train.old, "--resume", str(train.folder / "decision.json"))
    assert again.out.startswith("nothing is left to run; the earlier verdict stands: pass")


def test_the_same_software_passes_at_the_price_of_a_few_requests_and_the_first_line_says_so(train: Train) -> None:
    before = train.old.requests()
    ran, document = train.document(train.old)

    assert ran.status == 0, ran.out
    assert ran.out.splitlines()[0].endswith("THE SAME SOFTWARE]")
    assert {*outcomes(document).values()} == {"passed", "still-failing"}
    pages = 2 * SUITES + 2
    assert train.old.requests() - before <= 4 + SUITES / 40 + pages / 50


def test_only_reading_modules_of_the_api_are_asked(train: Train) -> None:
    old, new = (len(wiki.sandbox.access_log.read_text(encoding="utf-8")) for wiki in (train.old, train.new))
    train.gate(train.new, "--baseline-url", train.old.api)

    assert actions(train.new, new) == {"query", "parse", "posted"}  # posted: the console, for the inventory
    assert actions(train.old, old) <= {"query", "parse", "posted"}


def test_editors_are_not_taken_for_the_software(train: Train) -> None:
    edited, protected, moved = "Module:Plain 1", "Module:Plain 2", "Module:Plain 3"
    text = train.old.text(edited)
    try:
        train.old.edit(edited, "return { twice = function( n ) return n end, number = 1 }")
        train.old.post(action="protect", title=protected, protections="edit=sysop", expiry="infinite", reason="a test")
        train.old.move(moved, "Module:Gone elsewhere")
        ran, document = train.document(train.old)
    finally:
        train.old.edit(edited, text)
        train.old.move("Module:Gone elsewhere", moved)

    found = outcomes(document)
    assert ran.status == 0, ran.out
    assert found[f"{edited}/testcases"] == found[f"{moved}/testcases"] == "changed"
    assert found[f"{protected}/testcases"] == "passed"
    change = next(suite for suite in document["wikis"][0]["suites"] if suite["tester"] == f"{edited}/testcases")
    assert change["edits"][0]["user"] == "Admin"
    assert "diff=" in change["edits"][0]["diff"]


@pytest.fixture(scope="module")
def canary(train: Train, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    with canary_of(train.old.sandbox, tmp_path_factory.mktemp("canary")) as running:
        yield running


def before_canary(train: Train, canary: Canary, *options: str) -> tuple[Ran, dict[str, Any]]:
    connect = ("--connect-to", canary.address, "--on-infrastructure-error", "pass")
    return train.document(train.old, *connect, *options)


def test_a_canary_of_the_same_version_that_is_well_passes(train: Train, canary: Canary) -> None:
    ran, _ = before_canary(train, canary)

    assert ran.status == 0, ran.out
    assert ran.out.startswith("pass: no module broke; 40 of 40")


def test_a_broken_function_of_a_library_stops_the_train(train: Train, canary: Canary) -> None:
    library = canary.lua / "lualib" / "mw.text.lua"
    head = "function mwtext.trim( s, charset )"
    with canary.broken(library, head, f"{head} do return 'x' end"):
        ran, document = before_canary(train, canary)

    assert ran.status == 1, ran.out
    assert [tester for tester, outcome in outcomes(document).items() if outcome == "regression"] == [
        "Module:Trimmed/testcases"
    ]


def test_an_error_of_php_stops_the_train(train: Train, canary: Canary) -> None:
    with canary.broken(canary.lua / "LuaModule.php", INVOKE, f"{INVOKE} strlen( [] );"):
        ran, document = before_canary(train, canary, "--only", "Plain 1*")

    assert ran.status == 1, ran.out
    assert "internal_api_error_TypeError" in ran.out
    assert {*outcomes(document).values()} == {"regression"}
    assert {suite["kind"] for suite in document["wikis"][0]["suites"]} == {"fatal"}


def test_scribunto_that_is_gone_stops_the_train(train: Train, canary: Canary) -> None:
    with canary.without_scribunto():
        ran, document = before_canary(train, canary)

    assert ran.status == 1, ran.out
    assert {*outcomes(document).values()} == {"regression"}
    assert "no Scribunto" in ran.out


def test_one_suite_in_which_php_crashes_stops_the_train_and_its_neighbours_are_well(
    train: Train, canary: Canary
) -> None:
    crash = "if ( preg_match( '/Plain.5.testcases/', $this->chunkName ) ) { posix_kill( getmypid(), 11 ); sleep( 2 ); }"
    with canary.broken(canary.lua / "LuaModule.php", INVOKE, f"{INVOKE} {crash}"):
        ran, document = before_canary(train, canary, "--only", "Plain*")

    assert ran.status == 1, ran.out
    found = outcomes(document)
    assert found.pop("Module:Plain 5/testcases") == "regression"
    assert "regression" not in found.values()


def test_a_canary_behind_tls_is_known_by_the_urls_name(train: Train, canary: Canary, tmp_path: Path) -> None:
    authority, ca = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("wiki.example").configure_cert(context)
    with proxy_before(f"http://{canary.address}", context) as proxy:
        api = "https://wiki.example/api.php"
        connect = ("--connect-to", proxy.address, "--contact", "ann@example.org")
        trusted = train.gate(api, *connect, "--ca", str(ca))
        stranger = train.gate(api, *connect)

    assert trusted.status == 0, trusted.out
    assert stranger.status == 3
    assert "certificate" in stranger.out.splitlines()[0]


FAULTS = {
    "silent": Fault(delay=60),
    "dripping": Fault(drip=1.0),
    "503": Fault(status=503),
    "cut": Fault(drop=True),
    "half": Fault(truncate=True),
    "busy": Fault(body='{"error": {"code": "concurrency-limit", "info": "too many"}}'),
    "portal": Fault(status=200, body="<html><title>Log in</title></html>"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_network_is_ever_a_regression_and_the_answer_is_in_time(train: Train, fault: str) -> None:
    with proxy_before(train.old.api) as proxy:
        proxy.fault = lambda _: FAULTS[fault]
        began = time.monotonic()
        ran = train.gate(train.old, "--connect-to", proxy.address, "--deadline", "3")

    assert ran.status == 3, ran.out
    assert time.monotonic() - began < 4
    assert ran.out.startswith("not checked: ")


@pytest.mark.parametrize("fault", ["503", "cut", "busy"])
def test_a_fault_that_befalls_all_runs_of_suites_is_no_regression_either(train: Train, fault: str) -> None:
    with proxy_before(train.old.api) as proxy:
        proxy.fault = lambda asked: FAULTS[fault] if asked.action == "parse" else None
        ran = train.gate(train.old, "--connect-to", proxy.address, "--deadline", "4")

    assert ran.status == 3, ran.out
    assert ran.out.startswith("not checked: 0 of 40 suites were compared")


def test_a_network_that_loses_every_third_answer_costs_time_and_no_verdict(train: Train) -> None:
    toss = random.Random(3)  # noqa: S311 (no secret)
    with proxy_before(train.old.api) as proxy:
        proxy.fault = lambda _: FAULTS["cut"] if toss.random() < 0.3 else None
        ran = train.gate(train.old, "--connect-to", proxy.address)

    assert ran.status == 0, ran.out


@pytest.mark.parametrize("fault", ["silent", "503", "cut"])
def test_a_second_target_that_is_out_of_reach_leaves_the_verdict_to_the_file(train: Train, fault: str) -> None:
    with proxy_before(train.old.api) as proxy:
        proxy.fault = lambda _: FAULTS[fault]
        ran = train.gate(train.new, "--baseline-url", proxy.api, "--deadline", "10")

    assert ran.status == 1
    assert "not checked against the old software" in ran.out


def test_a_gate_loads_neither_a_database_nor_pywikibot(train: Train) -> None:
    code = (
        "import sys; from picklebot.cli.main import cli; "
        "arguments = sys.argv[1:]; cli.main(arguments, standalone_mode=False); "
        "print([name for name in sys.modules if name.split('.')[0] in ('sqlalchemy', 'alembic', 'pywikibot')])"
    )
    command = [sys.executable, "-c", code, "gate", "--baseline", str(train.baseline)]
    ran = subprocess.run(
        command, env=Bot(train.folder, train.old.api).variables, capture_output=True, text=True, check=True
    )

    assert ran.stdout.splitlines()[-1] == "[]"


def test_software_that_is_not_as_expected_is_not_checked_at_all(train: Train) -> None:
    before = train.old.requests()
    wrong = train.gate(train.old, "--expect-software", "1.43*")

    assert wrong.status == 3
    assert "and 1.43* is expected" in wrong.out.splitlines()[0]
    assert train.old.requests() - before <= 3
    assert train.gate(train.old, "--expect-software", "1.39*").status == 0


def test_several_wikis_pass_together_with_one_verdict_and_a_line_each(train: Train, tmp_path: Path) -> None:
    groups = tmp_path / "gate.toml"
    groups.write_text(
        f'[[groups.all]]\nname = "calm"\nwiki = "{train.old.api}"\nbaseline = "{train.baseline}"\n'
        f'[[groups.all]]\nname = "broken"\nwiki = "{train.new.api}"\nbaseline = "{train.baseline}"\n'
        f'baseline_url = "{train.old.api}"\n'
    )
    ran = train.gate("", "--gate-config", str(groups), "--group", "all", baseline=False)

    assert ran.status == 1, ran.out
    assert "calm: pass: " in ran.out
    assert "broken: regressions: 5 regression" in ran.out


def test_a_drill_stops_the_train_and_an_observer_never_does(train: Train) -> None:
    drill = train.gate(train.old, "--drill")
    observed = train.gate(train.new, "--observe")

    assert drill.status == 1
    assert drill.out.startswith("DRILL: nothing is broken, ")
    assert observed.status == 0
    assert observed.out.splitlines()[0].endswith("(only observed: it would have exited 1)")
