"""The state of a sandbox, in ``state.json`` in its folder; LocalSettings.php reads it too."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from picklebot.errors import SandboxError
from picklebot.sandbox.mediawiki import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SandboxState"]

_FILE = "state.json"


@dataclass(frozen=True, slots=True)
class SandboxState:
    """A sandbox's state.

    :param tree: the path of its MediaWiki, ``extensions`` the name of the folder of extensions in it
    :param wiki_id: the wiki's own id, another one after every reset
    :param given: the request when it was made: the release, and digests of pages and settings
    """

    version: str
    tree: str
    extensions: str
    wiki_id: str
    given: Mapping[str, str]
    port: int = 0

    @classmethod
    def of(cls, tree: Tree, given: Mapping[str, str]) -> Self:
        """The state of a wiki that is about to be made."""
        return cls(tree.version, str(tree.path), tree.extensions, _new_wiki_id(), given)

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """The state of the sandbox in a folder; None where there is none.

        :raises SandboxError: the file is not one of ours
        """
        path = folder / _FILE
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (TypeError, ValueError) as error:
            raise SandboxError(f"{path} cannot be read ({error}): delete the folder it is in") from error

    def save(self, folder: Path) -> Self:
        """Write the state in one step, so that a request sees the old one or the new one."""
        part = folder / f"{_FILE}.part"
        part.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        part.replace(folder / _FILE)
        return self

    def renewed(self) -> Self:
        """The same, for a wiki that takes this one's place."""
        return replace(self, wiki_id=_new_wiki_id())

    @property
    def mediawiki(self) -> Tree:
        """Its MediaWiki."""
        return Tree(Path(self.tree), self.version, self.extensions)

    @property
    def url(self) -> str:
        """The address for a browser."""
        return f"http://127.0.0.1:{self.port}/"


def _new_wiki_id() -> str:
    return f"sandbox_{secrets.token_hex(4)}"
