"""The contents of a wiki, asked without any of picklebot's own code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
from requests import Response

from picklebot.sandbox import Sandbox, SandboxAccount

Json = dict[str, Any]


@dataclass
class LiveWiki:
    """A sandbox seen from outside: edits as the sysop, questions to the API, failing on any error of the API."""

    sandbox: Sandbox
    session: requests.Session = field(default_factory=requests.Session)
    token: str = ""

    @property
    def api(self) -> str:
        return self.sandbox.api

    @property
    def url(self) -> str:
        return self.sandbox.url

    def get(self, **parameters: object) -> Json:
        """One answer of the API, anonymous until the first edit."""
        return self._checked(self.session.get(self.api, params=self._plain(parameters), timeout=60))

    def post(self, **parameters: object) -> Json:
        """One answer of the API to a post as the sysop, with a token."""
        if not self.token:
            self.login(self.sandbox.admin)
        return self._checked(
            self.session.post(self.api, data=self._plain({**parameters, "token": self.token}), timeout=60)
        )

    def login(self, account: SandboxAccount) -> None:
        self.session = requests.Session()
        token = self.get(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        form = {"action": "login", "lgname": account.user, "lgpassword": account.password, "lgtoken": token}
        answer = self._checked(self.session.post(self.api, data=self._plain(form), timeout=60))
        assert answer["login"]["result"] == "Success", answer
        self.token = self.get(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def edit(self, title: str, text: str, summary: str = "a test's edit") -> int:
        """Save a page; its new revision, or the latest where nothing changed."""
        answer = self.post(action="edit", title=title, text=text, summary=summary)["edit"]
        assert answer["result"] == "Success", answer
        return int(answer["newrevid"]) if "newrevid" in answer else self.revision(title)

    def upload(self, name: str, content: bytes) -> None:
        """Upload a file, or a new version of it."""
        if not self.token:
            self.login(self.sandbox.admin)
        form = {"action": "upload", "filename": name, "ignorewarnings": 1, "token": self.token}
        reply = self.session.post(self.api, data=self._plain(form), files={"file": (name, content)}, timeout=60)
        assert self._checked(reply)["upload"]["result"] == "Success"

    def delete(self, title: str) -> None:
        self.post(action="delete", title=title, reason="a test's deletion")

    def move(self, old: str, new: str, *, redirect: bool = False) -> None:
        leave = {} if redirect else {"noredirect": 1}
        self.post(action="move", **{"from": old}, to=new, reason="a test's move", **leave)

    def page(self, title: str, **parameters: object) -> Json:
        """What ``action=query`` says of one page."""
        pages = self.get(action="query", titles=title, **parameters)["query"]["pages"]
        assert len(pages) == 1
        return dict(pages[0])

    def exists(self, title: str) -> bool:
        return "missing" not in self.page(title)

    def revision(self, title: str) -> int:
        return int(self.page(title, prop="info")["lastrevid"])

    def text(self, title: str) -> str:
        revisions = self.page(title, prop="revisions", rvprop="content", rvslots="main")["revisions"]
        return str(revisions[0]["slots"]["main"]["content"])

    def revisions(self, title: str) -> list[Json]:
        """Every revision, the latest first: ids, tags, user, comment."""
        found = self.page(title, prop="revisions", rvprop="ids|tags|user|comment|timestamp", rvlimit="max")
        return list(found["revisions"])

    def tags(self, title: str) -> list[str]:
        """The tags of the latest revision."""
        return list(self.revisions(title)[0]["tags"])

    def members(self, category: str) -> set[str]:
        """The titles in a category, named without its prefix."""
        query = self.get(action="query", list="categorymembers", cmtitle=f"Category:{category}", cmlimit="max")
        return {member["title"] for member in query["query"]["categorymembers"]}

    def log(self, kind: str, **parameters: object) -> list[Json]:
        """Log entries of a type such as ``tag``, the latest first."""
        wanted = {"leprop": "title|type|user|comment|details|ids|timestamp", "lelimit": "max", **parameters}
        return list(self.get(action="query", list="logevents", letype=kind, **wanted)["query"]["logevents"])

    def recent_changes(self, **parameters: object) -> list[Json]:
        wanted = {"rcprop": "title|user|comment|ids|tags|flags", "rclimit": "max", **parameters}
        return list(self.get(action="query", list="recentchanges", **wanted)["query"]["recentchanges"])

    def requests(self) -> int:
        """How many requests the server has answered so far."""
        lines = self.sandbox.access_log.read_text(encoding="utf-8", errors="replace").splitlines()
        return sum(1 for line in lines if "]: GET " in line or "]: POST " in line)

    @staticmethod
    def _plain(parameters: Json) -> dict[str, str]:
        return {key: str(value) for key, value in {**parameters, "format": "json", "formatversion": 2}.items()}

    @staticmethod
    def _checked(reply: Response) -> Json:
        reply.raise_for_status()
        answer: Json = reply.json()
        assert "error" not in answer, answer["error"]
        return answer
