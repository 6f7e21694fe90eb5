"""Why not? Each guidance artifact that gave no advice, and the reason."""

from __future__ import annotations

from msgspec import Struct

from oncology.findings import Because, Finding, Unresolved, Verdict
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.words import KINDS, capital

GROUPS = {
    Verdict.CANNOT_TELL: "Cannot tell",
    Verdict.NOTHING_TO_ADD: "Looked at: nothing to add",
    Verdict.DOES_NOT_APPLY: "Does not apply",
}


class Silent(Struct, frozen=True):
    """One artifact without advice."""

    guidance: str
    version: str
    title: str
    kind: str
    question: str
    reason: str
    because: tuple[Because, ...]
    unresolved: tuple[Unresolved, ...]
    criteria: tuple[str, ...]
    review: str


class Group(Struct, frozen=True):
    """Artifacts that answered alike."""

    title: str
    artifacts: tuple[Silent, ...]


def why_not(opened: OpenedChart, guidance: Guidance) -> tuple[Group, ...]:
    """All artifacts that gave no advice, by their answer."""
    groups = []
    for answer, title in GROUPS.items():
        found = [each for each in opened.findings if each.answer is answer]
        groups.append(Group(title, tuple(_silent(each, guidance) for each in found)))
    return tuple(each for each in groups if each.artifacts)


def _silent(finding: Finding, guidance: Guidance) -> Silent:
    artifact = guidance.artifacts.get(finding.guidance)
    return Silent(
        guidance=finding.guidance,
        version=finding.version,
        title=finding.title,
        kind=KINDS.get(finding.kind, finding.kind),
        question=artifact.question if artifact else "",
        reason=reason(finding),
        because=finding.because,
        unresolved=finding.unresolved,
        criteria=tuple(
            f"{each.id}: {each.answer.replace('_', ' ')}{', ' + each.text if each.text else ''}"
            for each in finding.criteria
        ),
        review=artifact.review.isoformat() if artifact else "",
    )


def reason(finding: Finding) -> str:
    """One line: what about this chart kept the artifact from advising."""
    if finding.say:
        return finding.say
    if finding.answer is Verdict.CANNOT_TELL:
        asked = [
            each.question or f"{capital(each.fact)} is not known" for each in finding.unresolved
        ]
        return asked[0] if asked else "A fact it rests on is not known"
    if finding.answer is Verdict.NOTHING_TO_ADD:
        return "Every biomarker that is due has a result on file, or one is on its way"
    if finding.because:
        return "On file, but not a cancer that is there now"
    if finding.cancer:
        return "This cancer is not on file, or the rule is not for this patient's age"
    return "Nothing on file that it asks about"
