"""No page, whatever its title, its source, its documentation or its output, keeps the others from their verdicts."""

from __future__ import annotations

from tests.live.bot import Bot
from tests.live.livewiki import LiveWiki

OK = "return { run = function () return 'ok 1 - a\\n1..1' end, tap = function () return 'ok 1 - a\\n1..1' end }"
TITLES = ("Space before /testcases", "T__NOTOC__/testcases", "Ampersand &/testcases", 'E\'n "d"/testcases')
SOURCES = {
    "Entity": f"local other = 'Module:Tom &amp; Jerry' {OK}",
    "Spaces": f"local other = 'Module:A b&nbsp;c' {OK}",
    "Direction": f"local other = 'Module:\u202eA' {OK}",
    "Caught": f"pcall( require, 'Module:A&amp;B' ) {OK}",
}
# Texts in the place of an argument of the documented call: MediaWiki takes none of them for one.
ARGUMENTS = ("[[", "{{{", "{{", "<!-- ", "-{", "[[a}}]]", "[http://x }}]", '<div style="{{{{{x}}">', "<math>}}</math>")
OUTPUTS = {
    "Full": ("return ( 'x' ):rep( 2097150 )", "fail", "output"),
    "Too much": ("return ( 'ok 1 - aaaaaaaaaaaaaaaaaaaaaaaaa\\n' ):rep( 1e5 )", "fail", "output"),
    "Too much of itself": (
        "return frame:preprocess( ( '{{#invoke:Too much/testcases|tap}}' ):rep( 2 ) )",
        "fail",
        "output",
    ),
    "Says so": (
        "return 'ok 1 - WARNING: template omitted, post-expand include size too large\\n1..1'",
        "good",
        None,
    ),
    "Error before": (
        "return frame:preprocess( '{{#invoke:Says so/testcases|nosuch}}' ) .. '\\nok 1 - it is shown\\n1..1'",
        "good",
        None,
    ),
}


def test_titles_and_sources_that_the_wiki_writes_otherwise(bot: Bot, small: LiveWiki) -> None:
    for title in TITLES:
        small.post(action="edit", title=f"Module:{title}", text=OK, contentmodel="Scribunto")
    for name, source in SOURCES.items():
        small.edit(f"Module:{name}/testcases", source)
    run = bot.as_(None).harvest("--no-record")
    suites = {suite["tester"]: suite["state"] for suite in run.document["suites"]}
    assert len(suites) == len(TITLES) + len(SOURCES) + 3, suites
    assert [title for title, state in suites.items() if state != "good"] == ["Module:Greeting/testcases"]
    again = bot.as_(None).harvest("--no-record")
    assert not any(suite["ran"] for suite in again.document["suites"])


def test_what_mediawiki_does_not_take_for_a_call_is_none(bot: Bot, small: LiveWiki) -> None:
    for number, argument in enumerate(ARGUMENTS):
        small.edit(f"Module:Call {number}/testcases", OK)
        small.edit(f"Module:Call {number}/testcases/doc", f"{{{{#invoke:Call {number}/testcases|run|{argument}}}}}")
    suites = bot.as_(None).harvest("--no-record").document["suites"]
    calls = [suite["state"] for suite in suites if suite["tester"].startswith("Module:Call ")]
    assert calls == ["good"] * len(ARGUMENTS)


def test_a_documentation_page_that_is_a_redirect_leads_to_the_call(bot: Bot, small: LiveWiki) -> None:
    asks = (
        "return { show = function ( frame ) return ( frame.args[1] == 'x' and 'ok' or 'not ok' ) .. ' 1 - called' end }"
    )
    small.edit("Module:Led/testcases", asks)
    small.edit("Module:Led/testcases/doc", "#REDIRECT [[Project:Led]]")
    reader = bot.as_(None)
    seen = []
    for argument in (None, "x", "y"):
        if argument:  # at first the redirect leads nowhere
            small.edit("Project:Led", f"{{{{#invoke:Led/testcases|show|{argument}}}}}")
        suites = reader.harvest("--no-record").document["suites"]
        seen += [(suite["ran"], suite["state"]) for suite in suites if suite["tester"] == "Module:Led/testcases"]
    assert seen == [(True, "unknown"), (True, "good"), (True, "fail")]


def test_prose_is_no_report_however_it_looks(bot: Bot, small: LiveWiki) -> None:
    green = '<span style="color:#008000">Nothing tested since 2019</span>'
    small.edit("Module:UnitTests", "return {}")
    small.edit("Module:ScribuntoUnit", "return {}")
    for name, entry, framework, text in (
        ("Green", "run_tests", "", green),
        ("Version", "run_tests", "require( 'Module:UnitTests' )", "UnitTests 2.0"),
        ("Time", "run_tests", "require( 'Module:UnitTests' )", "10:00"),
        ("Versions", "run", "require( 'Module:ScribuntoUnit' )", "Version 2.0.0"),
    ):
        load = f"local framework = {framework} " if framework else ""
        small.edit(f"Module:Prose {name}/testcases", f"{load}return {{ {entry} = function () return '{text}' end }}")
    suites = bot.as_(None).harvest("--no-record").document["suites"]
    states = {suite["tester"]: suite["state"] for suite in suites if suite["tester"].startswith("Module:Prose ")}
    assert len(states) == 4
    assert set(states.values()) == {"unknown"}


def test_outputs_at_and_beyond_what_a_page_holds(bot: Bot, small: LiveWiki) -> None:
    for name, (body, _, _) in OUTPUTS.items():
        small.edit(f"Module:{name}", "return {}")
        small.edit(f"Module:{name}/testcases", f"return {{ tap = function ( frame ) {body} end }}")
    document = bot.as_(None).harvest("--no-record").document
    found = {
        suite["testee"].removeprefix("Module:"): (suite["state"], suite["error"] and suite["error"]["kind"])
        for suite in document["suites"]
    }
    assert {name: found[name] for name in OUTPUTS} == {
        name: (state, kind) for name, (_, state, kind) in OUTPUTS.items()
    }
