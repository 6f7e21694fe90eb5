"""The pathology of the patient's breast cancer, for the tool that scores it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from oncology.chart.model import Outcome
from oncology.facts.case import Case
from oncology.facts.receptors import NEGATIVE, POSITIVE, receptor
from oncology.family.model import Pathology, Pedigree
from oncology.family.own import is_in_both_breasts

if TYPE_CHECKING:
    from oncology.evaluate import Evaluation

_BREAST = "breast"
_KNOWN = {POSITIVE: True, NEGATIVE: False}
_GRADES = {f"grade {each}": each for each in (1, 2, 3)}


def with_pathology(evaluation: Evaluation, family: Pedigree) -> Pedigree:
    """The family with grade and receptors of the patient's breast cancer.

    Not known where the results may be of another breast cancer of hers, or differ.
    """
    patient, chart = family.patient, evaluation.chart
    count = sum(each.site == _BREAST for each in patient.cancers)
    artifacts = evaluation.guidance.artifacts.values()
    artifact = next((each for each in artifacts if each.cancer == _BREAST), None)
    if count != 1 or artifact is None or is_in_both_breasts(chart):
        return family
    own = Case(evaluation, artifact)
    own.diagnoses = tuple(each for each in chart.diagnoses if each.cancer == _BREAST)
    er, pr, her2 = (_KNOWN.get(receptor(own, name).value) for name in ("ER", "PR", "HER2"))
    told = Pathology(_grade(own), er, pr, her2)
    return replace(family, people=(replace(patient, pathology=told), *family.relatives))


def _grade(case: Case) -> int | None:
    """The grade that all results agree on."""
    results = [each for each in case.results if each.biomarkers == ("grade",)]
    told = {each.text for each in results if each.outcome is not Outcome.FAILED}
    if len(told) != 1 or case.chart.lacks("Observation", about=frozenset({"grade"})):
        return None
    return _GRADES.get(told.pop())
