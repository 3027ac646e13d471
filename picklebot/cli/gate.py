"""``picklebot gate``: whether new software of a wiki broke its modules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import click

from picklebot import log
from picklebot.app import App
from picklebot.cli.gate_options import GateFlags, gate_options
from picklebot.cli.options import setting_options, settings_from
from picklebot.cli.signals import asked_to_end, bell_of_signals
from picklebot.config import Settings
from picklebot.deadline import Deadline
from picklebot.errors import ConfigError, UsageError, WorkError

if TYPE_CHECKING:
    from picklebot.cli.gate_plan import GatePlan
    from picklebot.gate.baseline_file import BaselineFile
    from picklebot.gate.machine import Machine
    from picklebot.gate.model import Decision
    from picklebot.gate.software import Description
    from picklebot.gate.wiki_gate import Equipment, WikiPlan
    from picklebot.output.gate.files import OutputFile
    from picklebot.plugins.manager import Plugins
    from picklebot.strategy import Strategies

__all__ = ["gate_command"]

# The decision, its outputs and the end of the process take less, even on a busy machine.
_FOR_DECISION_SECONDS = 0.8
_LEAST_SECONDS = 0.1
# An answer is not waited for longer than this share of all the time, so that there is time for another try.
_FOR_ONE_ANSWER = 0.35
_CONTACT = (
    "contact: those who run the wiki must be able to reach who runs this bot: give --contact or PICKLEBOT_CONTACT, an"
    ' e-mail address or the URL of a user page, such as "https://meta.wikimedia.org/wiki/User:Example"'
)


@click.command("gate")
@setting_options("wiki", "header", "contact", "timeout", "only", "strategies", "store")
@gate_options
def gate_command(
    *,
    wiki: str | None,
    header: tuple[str, ...],
    contact: str | None,
    timeout: float | None,
    only: tuple[str, ...],
    strategies: tuple[str, ...],
    store: str | None,
    **flags: Any,  # noqa: ANN401
) -> None:
    """Say whether new software of a wiki broke modules: their tests passed under the baseline, and fail now.

    Records nothing, and needs no account. Exits 0 where no module broke, 1 on regressions, 2 for wrong usage, 3 if the
    gate could not do its work.
    """
    gate = GateFlags(**flags)
    until = Deadline.after_start(max(gate.deadline - _FOR_DECISION_SECONDS, _LEAST_SECONDS))
    if not sys.stderr.isatty():
        log.write_to("nowhere")  # callers merge it into their input
    mine = {"wiki": wiki, "header": header, "contact": contact, "timeout": timeout, "only": only}
    settings = _settings({**mine, "strategies": strategies, "store": store}, gate)
    app = App(settings, until)
    try:
        _gate(app, gate, until)
    except (UsageError, click.exceptions.Exit):
        raise
    except Exception as error:  # noqa: BLE001 (status 1 is an answer about modules, never one about us)
        _end_without_verdict(error, gate)


def _settings(values: dict[str, Any], gate: GateFlags) -> Settings:
    """Settings; a group names its own wikis.

    :raises UsageError: no wiki is given
    :raises ConfigError: a setting is wrong
    """
    if gate.group is not None and not values["wiki"]:
        return settings_from({**values, "wiki": "http://group.invalid/api.php"})
    return settings_from(values)


def _gate(app: App, gate: GateFlags, until: Deadline) -> None:
    from picklebot.cli.gate_plan import plan_gate  # noqa: PLC0415 (a signal is noted before the parts are imported)
    from picklebot.output.gate.files import read_output_options  # noqa: PLC0415 (as above)

    outputs = read_output_options(gate.output)
    plan = plan_gate(None if gate.group is not None else app, gate, app.settings.only)
    if not app.settings.contact and not all(target.local for wiki in plan.wikis for target in wiki.targets):
        raise ConfigError(_CONTACT)
    if gate.check:
        _check(app, plan)
        return
    equipment = _equipment(app, gate, until)
    if gate.save is not None:
        _save(plan.wikis, equipment, gate.save, until, _known(app) if gate.from_store else None)
        return
    if gate.from_store:
        raise UsageError("--from-store goes with --save: live states are no baseline, for harvests go on changing them")
    if gate.resume is not None:
        plan = _resumed(plan, gate.resume)
    _answer(plan, equipment, until, outputs, drill=gate.drill)


def _known(app: App) -> Callable[[Machine, Description], BaselineFile]:
    """Makes a baseline from the store."""

    def make(machine: Machine, found: Description) -> BaselineFile:
        from picklebot.stored_baseline import baseline_from_store  # noqa: PLC0415 (a gate loads no database)

        with app.store(read_only=True) as store:
            return baseline_from_store(machine, found, store)

    return make


def _resumed(plan: GatePlan, file: Path) -> GatePlan:
    """The plan with the suites alone that an earlier gate did not come to; ends where there are none."""
    from picklebot.gate.resuming import read_decision  # noqa: PLC0415 (as above)

    earlier = read_decision(file)
    rest = {wiki.name: earlier.left.get(wiki.name, frozenset()) for wiki in plan.wikis}
    if not any(rest.values()):
        click.echo(f"nothing is left to run; the earlier verdict stands: {earlier.sentence}")
        raise click.exceptions.Exit(earlier.exit_status)
    wikis = (replace(wiki, selection=replace(wiki.selection, titles=rest[wiki.name])) for wiki in plan.wikis)
    return replace(plan, wikis=tuple(wiki for wiki in wikis if wiki.selection.titles))


def _check(app: App, plan: GatePlan) -> None:
    """Validate all that needs no wiki.

    :raises PicklebotError: something is wrong
    """
    from picklebot.gate.baseline_file import read_baseline  # noqa: PLC0415 (as above)

    _ = app.strategies
    for wiki in plan.wikis:
        if wiki.file is not None:
            read_baseline(wiki.file, how=wiki.how)
    click.echo(f"all is in order: {len(plan.wikis)} wikis, {len(plan.waivers)} waivers")


def _equipment(app: App, gate: GateFlags, until: Deadline) -> Equipment:
    from picklebot.gate.wiki_gate import Equipment  # noqa: PLC0415 (as above)

    @cache
    def parts() -> tuple[Plugins, Strategies]:
        return app.plugins, app.strategies

    timeout = min(app.settings.timeout, max(gate.deadline * _FOR_ONE_ANSWER, 1.0))
    contact = app.settings.contact
    return Equipment(parts, until, contact, timeout, gate.at_once, stop=lambda: bool(asked_to_end()))


def _answer(
    plan: GatePlan, equipment: Equipment, until: Deadline, outputs: Sequence[OutputFile], *, drill: bool
) -> None:
    """Run the gate, tell its decision, and end with its status."""
    from picklebot.gate.gate import run_gate  # noqa: PLC0415 (as above)
    from picklebot.gate.wiki_gate import WikiGate  # noqa: PLC0415 (as above)

    wikis = [WikiGate(wiki, equipment) for wiki in plan.wikis]
    Thread(target=_prepare_to_tell, daemon=True).start()
    _tell(run_gate(wikis, plan.policy, plan.waivers, until=until, bell=bell_of_signals(), drill=drill), outputs)


def _prepare_to_tell() -> None:
    """Import the parts that tell a decision, while the wiki is asked: when the time is over none is left for that."""
    import picklebot.gate.decision  # noqa: PLC0415 (as above)
    import picklebot.output.gate.terminal  # noqa: F401, PLC0415 (as above)


def _tell(decision: Decision, outputs: Sequence[OutputFile]) -> NoReturn:
    """Tell a decision, and end with its status."""
    from picklebot.output.gate.files import write_outputs  # noqa: PLC0415 (as above)
    from picklebot.output.gate.terminal import terminal_text  # noqa: PLC0415 (as above)

    click.echo(terminal_text(decision), nl=False)
    sys.stdout.flush()  # whoever waits has the verdict, whatever becomes of the files
    for problem in write_outputs(decision, outputs):
        click.echo(problem)
    raise click.exceptions.Exit(decision.exit_status)


def _save(
    wikis: tuple[WikiPlan, ...],
    equipment: Equipment,
    file: Path,
    until: Deadline,
    known: Callable[[Machine, Description], BaselineFile] | None,
) -> None:
    """Make a baseline, in a thread that is left alone when the time is over.

    :raises WorkError: it could not be made
    """
    from picklebot.gate.saving import save_baseline  # noqa: PLC0415 (as above)

    if len(wikis) != 1:
        raise UsageError("--save makes the baseline of one wiki: give --wiki")
    told: list[str] = []
    errors: list[Exception] = []
    bell = bell_of_signals()

    def run() -> None:
        try:
            told.append(save_baseline(wikis[0], equipment, file, known))
        except Exception as error:  # noqa: BLE001 (raised below, where somebody waits)
            errors.append(error)
        finally:
            bell.ring()

    Thread(target=run, daemon=True).start()
    _prepare_to_tell()
    bell.wait(until.left)
    for error in errors:
        raise error
    if not told:
        ended = asked_to_end()
        raise WorkError(f"no baseline is made: {f'{ended} came' if ended else 'the time was over'} before all had run")
    click.echo(told[0])


def _end_without_verdict(error: Exception, gate: GateFlags) -> NoReturn:
    """Say that the gate could not do its work, in every output as any decision, and end.

    :raises UsageError: an option is wrong as well
    """
    from picklebot.cli.gate_plan import policy_of  # noqa: PLC0415 (as above)
    from picklebot.gate.baseline_file import BaselineError  # noqa: PLC0415 (as above)
    from picklebot.gate.decision import decide  # noqa: PLC0415 (as above)
    from picklebot.gate.model import GateProblem, ProblemCode  # noqa: PLC0415 (as above)
    from picklebot.output.gate.files import read_output_options  # noqa: PLC0415 (as above)
    from picklebot.text.redaction import redact  # noqa: PLC0415 (as above)

    words = f"failed, by a mistake of its own; please report this: {log.in_short(error)}"
    code = ProblemCode.DEFECT
    if isinstance(error, WorkError):
        words = str(error)
        code = error.code if isinstance(error, BaselineError) else ProblemCode.WIKI
    now = datetime.now(UTC)
    decision = decide(policy_of(gate), [], [GateProblem(code, redact(words))], started=now, ended=now)
    _tell(decision, () if gate.save is not None or gate.check else read_output_options(gate.output))
