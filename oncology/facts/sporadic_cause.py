"""Does a test show a sporadic cause of the mismatch repair deficiency?"""

from __future__ import annotations

from oncology.chart.methylation import BIOMARKER
from oncology.chart.model import Outcome
from oncology.facts import variant_present
from oncology.facts.case import NO, NOT_TESTED, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, NOT_TESTED, UNKNOWN)


def answer(case: Case, changes: list[str] | None = None) -> Answer:
    """Yes for MLH1 promoter methylation, or for one of these `changes` of BRAF; no when one of the
    two was looked for and neither was found.

    Without `changes` BRAF is not looked at: in endometrial cancer V600E tells nothing. A result on
    its way or not understood leaves it open. Sources: CAP 2022, doi:10.5858/arpa.2021-0632-CP;
    Metcalf 2014, doi:10.1007/s10689-013-9671-6.
    """
    methylation = [
        each for each in case.results_on((BIOMARKER,)) if each.outcome is not Outcome.FAILED
    ]
    for result in methylation:
        if result.outcome is Outcome.POSITIVE:
            text = "MLH1 promoter methylation in the tumour"
            return Answer(YES, (Because(text, result.reference, result.date),))
    gene = variant_present.answer(case, "BRAF", changes) if changes else Answer(NOT_TESTED)
    if gene.value == variant_present.POSITIVE:
        return Answer(YES, gene.because)
    negative = [each for each in methylation if each.outcome is Outcome.NEGATIVE]
    hidden = case.chart.lacks("Observation", about=frozenset({BIOMARKER}))
    if gene.value == UNKNOWN or len(negative) < len(methylation) or hidden:
        return Answer(UNKNOWN)
    if negative or gene.value == variant_present.NEGATIVE:
        return Answer(NO)
    return Answer(NOT_TESTED)
