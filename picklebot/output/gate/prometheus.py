"""The decision as metrics, for the textfile collector of https://github.com/prometheus/node_exporter. Pure."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from picklebot.gate.model import Decision, SuiteOutcome, Verdict, WikiDecision
from picklebot.text.printable import encodable

__all__ = ["prometheus_text"]

# A series each, so that a gate which everything fails at does not fill a database.
_MAX_REGRESSIONS = 100


def prometheus_text(decision: Decision) -> str:
    """The decision as metrics."""
    metrics = _Metrics()
    for verdict in Verdict:
        metrics.set("verdict", "1 for the verdict of the last gate", decision.verdict is verdict, verdict=verdict)
    metrics.set("exit_status", "Exit status of the last gate", decision.exit_status)
    metrics.set("drill", "1 where the last gate was a drill, and nothing is broken", bool(decision.policy.drill))
    if decision.ended:
        metrics.set("last_run_timestamp_seconds", "When the last gate ended", decision.ended.timestamp())
        if decision.started:
            seconds = (decision.ended - decision.started).total_seconds()
            metrics.set("duration_seconds", "How long the last gate took", seconds)
    for wiki in decision.wikis:
        _set_wiki(metrics, wiki)
    return metrics.text()


def _set_wiki(metrics: _Metrics, wiki: WikiDecision) -> None:
    name, coverage = wiki.name, wiki.coverage
    for outcome, count in wiki.counts.items():
        metrics.set("suites", "Suites of the last gate by outcome", count, wiki=name, outcome=outcome)
    metrics.set(
        "coverage_ratio", "Share of suites with something to lose that were compared", coverage.share, wiki=name
    )
    metrics.set("compared_suites", "Suites with something to lose that were compared", coverage.judged, wiki=name)
    metrics.set("requests", "Requests that the last gate made", wiki.requests, wiki=name)
    metrics.set("same_software", "1 where both sides run the same software", wiki.same_software, wiki=name)
    metrics.set("problems", "Reasons why the last gate could not do its work", len(wiki.problems), wiki=name)
    metrics.set("lost_names", "Names that the candidate's software lacks", len(wiki.losses), wiki=name)
    if wiki.file:
        metrics.set("baseline_age_seconds", "Age of the baseline's file", wiki.file.seconds, wiki=name)
    regressed = [suite for suite in wiki.suites if suite.outcome is SuiteOutcome.REGRESSION]
    points = sum(suite.newly_failing for suite in regressed)
    metrics.set("newly_failing_points", "Points that newly fail in suites that regressed", points, wiki=name)
    waived = [suite for suite in wiki.suites if suite.outcome is SuiteOutcome.WAIVED]
    for metric, which, suites in (("regression", "", regressed), ("waived_regression", ", which is waived", waived)):
        for suite in suites[:_MAX_REGRESSIONS]:
            labels = {"wiki": name, "testee": suite.testee, "tester": suite.tester, "kind": str(suite.kind or "")}
            about = f"Newly failing points of a suite that regressed{which}"
            metrics.set(metric, about, suite.newly_failing, **labels)
    sides = [("baseline", side) for side in (wiki.second or wiki.baseline,) if side]
    for role, side in (*sides, *(("candidate", side) for side in wiki.candidates)):
        labels = {"machine": side.name, "generator": side.generator, "git_hash": side.git_hash}
        metrics.set("software_info", "Software of each side", 1, wiki=name, side=role, **labels)


class _Metrics:
    """Gauges of a registry of their own, made as they are first set."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._gauges: dict[str, Gauge] = {}

    def set(self, name: str, about: str, value: float, /, **labels: str) -> None:
        """Set one of the gate's metrics."""
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(f"picklebot_gate_{name}", f"{about}.", list(labels), registry=self._registry)
            self._gauges[name] = gauge
        clean = {key: encodable(str(label)) for key, label in labels.items()}
        (gauge.labels(**clean) if clean else gauge).set(value)

    def text(self) -> str:
        """All of them."""
        return bytes(generate_latest(self._registry)).decode("utf-8")
