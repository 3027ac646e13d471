"""Every module with a state is in the category of that state: data pages and categories say the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

DATA = "User:PickleBot/Tests/0.json"
CALL = "{{#invoke:Test status|box}}"


def both_sides(wiki: LiveWiki) -> tuple[dict[str, str], dict[str, str]]:
    """States by module, as the data page says, and as membership of categories says."""
    categories = json.loads(wiki.text("Module:Test status/config.json"))["categories"]
    recorded = {title: entry["state"] for title, entry in json.loads(wiki.text(DATA))["modules"].items()}
    members = {title: name for name in set(categories.values()) for title in wiki.members(name)}
    return {title: categories[state] for title, state in recorded.items()}, members


def test_also_where_documentation_is_protected_missing_or_keeps_bots_out(small: LiveWiki, tmp_path: Path) -> None:
    """Without any edit outside the observer's own pages."""
    bot = replace(Bot.of(small, tmp_path), show="messages")
    bot.setup()
    small.edit("Module:Greeting/doc", "{{nobots}} Documentation.")
    small.post(action="protect", title="Module:Area/doc", protections="edit=sysop")
    small.post(action="protect", title="Module:Lost/testcases/doc", protections="create=sysop")
    bot.harvest()
    states, members = both_sides(small)
    assert len(states) >= 3
    assert members == states
    small.edit("Module:Area", "return { square = function () return 7 end }")
    bot.harvest()
    states, members = both_sides(small)
    assert states["Module:Area"] == "Modules with failing tests"
    assert members == states
    edits = small.recent_changes(rcuser="PickleBot", rctype="edit|new")
    assert edits
    assert not [edit for edit in edits if not edit["title"].startswith("User:PickleBot/")]


def test_also_by_the_wikis_own_documentation_template(small: LiveWiki, tmp_path: Path) -> None:
    bot = replace(Bot.of(small, tmp_path), show="template")
    said = bot.setup().out
    assert f"paste this line into the wiki's documentation template for modules: {CALL}" in said
    small.edit("Template:Documentation", f"{CALL}\nAs usual.")
    for title in ("Module:Area", "Module:Greeting"):
        small.edit(f"{title}/doc", "{{Documentation}}")
    bot.harvest()
    states, members = both_sides(small)
    documented = {"Module:Area", "Module:Greeting"}
    assert {title: name for title, name in members.items() if title in documented} == {
        title: states[title] for title in documented
    }
    assert not [title for title in members if title.endswith("/doc") or title.startswith("Template:")]
