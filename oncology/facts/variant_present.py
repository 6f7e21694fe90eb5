"""Does a result on file show one of these protein changes?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because
from oncology.variants import matches_change

POSITIVE, NEGATIVE = "positive", "negative"
ANSWERS = (POSITIVE, NEGATIVE, UNKNOWN)
# What a method must see for its "not found" to exclude the change; copies or a fusion do not.
_WHOLE = frozenset({"mutation", "v600e"})


def answer(case: Case, gene: str, changes: list[str]) -> Answer:
    """Positive when the change is reported, negative when the gene was tested without it."""
    verdict = UNKNOWN
    for result in case.results:
        if gene not in result.biomarkers or result.origin == "germline":
            continue
        change = result.variant.protein if result.variant else None
        if result.is_actionable and ("v600e" in result.sees or matches_change(change, changes)):
            text = f"{gene} {result.text}"
            return Answer(POSITIVE, (Because(text, result.reference, result.date),))
        told = result.sees & _WHOLE or matches_change(change, changes)
        if result.outcome is Outcome.NEGATIVE and told:
            verdict = NEGATIVE
    if verdict == NEGATIVE and case.chart.lacks("Observation", about=frozenset({gene, "variant"})):
        return Answer(UNKNOWN)
    return Answer(verdict)
