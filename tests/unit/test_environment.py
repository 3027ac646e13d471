"""Batches are only for wikis whose invocations are apart from each other."""

from __future__ import annotations

from typing import Any, cast

import pytest

from picklebot.invocation.environment import invocations_isolated
from picklebot.wiki import Wiki
from tests.unit.sites import a_site


class Answering:
    """A wiki that expands any wikitext to the same."""

    def __init__(self, wikitext: str) -> None:
        self.wikitext = wikitext
        self.asked: list[dict[str, Any]] = []

    def get(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401
        self.asked.append(parameters)
        return {"expandtemplates": {"wikitext": self.wikitext}}


@pytest.mark.parametrize(
    ("version", "may"),
    [("1.39.17", False), ("1.45.3", False), ("1.46.0-wmf.5", True), ("1.46.0", True), ("2.0", True), ("own", True)],
)
def test_since_release_1_46_invocations_may_share_an_environment(version: str, may: bool) -> None:
    assert a_site(software={"MediaWiki": version}).may_share_invocations is may


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("1|1", True),
        ("1|2", False),
        ('<strong class="error">no such module</strong>|<strong class="error">no such module</strong>', False),
        ("{{#invoke:Picklebot|times}}|{{#invoke:Picklebot|times}}", False),
        ("", False),
    ],
)
def test_the_wiki_is_asked_where_it_could_be_so(shown: str, expected: bool) -> None:
    wiki = Answering(shown)
    assert invocations_isolated(cast(Wiki, wiki), a_site(software={"MediaWiki": "1.46.0"})) is expected
    assert len(wiki.asked) == 1


def test_older_wikis_are_not_asked() -> None:
    wiki = Answering("")
    assert invocations_isolated(cast(Wiki, wiki), a_site(software={"MediaWiki": "1.43.9"}))
    assert wiki.asked == []


def test_a_module_that_nobody_saved_tells_where_the_wiki_has_template_sandbox() -> None:
    wiki = Answering("1|2")
    site = a_site(software={"MediaWiki": "1.46.0"}, extensions=frozenset({"TemplateSandbox"}))

    assert not invocations_isolated(cast(Wiki, wiki), site)
    assert wiki.asked[0]["templatesandboxtitle"] == "Module:Picklebot"
    assert "times = ( times or 0 ) + 1" in wiki.asked[0]["templatesandboxtext"]
