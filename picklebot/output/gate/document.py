"""The decision as JSON: the whole of it, for programs. docs/schema/decision.json is its schema."""

from __future__ import annotations

from picklebot import __version__
from picklebot.gate.model import Decision, JudgedSuite, Side, WikiDecision
from picklebot.output.gate import document_model as model
from picklebot.text.printable import encodable
from picklebot.text.terminal import json_text

__all__ = ["json_document"]


def json_document(decision: Decision) -> str:
    """The decision as JSON."""
    requirements = [
        model.RequirementEntry(
            type=each.kind, satisfied=each.satisfied, wiki=each.wiki, subject=each.subject, detail=each.detail
        )
        for each in decision.requirements
    ]
    document = model.DecisionDocument(
        format="picklebot-decision",
        version=1,
        picklebot=__version__,
        started=decision.started,
        ended=decision.ended,
        verdict=decision.verdict,
        exit_status=decision.exit_status,
        sentence=decision.sentence,
        policy=model.PolicyEntry.model_validate(decision.policy, from_attributes=True),
        policies_satisfied=all(each.satisfied for each in requirements),
        satisfied_requirements=[each for each in requirements if each.satisfied],
        unsatisfied_requirements=[each for each in requirements if not each.satisfied],
        total=decision.total,
        counts=dict(decision.counts),
        coverage=model.CoverageEntry.model_validate(decision.coverage, from_attributes=True),
        problems=[model.ProblemEntry.model_validate(each, from_attributes=True) for each in decision.problems],
        remarks=list(decision.remarks),
        wikis=[_wiki(wiki) for wiki in decision.wikis],
    )
    return encodable(json_text(document.model_dump(mode="json"))) + "\n"


def _wiki(wiki: WikiDecision) -> model.DecidedWiki:
    return model.DecidedWiki(
        name=wiki.name,
        baseline=_side(wiki.baseline),
        second=_side(wiki.second),
        candidates=[side for side in map(_side, wiki.candidates) if side],
        same_software=wiki.same_software,
        baseline_file=wiki.file.file if wiki.file else None,
        baseline_age_seconds=wiki.file.seconds if wiki.file else None,
        requests=wiki.requests,
        total=len(wiki.suites),
        counts=dict(wiki.counts),
        coverage=model.CoverageEntry.model_validate(wiki.coverage, from_attributes=True),
        problems=[model.ProblemEntry.model_validate(each, from_attributes=True) for each in wiki.problems],
        lost=[model.LossEntry.model_validate(each, from_attributes=True) for each in wiki.losses],
        suites=[_suite(suite) for suite in wiki.suites],
    )


def _side(side: Side | None) -> model.SideEntry | None:
    return None if side is None else model.SideEntry.model_validate(side, from_attributes=True)


def _suite(suite: JudgedSuite) -> model.DecidedSuite:
    return model.DecidedSuite.model_validate(suite, from_attributes=True)
