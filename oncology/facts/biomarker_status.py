"""What do the results on file say of these genes together?"""

from __future__ import annotations

from oncology.chart.model import Outcome
from oncology.facts.carriers import carried, unread
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

POSITIVE, NEGATIVE = "positive", "negative"
ANSWERS = (POSITIVE, NEGATIVE, UNKNOWN)
_NOT_SEQUENCE = frozenset({"copies", "fusion", "protein"})
_FUSION, _SEQUENCE = "fusion", "mutation"


def answer(
    case: Case, genes: list[str], origin: str = "somatic", rearranged: bool = False
) -> Answer:
    """Positive when any gene has an actionable variant, negative when all were not detected.

    `origin`: "germline" takes germline results only; "somatic" leaves germline results out. A
    result that is not understood makes it unknown. Copies, fusions and proteins say nothing of
    the sequence. `rearranged`: the question is of rearrangements alone. Of the germline the problem
    list tells too: a carrier is positive; where no gene is stated it is unknown until a test says
    more, and with a problem that could not be read no test without a finding makes it negative.
    """
    wanted = _FUSION if rearranged else _SEQUENCE
    clear: set[str] = set()
    doubtful = case.chart.lacks("Observation", about=frozenset({*genes, "variant"}))
    if origin == "germline":
        known = carried(case, tuple(genes))
        if known is not None and known.is_of_gene:
            return Answer(POSITIVE, (known.because,))
        doubtful = doubtful or unread(case) is not None
    for result in case.results_on(genes, (wanted,)):
        if wanted not in result.sees if rearranged else result.sees <= _NOT_SEQUENCE:
            continue
        if result.outcome is Outcome.UNKNOWN:
            doubtful = doubtful or result.origin in (origin, "unknown")
        elif (origin == "germline") != (result.origin == "germline"):
            continue
        elif result.is_actionable:
            text = f"{result.biomarkers[0]} {result.text}"
            return Answer(POSITIVE, (Because(text, result.reference, result.date),))
        elif result.outcome is Outcome.NEGATIVE and wanted in result.sees:
            clear.update(result.biomarkers)
    return Answer(NEGATIVE if clear.issuperset(genes) and not doubtful else UNKNOWN)
