"""From the options of ``picklebot gate`` to wikis, targets and a policy: mistakes show before a request."""

from __future__ import annotations

import re
import shlex
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from picklebot.app import App
from picklebot.cli.gate_options import GateFlags
from picklebot.errors import ConfigError, UsageError
from picklebot.gate.config import WikiEntryInFile, read_group
from picklebot.gate.hosts import expand_hosts
from picklebot.gate.model import Waiver
from picklebot.gate.policy import Policy
from picklebot.gate.selection import Selection, Tier
from picklebot.gate.waivers import read_waivers
from picklebot.gate.wiki_gate import WikiPlan
from picklebot.text.http import read_address, read_header
from picklebot.text.redaction import shown_url
from picklebot.wiki.address import resolve
from picklebot.wiki.target import Address, Target, Tls

__all__ = ["GatePlan", "plan_gate", "policy_of"]


@dataclass(frozen=True, slots=True)
class GatePlan:
    """All that a gate is to do."""

    wikis: tuple[WikiPlan, ...]
    policy: Policy
    waivers: tuple[Waiver, ...]


def plan_gate(app: App | None, flags: GateFlags, only: Sequence[str]) -> GatePlan:
    """The plan of a gate.

    :param app: of the one wiki that settings name; None where a group is asked for
    :raises UsageError: options contradict each other, or one is wrong
    :raises ConfigError: a file is wrong
    """
    policy = policy_of(flags)
    waivers = read_waivers(flags.waivers, date.today()) if flags.waivers else ()  # noqa: DTZ011 (the operator's day)
    selection = Selection(Tier(flags.tier), tuple(only), _titles(flags.suites), flags.sample, flags.seed)
    tls = _tls(flags)
    if flags.group is not None:
        entries = read_group(flags.config, flags.group)
        wikis = [_wiki_in_group(entry, flags, selection, policy, tls) for entry in entries]
        names = [wiki.name for wiki in wikis]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigError(f"{flags.config}: two wikis are called {twice}: give them a name each")
        return GatePlan(tuple(wikis), policy, waivers)
    if app is None:
        raise UsageError("which wiki? Give --wiki URL, or --group NAME of gate.toml")
    return GatePlan((_only_wiki(app, flags, selection, policy, tls),), policy, waivers)


def policy_of(flags: GateFlags) -> Policy:
    """The policy that options ask for.

    :raises UsageError: the number of regressions is none
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", flags.max_regressions.strip())
    if match is None or (not match[2] and "." in match[1]) or (match[2] and float(match[1]) > 100):  # noqa: PLR2004
        raise UsageError(f"--max-regressions: expected a number or a percentage, not {flags.max_regressions!r}")
    return Policy(
        tier=flags.tier,
        min_coverage=flags.min_coverage / 100,
        max_regressions=0 if match[2] else int(match[1]),
        max_regressions_share=float(match[1]) / 100 if match[2] else None,
        pass_unchecked=flags.on_infrastructure_error == "pass",
        attempts=flags.attempts,
        observe=flags.observe,
        expect_restored=flags.expect_restored,
        expect_software=flags.expect_software or "",
        deadline=flags.deadline,
    )


def _titles(file: Path | None) -> frozenset[str] | None:
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: the suites cannot be read: {error}") from error
    titles = (line.strip().replace("_", " ") for line in lines)
    return frozenset(title for title in titles if title and not title.startswith("#"))


def _tls(flags: GateFlags) -> Tls:
    """Whom to trust, and who we are.

    :raises ConfigError: a file is none of certificates
    """
    try:
        if flags.ca:
            ssl.create_default_context(cafile=flags.ca)
    except OSError as error:
        raise ConfigError(f"--ca: {flags.ca}: expected a file of certificates (PEM): {error}") from error
    try:
        if flags.cert:
            ssl.create_default_context().load_cert_chain(flags.cert)
    except OSError as error:
        raise ConfigError(f"--cert: {flags.cert}: expected a certificate and its key (PEM): {error}") from error
    return Tls(flags.ca, cert=flags.cert)


def _addresses(texts: Sequence[str], option: str) -> list[Address | None]:
    try:
        found = [Address(*read_address(host)) for text in texts for host in expand_hosts(text)]
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
    return list(dict.fromkeys(found)) or [None]


def _headers(lines: Sequence[str], option: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(read_header(line) for line in lines)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def _only_wiki(app: App, flags: GateFlags, selection: Selection, policy: Policy, tls: Tls) -> WikiPlan:
    asked = app.target
    tls = replace(tls, ca=tls.ca or asked.tls.ca, verify=asked.tls.verify)
    base = replace(asked, proxies=flags.use_proxy, tls=tls)
    targets = [
        replace(base, connect_to=address or base.connect_to) for address in _addresses(flags.connect_to, "--connect-to")
    ]
    url = resolve(flags.baseline_url) if flags.baseline_url else base.api
    old = None
    if flags.baseline_url or flags.baseline_connect_to:
        address = _addresses([flags.baseline_connect_to] if flags.baseline_connect_to else [], "--baseline-connect-to")
        headers = (*asked.headers, *_headers(flags.baseline_header, "--baseline-header"))
        old = replace(base, api=url, connect_to=address[0], headers=headers)
    return _plan("", tuple(targets), flags.baseline, old, flags, selection, policy)


def _wiki_in_group(
    entry: WikiEntryInFile, flags: GateFlags, selection: Selection, policy: Policy, tls: Tls
) -> WikiPlan:
    api = resolve(entry.wiki)
    headers = _headers(entry.header, "header")
    base = Target(api, None, headers, tls, flags.use_proxy)
    machines = flags.connect_to or entry.connect_to
    targets = tuple(replace(base, connect_to=address) for address in _addresses(machines, "connect_to"))
    old = None
    if entry.baseline_url or entry.baseline_connect_to:
        address = _addresses([entry.baseline_connect_to] if entry.baseline_connect_to else [], "baseline_connect_to")
        further = _headers(entry.baseline_header, "baseline_header")
        api = resolve(entry.baseline_url) if entry.baseline_url else api
        old = replace(base, api=api, connect_to=address[0], headers=(*headers, *further))
    return _plan(entry.name, targets, entry.baseline, old, flags, selection, policy)


def _plan(
    name: str,
    targets: tuple[Target, ...],
    file: Path | None,
    old: Target | None,
    flags: GateFlags,
    selection: Selection,
    policy: Policy,
) -> WikiPlan:
    shown = shown_url(targets[0].api)
    if file is None and old is None and flags.save is None:
        how = f"picklebot gate --wiki {shown} --save FILE"
        raise UsageError(
            f"compared with what? Give --baseline FILE (made by: {how}), --baseline-url or --baseline-connect-to"
        )
    sure = str(file) if file else "baseline.json.gz"
    how = f"picklebot gate --wiki {shlex.quote(shown)} --save {shlex.quote(sure)}"

    def command(tester: str, machine: str) -> str:
        words = ["picklebot", "gate", "--wiki", shown]
        words += ["--connect-to", machine] if machine != shown else []
        words += ["--baseline", str(file)] if file else []
        if old is not None:
            words += ["--baseline-url", shown_url(old.api)] if old.api != targets[0].api else []
            words += ["--baseline-connect-to", str(old.connect_to)] if old.connect_to else []
        return shlex.join([*words, "--tier", "all", "--only", tester])

    return WikiPlan(
        name or shown,
        targets,
        file,
        old,
        selection,
        policy,
        timedelta(days=flags.max_baseline_age),
        how,
        command,
        flags.category or "",
    )
