"""Is the tumour mismatch-repair deficient or microsatellite unstable?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

DEFICIENT, PROFICIENT, NOT_TESTED = "deficient", "proficient", "not-tested"
ANSWERS = (DEFICIENT, PROFICIENT, NOT_TESTED, UNKNOWN)

_MSI = frozenset({"MSI"})


def answer(case: Case) -> Answer:
    """By the newest usable MSI result; any unstable result on file counts as deficient."""
    results = [result for result in case.results if "MSI" in result.biomarkers]
    for result in results:
        if result.outcome is Outcome.POSITIVE:
            text = f"Tumour {result.text}"
            return Answer(DEFICIENT, (Because(text, result.reference, result.date),))
    if case.chart.lacks("Observation", about=_MSI):
        return Answer(UNKNOWN)
    for result in results:
        if result.outcome is Outcome.NEGATIVE:
            return Answer(PROFICIENT)
    return Answer(UNKNOWN if results else NOT_TESTED)
