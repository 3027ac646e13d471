"""Pages from files: percent-encoded titles as names, the content model as the suffix."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes
from xml.sax.saxutils import escape

from picklebot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SEEDS", "SeedPage", "dump", "read_pages"]

SEEDS = Path(str(resources.files("picklebot.sandbox"))) / "seeds"
"""The pages that every sandbox starts with."""

_MODELS = {
    ".json": ("json", "application/json"),
    ".lua": ("Scribunto", "text/plain"),
    ".wiki": ("wikitext", "text/x-wiki"),
}
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f#<>\[\]{|}�]|~{3}|(^|/)\.{1,2}(/|$)|%[0-9A-Fa-f]{2}|&[#\w]+;")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class SeedPage:
    """One page to be: ``model`` is MediaWiki's name of the content model, ``path`` the file it came from."""

    title: str
    model: str
    text: str
    path: Path


def read_pages(folder: Path) -> tuple[SeedPage, ...]:
    """Read every page of a folder and its subfolders, which only keep order; hidden files are passed over.

    :raises UsageError: naming the file whose name, suffix or text cannot be a page's
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder} to take pages from")
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not _hidden(path.relative_to(folder)))
    return tuple(_read(path) for path in files)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _read(path: Path) -> SeedPage:
    if path.suffix not in _MODELS:
        raise UsageError(f"{path}: a page's file ends in one of {', '.join(_MODELS)}")
    try:
        title = unquote_to_bytes(path.name.removesuffix(path.suffix)).decode().replace("_", " ").strip()
        text = path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: the name and the text of a page are UTF-8, and this is not: {error}") from error
    title = unicodedata.normalize("NFC", title)  # as MediaWiki does
    namespace, colon, name = title.partition(":")
    name = name if colon else title
    if not name.strip() or _ILLEGAL.search(title):
        raise UsageError(f"{path}: {title!r} cannot be the title of a page")
    if path.suffix == ".lua" and namespace.strip().lower() != "module":
        raise UsageError(f"{path}: Lua belongs in the namespace Module: name it Module%3A{path.name}")
    if bad := _NOT_XML.search(text):
        raise UsageError(f"{path}: the character U+{ord(bad[0]):04X} cannot be in a page")
    if path.suffix == ".json":
        try:
            json.loads(text)
        except ValueError as error:
            raise UsageError(f"{path}: expected JSON: {error}") from error
    # MediaWiki saves a page with its own line ends, and without white space at its end.
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return SeedPage(title, _MODELS[path.suffix][0], text, path)


def dump(pages: Iterable[SeedPage], editor: str) -> str:
    """The pages as an XML dump for ``importDump.php``, each with one revision by ``editor``, made now.

    Imported rather than saved: an import takes pages that an editor cannot save, such as Lua with a syntax error.
    """
    formats = dict(_MODELS.values())
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = "".join(
        f"<page><title>{escape(page.title)}</title><revision><timestamp>{now}</timestamp>"
        f"<contributor><username>{escape(editor)}</username></contributor><comment>A page to try things on</comment>"
        f"<model>{page.model}</model><format>{formats[page.model]}</format>"
        f'<text xml:space="preserve">{escape(page.text)}</text></revision></page>\n'
        for page in pages
    )
    space = "http://www.mediawiki.org/xml/export-0.11/"
    return f'<mediawiki xmlns="{space}" version="0.11" xml:lang="en">\n{body}</mediawiki>\n'
