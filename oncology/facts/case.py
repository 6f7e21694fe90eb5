"""A case: one chart seen by one guidance artifact, with the facts asked of it so far."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import Diagnosis, Outcome, Result
from oncology.dates import PartialDate
from oncology.findings import Because, Finding

if TYPE_CHECKING:
    from oncology.evaluate import Evaluation
    from oncology.guidance.artifact import Artifact

UNKNOWN = "unknown"
YES, NO = "yes", "no"


class Answer(Struct, frozen=True, gc=False):
    """A fact's answer, one of its closed list, with the evidence for it.

    `needs` names what would settle an unknown answer; `text` says the answer in words. `when`:
    between which days it came about, if the date of the first evidence is not that.
    """

    value: str
    because: tuple[Because, ...] = ()
    needs: tuple[str, ...] = ()
    text: str = ""
    when: PartialDate | None = None


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

        A result that names another diagnosis is left out. With a second cancer present, a
        tumour result that names none and could be of either is unknown; one that only this
        cancer's guidance asks for is not in doubt. Germline results belong to the patient.
        """
        results = self.chart.results
        if not self.diagnoses:
            return results
        mine = {diagnosis.reference for diagnosis in self.diagnoses}
        cancers = {diagnosis.cancer for diagnosis in self.diagnoses}
        others = [each for each in self.chart.diagnoses if each.cancer not in cancers]
        references = {each.reference for each in others}
        asked_elsewhere = self.evaluation.guidance.biomarkers_of(
            {each.cancer for each in others if each.activity.is_present}
        )
        kept = []
        for result in results:
            named = mine.intersection(result.conditions) or result.cancer in cancers
            if named or result.origin == "germline":
                kept.append(result)
            elif result.cancer or references.intersection(result.conditions):
                continue
            elif asked_elsewhere.intersection(result.biomarkers) and result.outcome.is_usable:
                kept.append(replace(result, outcome=Outcome.UNKNOWN, text="tumour not stated"))
            else:
                kept.append(result)
        return tuple(kept)

    @cached_property
    def course(self) -> frozenset[str]:
        """What an unreadable resource must be about to tell of this cancer's stage and course."""
        cancers = {diagnosis.cancer for diagnosis in self.diagnoses}
        sites = {self.artifact.cancer, self.artifact.site}
        return frozenset({"stage", "status", *cancers, *sites} - {""})

    def evidence(self, artifact_id: str) -> Artifact:
        """Another artifact of the same guidance."""
        return self.evaluation.guidance.artifacts[artifact_id]

    def finding(self, artifact_id: str) -> Finding:
        """What another artifact came to for the same chart."""
        return self.evaluation.finding(artifact_id)
