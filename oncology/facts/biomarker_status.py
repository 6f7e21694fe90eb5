"""What do the results on file say of these genes together?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

POSITIVE, NEGATIVE = "positive", "negative"
ANSWERS = (POSITIVE, NEGATIVE, UNKNOWN)
_NOT_SEQUENCE = frozenset({"copies", "fusion", "protein"})


def answer(case: Case, genes: list[str], origin: str = "somatic") -> Answer:
    """Positive when any gene has an actionable variant, negative when all were not detected.

    `origin`: "germline" takes germline results only; "somatic" leaves germline results out.
    Copies, fusions and proteins say nothing of the sequence.
    """
    clear: set[str] = set()
    for result in case.results:
        if not set(genes).intersection(result.biomarkers):
            continue
        if (origin == "germline") != (result.origin == "germline"):
            continue
        if result.sees <= _NOT_SEQUENCE:
            continue
        if result.is_actionable:
            text = f"{result.biomarkers[0]} {result.text}"
            return Answer(POSITIVE, (Because(text, result.reference, result.date),))
        if result.outcome is Outcome.NEGATIVE and "mutation" in result.sees:
            clear.update(result.biomarkers)
    unread = case.chart.lacks("Observation", about=frozenset({*genes, "variant"}))
    if clear.issuperset(genes) and not unread:
        return Answer(NEGATIVE)
    return Answer(UNKNOWN)
