"""Did a tumour test show a pathogenic variant in one of these genes?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_NOT_INHERITED = frozenset({"fusion", "copies"})


def answer(case: Case, genes: list[str]) -> Answer:
    """Yes for a somatic variant classed pathogenic or likely pathogenic.

    A variant without a class or without a source is unknown: neither may be guessed; so is a
    result that is not understood. Fusions and copies arise in the tumour and are no ground.
    """
    doubtful = case.chart.lacks("Observation", about=frozenset({*genes, "variant"}))
    for result in case.results_on(genes, ("mutation",)):
        if result.sees <= _NOT_INHERITED or result.origin == "germline":
            continue
        if result.outcome is Outcome.UNKNOWN:
            doubtful = True
        if result.outcome is not Outcome.POSITIVE:
            continue
        significance = result.variant.significance if result.variant else None
        if result.origin == "somatic" and significance in ("P", "LP"):
            text = f"Tumour {result.biomarkers[0]} {result.text}"
            return Answer(YES, (Because(text, result.reference, result.date),))
        if significance in (None, "P", "LP"):
            doubtful = True
    return Answer(UNKNOWN if doubtful else NO)
