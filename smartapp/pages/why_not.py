"""Why not? Each guidance artifact that gave no advice, and the reason."""

from __future__ import annotations

from msgspec import Struct

from oncology.findings import Because, Finding, Unresolved, Verdict
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.words import KINDS, capital

CANNOT_TELL, NOTHING, NOT_HERE, ABSENT = (
    "Cannot tell",
    "Looked at: nothing to add",
    "Does not apply",
    "About cancers that are not on file",
)


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
    """Artifacts that answered alike; `is_brief`: for one and the same reason."""

    title: str
    artifacts: tuple[Silent, ...]
    is_brief: bool = False

    @property
    def by_title(self) -> dict[str, list[Silent]]:
        """The artifacts of each cancer."""
        found: dict[str, list[Silent]] = {}
        for each in self.artifacts:
            found.setdefault(each.title, []).append(each)
        return found


def why_not(opened: OpenedChart, guidance: Guidance) -> tuple[Group, ...]:
    """All artifacts that gave no advice, by their answer."""
    on_file = {each.cancer for each in opened.chart.diagnoses}
    groups: dict[str, list[Silent]] = {
        each: [] for each in (CANNOT_TELL, NOTHING, NOT_HERE, ABSENT)
    }
    for finding in opened.findings:
        if finding.answer is not Verdict.ADVISE:
            groups[_group(finding, guidance, on_file)].append(_silent(finding, guidance))
    made = (Group(title, tuple(each), title == ABSENT) for title, each in groups.items())
    return tuple(each for each in made if each.artifacts)


def _group(finding: Finding, guidance: Guidance, on_file: set[str]) -> str:
    if finding.answer is Verdict.CANNOT_TELL:
        return CANNOT_TELL
    if finding.answer is Verdict.NOTHING_TO_ADD:
        return NOTHING
    artifact = guidance.artifacts[finding.guidance]
    is_here = not finding.cancer or on_file & {artifact.cancer, artifact.site}
    return NOT_HERE if is_here or finding.because or finding.say else ABSENT


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
            f"{each.title}: {each.answer.replace('_', ' ')}{', ' + each.text if each.text else ''}"
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
        return "Not recorded as this cancer in particular, or not for this patient's age"
    return "Nothing on file that it asks about"
