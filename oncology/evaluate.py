"""Judge a chart by the guidance: the one call behind card, page, command line and population."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations

from oncology.chart.model import Chart, Diagnosis
from oncology.chart.repeats import first_told
from oncology.dates import PartialDate
from oncology.facts.case import Case
from oncology.facts.receptors import coded
from oncology.family.model import Pedigree
from oncology.findings import Because, Biomarkers, Finding, Unresolved, Verdict
from oncology.guidance.agreement import agreed
from oncology.guidance.applicability import Applicability, applicability
from oncology.guidance.artifact import FAMILY, Artifact
from oncology.guidance.decision_table import decide
from oncology.guidance.evidence_list import match, unread_reports
from oncology.guidance.finding import finding_of
from oncology.guidance.library import Guidance

# Beside the certain diagnoses of a cancer, so many that are in doubt are tried in every way.
_MOST_DOUBTFUL = 3


def evaluate(
    chart: Chart,
    guidance: Guidance,
    today: date,
    kinds: frozenset[str] | None = None,
    explain: bool = False,
) -> list[Finding]:
    """Findings of every active artifact of `kinds` (all without it), in the guidance's order.

    Artifacts that do not apply are left out unless `explain`. `today` is the day the chart
    is judged on.
    """
    evaluation = Evaluation(chart, guidance, PartialDate(today, today))
    if explain:
        return [evaluation.finding(artifact.id) for artifact in guidance.of_kinds(kinds)]
    on_file = _on_file(chart)
    if chart.hides("Condition"):
        artifacts = [each for each in guidance.of_kinds(kinds) if _may_be_about(each, on_file)]
    else:
        artifacts = guidance.about(kinds, on_file)
    findings = [evaluation.finding(artifact.id) for artifact in artifacts]
    return [each for each in findings if each.answer is not Verdict.DOES_NOT_APPLY]


def _on_file(chart: Chart) -> set[str]:
    """What guidance may be about: the cancers, and a family history that is there or may be."""
    found = {each.cancer for each in (*chart.diagnoses, *chart.others)}
    if (
        chart.family
        or chart.lacks("FamilyMemberHistory")
        or any(item.kind == "family-history" for item in chart.history)
    ):
        found.add(FAMILY)
    return found


def _may_be_about(artifact: Artifact, on_file: set[str]) -> bool:
    """Whether an artifact may be about a chart of which some diagnoses could not be used."""
    needs_family_alone = set(artifact.on_file) == {FAMILY}
    return FAMILY in on_file or not needs_family_alone


class Evaluation:
    """One chart on one day: findings by artifact, each made once."""

    def __init__(self, chart: Chart, guidance: Guidance, today: PartialDate) -> None:
        self.chart = chart
        self.guidance = guidance
        self.today = today
        self.pedigree: Pedigree | None = None
        self._findings: dict[str, Finding] = {}

    def finding(self, artifact_id: str) -> Finding:
        """The finding of one artifact."""
        finding = self._findings.get(artifact_id)
        if finding is None:
            finding = self._judge(self.guidance.artifacts[artifact_id])
            self._findings[artifact_id] = finding
        return finding

    def _judge(self, artifact: Artifact) -> Finding:
        applies = applicability(artifact, self.chart)
        if applies.applies is False:
            return _finding(artifact, Verdict.DOES_NOT_APPLY, because=applies.because)
        if artifact.review < self.today.earliest:
            return _finding(
                artifact,
                Verdict.CANNOT_TELL,
                unresolved=(Unresolved("review date", "This guidance is past its review date"),),
            )
        if applies.applies is None:
            return _finding(
                artifact,
                Verdict.CANNOT_TELL,
                subject=_subject(artifact, applies.diagnoses, None),
                because=applies.because,
                unresolved=applies.unresolved,
            )
        return self._judge_each(artifact, applies)

    def _judge_each(self, artifact: Artifact, applies: Applicability) -> Finding:
        """The answer, when it is the same whichever of the doubtful diagnoses count."""
        doubtful = applies.doubtful
        if not doubtful:
            return self._judge_case(artifact, applies.diagnoses)
        biomarkers = None
        if len(doubtful) <= _MOST_DOUBTFUL:
            chosen = chain.from_iterable(
                combinations(doubtful, count) for count in range(len(doubtful) + 1)
            )
            findings = [self._judge_case(artifact, applies.diagnoses + more) for more in chosen]
            together, holds = agreed(findings)
            if holds:
                return together
            biomarkers = together.biomarkers
        return _finding(
            artifact,
            Verdict.CANNOT_TELL,
            subject=_subject(artifact, applies.diagnoses, None),
            biomarkers=biomarkers,
            because=_recorded(applies.diagnoses + doubtful),
            unresolved=(Unresolved("diagnosis", f"Which {artifact.title.lower()} is active?"),),
        )

    def _judge_case(self, artifact: Artifact, diagnoses: tuple[Diagnosis, ...]) -> Finding:
        case = Case(self, artifact)
        case.diagnoses = diagnoses
        if artifact.shape == "evidence-list":
            return _by_evidence(case, artifact)
        return _by_table(case, artifact)


def _by_evidence(case: Case, artifact: Artifact) -> Finding:
    adult = case.ask("adult").value if "adult" in artifact.facts else "yes"
    if adult == "no":
        return _finding(artifact, Verdict.DOES_NOT_APPLY)
    matched = match(case)
    answer, unresolved = matched.answer, matched.unresolved
    if adult == "unknown":
        answer = Verdict.CANNOT_TELL
        unresolved = (Unresolved("adult", artifact.facts["adult"].ask), *unresolved)
    return _finding(
        artifact,
        answer,
        subject=_subject(artifact, case.diagnoses, case),
        settings=matched.settings,
        biomarkers=matched.biomarkers,
        because=tuple(dict.fromkeys(_recorded(case.diagnoses) + matched.because)),
        unresolved=unresolved,
        unread=unread_reports(case),
        coded=coded(case, (entry.biomarker for entry in matched.biomarkers.missing)),
        rests=_rest(case, matched.biomarkers),
    )


def _rest(case: Case, biomarkers: Biomarkers) -> str:
    """Nothing is missed while the tests that follow a new diagnosis are on their way."""
    days = case.artifact.grace_days
    if not days or biomarkers.unusable or biomarkers.repeat:
        return ""
    onsets = [diagnosis.onset for diagnosis in case.diagnoses]
    today = case.today.latest
    if all(onset and 0 <= (today - onset.earliest).days <= days for onset in onsets):
        return f"diagnosed in the last {days} days"
    return ""


def _by_table(case: Case, artifact: Artifact) -> Finding:
    decided = decide(case)
    return _finding(
        artifact,
        decided.answer,
        subject=_subject(artifact, case.diagnoses, case),
        criteria=decided.criteria,
        because=tuple(dict.fromkeys(_recorded(case.diagnoses) + decided.because)),
        unresolved=decided.unresolved,
        say=decided.say,
        reason=decided.reason,
    )


def _finding(artifact: Artifact, answer: Verdict, **parts: object) -> Finding:
    about = {"cancer": artifact.cancer, "order": artifact.order, "shows": artifact.shows}
    return finding_of(artifact, answer, **about, **parts)


def _recorded(diagnoses: tuple[Diagnosis, ...]) -> tuple[Because, ...]:
    repeats = first_told(diagnoses)[1] if len(diagnoses) > 1 else ()
    return tuple(
        Because(
            each.display if each.activity.is_present else f"{each.display}, {each.activity.value}",
            each.reference,
            each.date,
        )
        for each in diagnoses
        if each not in repeats
    )


def _subject(artifact: Artifact, diagnoses: tuple[Diagnosis, ...], case: Case | None) -> str:
    """The diagnosis as a card names it: `Stage IV lung adenocarcinoma`."""
    name = artifact.title
    for diagnosis in diagnoses:
        if diagnosis.histology in artifact.names:
            name = artifact.names[diagnosis.histology]
    if case is not None and "advanced" in artifact.facts:
        for because in case.ask("advanced").because:
            if because.text.startswith("Stage "):
                return f"{because.text} {name[0].lower()}{name[1:]}"
        if case.ask("advanced").value == "yes":
            return f"Advanced {name[0].lower()}{name[1:]}"
    return name
