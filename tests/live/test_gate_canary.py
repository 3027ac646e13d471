"""A canary behind TLS: new code of the same version on the wiki's own database, asked under the wiki's own name."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.live.bot import Bot
from tests.live.canary import Canary, canary_of
from tests.live.livewiki import LiveWiki
from tests.live.proxy import Proxy, proxy_before
from tests.ran import Ran

NAME = "wiki.invalid"  # https://www.rfc-editor.org/rfc/rfc6761: no such name is ever found
TRIMS = """return { tap = function ()
	return '1..1\\n' .. ( mw.text.trim( ' a ' ) == 'a' and 'ok' or 'not ok' ) .. ' 1 - trims'
end }
"""


@dataclass
class Deployment:
    """A wiki behind TLS on two machines: the one with the old code, and the canary."""

    folder: Path
    canary: Canary
    old: Proxy
    new: Proxy
    ca: Path
    names: list[str | None] = field(default_factory=list)

    def gate(self, *options: str) -> tuple[Ran, dict[str, Any]]:
        """The gate before the canary, as a caller runs it that knows only zero and everything else."""
        file = self.folder / "decision.json"
        file.unlink(missing_ok=True)
        machines = ("--connect-to", self.new.address, "--baseline-connect-to", self.old.address, "--ca", str(self.ca))
        caller = ("--contact", "ops@example.org", "--on-infrastructure-error", "pass", "--output", f"json={file}")
        ran = Bot(self.folder, f"https://{NAME}/api.php").run("gate", *machines, *caller, *options)
        assert ran.err == ""
        return ran, json.loads(file.read_text(encoding="utf-8"))


@contextmanager
def deployed(wiki: LiveWiki, folder: Path) -> Iterator[Deployment]:
    authority = trustme.CA()
    ca = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(context)
    with ExitStack() as stack:
        canary = stack.enter_context(canary_of(wiki.sandbox, folder, workers=12))
        old = stack.enter_context(proxy_before(wiki.api, context))
        new = stack.enter_context(proxy_before(f"http://{canary.address}/api.php", context))
        deployment = Deployment(folder, canary, old, new, ca)
        context.sni_callback = lambda _, name, __: deployment.names.append(name)
        yield deployment


def regressions(document: dict[str, Any]) -> dict[str, str]:
    """Kinds of regressions by tester."""
    suites = [suite for wiki in document["wikis"] for suite in wiki["suites"]]
    return {suite["tester"]: suite["kind"] for suite in suites if suite["outcome"] == "regression"}


@pytest.mark.release("1.43")
def test_code_that_breaks_modules_stops_the_canary_however_it_breaks_them(small: LiveWiki, tmp_path: Path) -> None:
    small.edit("Module:Lost/testcases", TRIMS)
    time.sleep(1.1)  # a page that was edited in the second in which a baseline is begun counts as edited after it
    baseline = tmp_path / "baseline.json.gz"
    saved = Bot(tmp_path, small.api).run("gate", "--save", str(baseline))
    assert saved.status == 0, saved.out
    known = ("--baseline", str(baseline))
    with deployed(small, tmp_path) as deployment:
        canary = deployment.canary
        ran, _ = deployment.gate(*known)
        assert ran.status == 0, ran.out
        assert ran.out.startswith("pass: no module broke; 2 of 2")
        assert {*deployment.names} == {NAME}
        assert {asked.headers["host"] for asked in deployment.new.asked} == {NAME}

        (library,) = canary.lua.rglob("mw.text.lua")
        with canary.broken(library, "function mwtext.trim(", "function mwtext.trimmed("):
            ran, document = deployment.gate(*known)
            assert (ran.status, {*regressions(document)}) == (1, {"Module:Lost/testcases"}), ran.out

        with canary.where("Lost/testcases", "strlen( [] );"):
            ran, document = deployment.gate(*known)
            assert (ran.status, regressions(document)) == (1, {"Module:Lost/testcases": "fatal"}), ran.out
            assert "TypeError" in ran.out

        with canary.without_scribunto():
            ran, document = deployment.gate(*known)
            assert (ran.status, {*regressions(document).values()}) == (1, {"fatal"}), ran.out
            assert len(regressions(document)) == 2

        with canary.where("Lost/testcases", "echo '<b>Fatal error</b>: out of memory'; exit;"):
            ran, document = deployment.gate(*known)
            assert (ran.status, regressions(document)) == (1, {"Module:Lost/testcases": "fatal"}), ran.out

        with canary.where("Lost/testcases", "posix_kill( getmypid(), 11 );"):
            ran, document = deployment.gate(*known)
            assert (ran.status, regressions(document)) == (1, {"Module:Lost/testcases": "fatal"}), ran.out

        ran, _ = deployment.gate(*known)
        assert ran.status == 0, "the canary is as it was"
