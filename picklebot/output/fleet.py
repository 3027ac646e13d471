"""The harvests of many wikis by one command, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field
from rich.console import Console
from rich.table import Table
from rich.text import Text

from picklebot.model import WikiEnding, WikiOutcome
from picklebot.output.document_parts import DocumentPart
from picklebot.text.terminal import plain

__all__ = ["FleetDocument", "fleet_document", "print_fleet"]

_STYLES = {WikiEnding.FAILED: "bold red", WikiEnding.AWAY: "red", WikiEnding.DONE: "green"}


class HarvestedWiki(DocumentPart):
    """The harvest of one wiki."""

    name: Annotated[str, Field(description="in the settings")]
    wiki: Annotated[str, Field(description="URL of its api.php")]
    ending: Annotated[
        WikiEnding,
        Field(
            description="`done`; `held` by another harvest or watch; `away`: no answer; `deadline`: its time was over,"
            " the next round goes on; `terminated` by a signal; `failed`: somebody has to do something about it"
        ),
    ]
    reason: Annotated[str, Field(description="why it is not done; empty where it is")]
    ran: Annotated[int, Field(description="suites that came to a state")]
    changed: Annotated[int, Field(description="changes of state")]
    waiting: Annotated[int, Field(description="suites that should have run and did not")]
    requests: Annotated[int, Field(description="made to read the wiki and to run suites")]
    seconds: Annotated[float, Field(description="how long it took")]


class FleetDocument(DocumentPart):
    """`picklebot harvest --all --format json`: how the harvest of each wiki ended."""

    wikis: Annotated[list[HarvestedWiki], Field(description="one object per wiki, in the order in which they ended")]


def fleet_document(outcomes: Sequence[WikiOutcome]) -> dict[str, Any]:
    """Values that JSON knows."""
    return {"wikis": [asdict(outcome) for outcome in outcomes]}


def print_fleet(outcomes: Sequence[WikiOutcome], console: Console) -> None:
    """Print a line for each wiki, and the number of each ending."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Wiki", "Ending", "Ran", "Changed", "Waiting", "Requests", "Seconds", "Reason"):
        table.add_column(heading, overflow="fold")
    for each in outcomes:
        numbers = (each.ran, each.changed, each.waiting, each.requests, each.seconds)
        ending = Text(each.ending, _STYLES.get(each.ending, ""))
        table.add_row(Text(plain(each.name)), ending, *map(str, numbers), Text(plain(each.reason)))
    console.print(table)
    endings = [each.ending for each in outcomes]
    counts = ", ".join(f"{endings.count(ending)} {ending}" for ending in WikiEnding if ending in endings)
    console.print(Text(f"{len(outcomes)} wikis: {counts}"), soft_wrap=True)
