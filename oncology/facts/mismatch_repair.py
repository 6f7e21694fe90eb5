"""Is the tumour mismatch-repair deficient or microsatellite unstable?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.case import NOT_TESTED, UNKNOWN, Answer, Case
from oncology.findings import Because

DEFICIENT, PROFICIENT = "deficient", "proficient"
ANSWERS = (DEFICIENT, PROFICIENT, NOT_TESTED, UNKNOWN)


def answer(case: Case) -> Answer:
    """Any unstable result on file counts as deficient; one not understood makes it unknown."""
    results = case.results_on(("MSI",))
    for result in results:
        if result.outcome is Outcome.POSITIVE:
            text = f"Tumour {result.text}"
            return Answer(DEFICIENT, (Because(text, result.reference, result.date),))
    outcomes = {result.outcome for result in results}
    if case.chart.lacks("Observation", about=frozenset({"MSI"})) or Outcome.UNKNOWN in outcomes:
        return Answer(UNKNOWN)
    if Outcome.NEGATIVE in outcomes:
        return Answer(PROFICIENT)
    return Answer(UNKNOWN if results else NOT_TESTED)
