"""A case: one chart seen by one guidance artifact, with the facts asked of it so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from oncology.chart.model import Diagnosis
from oncology.findings import Because, Finding

if TYPE_CHECKING:
    from oncology.evaluate import Evaluation
    from oncology.guidance.artifact import Artifact

UNKNOWN = "unknown"
YES, NO = "yes", "no"


class Answer(Struct, frozen=True, gc=False):
    """A fact's answer, one of its closed list, with the evidence for it.

    `needs` names what would settle an unknown answer; `text` says the answer in words.
    """

    value: str
    because: tuple[Because, ...] = ()
    needs: tuple[str, ...] = ()
    text: str = ""


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

    def evidence(self, artifact_id: str) -> Artifact:
        """Another artifact of the same guidance."""
        return self.evaluation.guidance.artifacts[artifact_id]

    def finding(self, artifact_id: str) -> Finding:
        """What another artifact came to for the same chart."""
        return self.evaluation.finding(artifact_id)
