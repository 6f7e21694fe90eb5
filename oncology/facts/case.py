"""A case: one chart seen by one guidance artifact, with the facts asked of it so far."""

from __future__ import annotations

from collections.abc import Container, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import PAST, Diagnosis, Outcome, Result
from oncology.dates import PartialDate
from oncology.findings import Because, Finding

if TYPE_CHECKING:
    from oncology.evaluate import Evaluation
    from oncology.guidance.artifact import Artifact

UNKNOWN, NOT_TESTED = "unknown", "not-tested"
# On record, and a ground or not by no threshold that is published.
TO_JUDGE = "to-judge"
YES, NO = "yes", "no"


class Sign(Struct, frozen=True, gc=False):
    """Something that happened, or may have; `when` is the span of days it may be of."""

    because: Because
    is_certain: bool = True
    when: PartialDate | None = None


class Answer(Struct, frozen=True, gc=False):
    """A fact's answer, one of its closed list, with the evidence for it.

    `needs` names what would settle an unknown answer; `text` says the answer in words; `signs`
    are the events behind an answer about what happened, newest first. `question` asks the clinician
    for the first of the needs; `decided` is the part of the evidence that suffices;
    `completeness` how complete the records behind a no are.
    """

    value: str
    because: tuple[Because, ...] = ()
    needs: tuple[str, ...] = ()
    text: str = ""
    signs: tuple[Sign, ...] = ()
    question: str = ""
    decided: tuple[Because, ...] = ()
    completeness: str = ""


class Case:
    """What facts are asked of: the chart, the day, and the diagnoses in question."""

    def __init__(self, evaluation: Evaluation, artifact: Artifact) -> None:
        self.evaluation = evaluation
        self.chart = evaluation.chart
        self.today = evaluation.today
        self.artifact = artifact
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self._answers: dict[str, Answer] = {}

    def ask(self, name: str) -> Answer:
        """The answer of a fact the artifact declares; asked once, then remembered."""
        answer = self._answers.get(name)
        if answer is None:
            use = self.artifact.facts[name]
            answer = use.function(self, **use.parameters)
            self._answers[name] = answer
        return answer

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """The results that are about this tumour, newest first.

        A result that names another diagnosis is left out. With a second cancer that may be
        present, a tumour result that names none and could be of either is unknown; one that only
        this cancer's guidance asks for is not in doubt. Germline results belong to the patient.
        """
        results = self.chart.results
        if not results or not self.diagnoses:
            return results
        mine = {diagnosis.reference for diagnosis in self.diagnoses}
        cancers = {diagnosis.cancer for diagnosis in self.diagnoses}
        same = {*cancers, self.artifact.site}
        others = [each for each in self.chart.diagnoses if each.cancer not in same]
        references = {each.reference for each in others}
        asked_elsewhere = self._asked_elsewhere(others, cancers)
        hidden = {each.reference for each in self.chart.hidden}
        kept = []
        for result in results:
            named = mine.intersection(result.conditions) or result.cancer in cancers
            if named or result.origin == "germline":
                kept.append(result)
            elif result.cancer or references.intersection(result.conditions):
                # One of unknown source that is not understood may be a germline result.
                if result.origin == "unknown" and result.outcome is Outcome.UNKNOWN:
                    kept += [] if result.cancer else [result]
            elif result.outcome.is_usable and (
                hidden.intersection(result.conditions)
                or asked_elsewhere.intersection(result.biomarkers)
            ):
                kept.append(replace(result, outcome=Outcome.UNKNOWN, text="tumour not stated"))
            else:
                kept.append(result)
        return tuple(kept)

    def _asked_elsewhere(self, others: list[Diagnosis], cancers: set[str]) -> frozenset[str]:
        """What guidance asks for in the other cancers this patient may have now."""
        guidance = self.evaluation.guidance
        elsewhere = {each.cancer for each in others if each.activity not in PAST}
        for hidden in self.chart.hidden:
            if hidden.resource_type in ("Condition", "unknown"):
                every = {each.cancer for each in guidance.artifacts.values()}
                elsewhere |= set(hidden.about or every) - cancers
        return guidance.biomarkers_of(elsewhere)

    def results_on(self, names: Iterable[str], sees: Container[str] = ()) -> list[Result]:
        """The results that are or may be about one of these biomarkers, newest first.

        A result that names no gene may be about any, if its method can see one of `sees`; what it
        found is of no gene asked for: unknown.
        """
        wanted = frozenset(names)
        return [
            _without_a_gene(result)
            for result in self.results
            if wanted.intersection(result.biomarkers)
            or (not result.biomarkers and any(each in sees for each in result.sees))
        ]

    @cached_property
    def course(self) -> frozenset[str]:
        """What an unreadable resource must be about to tell of this cancer's stage and course."""
        return self.cancers | {"stage", "status"}

    @cached_property
    def cancers(self) -> frozenset[str]:
        """What an unreadable Condition must be about to be one of this cancer."""
        mine = {diagnosis.cancer for diagnosis in self.diagnoses}
        return frozenset({self.artifact.cancer, self.artifact.site, *mine} - {""})

    def evidence(self, artifact_id: str) -> Artifact:
        """Another artifact of the same guidance."""
        return self.evaluation.guidance.artifacts[artifact_id]

    def finding(self, artifact_id: str) -> Finding:
        """What another artifact came to for the same chart."""
        return self.evaluation.finding(artifact_id)


def _without_a_gene(result: Result) -> Result:
    """A finding that names no gene is unknown to every question about one."""
    if result.biomarkers or result.outcome is not Outcome.POSITIVE:
        return result
    return replace(result, outcome=Outcome.UNKNOWN)
