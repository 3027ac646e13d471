"""Common parts of the benchmarks: wikis made for the purpose, commands that are measured, rivals to measure against."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from picklebot.sandbox import Home, Sandbox
from picklebot.sandbox.server import processes

RELEASE = "1.43"
PICKLEBOT = (sys.executable, "-m", "picklebot")
RIVALS = Path(__file__).with_name("rivals.py")

_MODULE = "return {{ double = function ( x ) return 2 * x end, name = 'Bench {n}' }}"
_LIBRARY = "return { same = function ( a, b ) return a == b end }"
_TESTER = """local double = require( 'Module:Bench {n}' ).double
local same = require( 'Module:Bench library' ).same
local p = {{}}
function p.tap()
	local lines = {{ '1..3' }}
	for i = 1, 3 do
		lines[ #lines + 1 ] = ( same( double( i ), i + i ) and 'ok ' or 'not ok ' ) .. i .. ' - doubles ' .. i
	end
	return table.concat( lines, '\\n' )
end
return p"""
_HEAVY = """local turns = mw.loadData( 'Module:Turns' ).turns
local p = {{}}
function p.tap()
	local x = require( 'Module:Bench {n}' ).double( 1 )
	for i = 1, turns do x = ( x * 1103515245 + i ) % 2147483648 end
	return '1..1\\nok 1 - ' .. ( x >= 0 and 'turned' or 'broken' )
end
return p"""


@dataclass(frozen=True)
class Cost:
    """The cost of a command.

    :param seconds: from its start to its end
    :param cpu: seconds of CPU time that it used itself
    :param served: seconds of CPU time that the wiki's server used meanwhile
    :param requests: that the web server answered meanwhile
    """

    seconds: float
    cpu: float
    served: float
    memory_mb: float
    requests: int
    out: str = ""

    @property
    def busy(self) -> float:
        """Seconds that it would take on a machine with nothing else to do: command and wiki wait for each other."""
        return self.cpu + self.served

    @property
    def row(self) -> str:
        """The cells of a table, as `HEADINGS` names them."""
        times = f"{self.busy:.2f} | {self.cpu:.2f} | {self.served:.2f} | {self.seconds:.2f}"
        return f"{times} | {self.memory_mb:.0f} | {self.requests} |"


HEADINGS = "busy s | own CPU s | wiki's CPU s | elapsed s | peak MB | requests |"


def trivial(count: int) -> dict[str, str]:
    """Modules with tests that take next to no time, all on one library."""
    pages = {"Module:Bench library": _LIBRARY}
    for n in range(count):
        pages[f"Module:Bench {n:05}"] = _MODULE.format(n=f"{n:05}")
        pages[f"Module:Bench {n:05}/testcases"] = _TESTER.format(n=f"{n:05}")
    return pages


def heavy(count: int) -> dict[str, str]:
    """Modules with tests that take as long as ``Module:Turns`` says."""
    pages = {"Module:Turns": "return { turns = 1000000 }"}
    for n in range(count):
        pages[f"Module:Bench {n:05}"] = _MODULE.format(n=f"{n:05}")
        pages[f"Module:Bench {n:05}/testcases"] = _HEAVY.format(n=f"{n:05}")
    return pages


class World:
    """A wiki made for the purpose, and a picklebot that harvests it without recording."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.store = folder / "store.sqlite"

    @property
    def testers(self) -> list[str]:
        """Titles of the testers, as the wiki lists them."""
        query = {"action": "query", "list": "allpages", "apnamespace": "828", "aplimit": "max", "format": "json"}
        found: list[str] = []
        more: dict[str, str] | None = {}
        while more is not None:
            answer = requests.get(self.sandbox.api, params=query | more, timeout=60).json()
            found += [page["title"] for page in answer["query"]["allpages"]]
            more = answer.get("continue")
        return [title for title in found if title.endswith("/testcases")]

    def edit(self, title: str, text: str) -> None:
        """Save a page as the sysop; a wiki without any change has no recent changes to follow."""
        session = requests.Session()

        def ask(**parameters: str) -> dict[str, object]:
            answer = session.post(self.sandbox.api, data={**parameters, "format": "json"}, timeout=60)
            return dict(answer.json())

        def token(kind: str) -> str:
            answer = ask(action="query", meta="tokens", type=kind)
            return str(answer["query"]["tokens"][f"{kind}token"])  # type: ignore[index]

        admin = self.sandbox.admin
        ask(action="login", lgname=admin.user, lgpassword=admin.password, lgtoken=token("login"))
        saved = ask(action="edit", title=title, text=text, token=token("csrf"))
        if "edit" not in saved:
            raise RuntimeError(f"{title} was not saved: {saved}")

    def warm_up(self) -> None:
        """Let Python compile the modules of the commands, as an installation has done."""
        self.measure(sys.executable, "-c", "import alembic.command, alembic.config")
        self.measure(*PICKLEBOT, "strategies")
        for name in ("requests", "pywikibot"):
            self.measure(sys.executable, str(RIVALS), name, self.sandbox.api)

    def harvest(self, *arguments: str) -> Cost:
        """A harvest by the command line, without an account."""
        return self.measure(*PICKLEBOT, "harvest", "--no-record", "--format", "json", *arguments)

    def rival(self, name: str, titles: Sequence[str] | None = None) -> Cost:
        """One request for each of the suites, by the script of that name."""
        given = "\n".join(self.testers if titles is None else titles)
        return self.measure(sys.executable, str(RIVALS), name, self.sandbox.api, stdin=given)

    def measure(self, *command: str, stdin: str = "") -> Cost:
        """Run a command, and measure its cost."""
        before, served = self._requests(), self._served()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PICKLEBOT_")}
        # As in an installation, Python keeps compiled modules.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= {
            "PYTHONPYCACHEPREFIX": str(self.folder / "compiled"),
            "PICKLEBOT_WIKI": self.sandbox.api,
            "PICKLEBOT_STORE": f"sqlite:///{self.store}",
            "PICKLEBOT_DATA": str(self.folder),
        }
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as given:
            given.write(stdin)
            given.seek(0)
            process = subprocess.Popen(command, stdin=given, stdout=out, env=environment, cwd=self.folder)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            text = out.read()
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} ended with status {process.returncode}")
        cpu = usage.ru_utime + usage.ru_stime
        return Cost(seconds, cpu, self._served() - served, usage.ru_maxrss / 1024, self._requests() - before, text)

    def check(self, cost: Cost, *, suites: int, ran: int) -> Cost:
        """See that a harvest did the work that is measured."""
        document = json.loads(cost.out)
        good = [suite for suite in document["suites"] if suite["state"] == "good" and not suite["inconclusive"]]
        done = [suite for suite in document["suites"] if suite["ran"]]
        if (len(good), len(done)) != (suites, ran):
            raise RuntimeError(f"{len(good)} of {suites} suites are good, {len(done)} ran instead of {ran}")
        return cost

    def _served(self) -> float:
        """Seconds of CPU time that the wiki's server has used so far (proc(5), ``stat``)."""
        ticks = 0
        for pid in processes(self.sandbox._command(self.sandbox._state)):  # noqa: SLF001
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _requests(self) -> int:
        lines = self.sandbox.access_log.read_text(encoding="utf-8", errors="replace").splitlines()
        return sum("]: GET " in line or "]: POST " in line for line in lines)


@contextmanager
def world(pages: Mapping[str, str], *, release: str = RELEASE, seeds: bool = False) -> Iterator[World]:
    """A wiki of these pages, deleted afterwards. Unpacked MediaWikis are shared with other sandboxes."""
    with tempfile.TemporaryDirectory(prefix="picklebot-bench-") as temporary:
        folder = Path(temporary)
        shared = Home.default().mediawiki
        shared.mkdir(parents=True, exist_ok=True)
        (folder / "mediawiki").symlink_to(shared)
        (folder / "pages").mkdir()
        for title, text in pages.items():
            (folder / "pages" / f"{quote(title, safe='')}.lua").write_text(text, encoding="utf-8")
        sandbox = Sandbox.up("bench", release=release, pages=[folder / "pages"], seeds=seeds, home=Home(folder))
        try:
            made = World(sandbox, folder)
            made.edit("Project:An edit", "So that there are recent changes to follow.")
            made.warm_up()
            yield made
        finally:
            sandbox.down(delete=True)
