"""Which mismatch repair protein is lost in the tumour?"""

from __future__ import annotations

from oncology.chart.mmr import INTACT, LOST
from oncology.facts.case import NOT_TESTED, UNKNOWN, Answer, Case
from oncology.findings import Because

MLH1, OTHER = "mlh1", "other"
ANSWERS = (MLH1, OTHER, NOT_TESTED, UNKNOWN)


def answer(case: Case) -> Answer:
    """`mlh1`: MLH1 is lost, with PMS2 or not; `other`: MSH2 or MSH6 is lost, or PMS2 alone.

    PMS2 is lost wherever MLH1 is: without a stain of MLH1 it may be either. Not tested: no protein
    was stained, as where instability was found by PCR. Source: CAP 2022,
    doi:10.5858/arpa.2021-0632-CP.
    """
    stained = [result for result in case.results_on(("MSI",)) if result.proteins]
    lost: dict[str, Because] = {}
    intact: set[str] = set()
    for result in stained:
        for protein, state in result.proteins:
            if state == LOST:
                text = f"{protein} is lost in the tumour"
                lost.setdefault(protein, Because(text, result.reference, result.date))
            elif state == INTACT:
                intact.add(protein)
    because = tuple(lost.values())
    if lost.keys() & {"MSH2", "MSH6"}:
        return Answer(OTHER, because)
    if "MLH1" in lost:
        return Answer(MLH1, because)
    if "PMS2" in lost:
        return Answer(OTHER if "MLH1" in intact else UNKNOWN, because)
    if stained or case.chart.lacks("Observation", about=frozenset({"MSI"})):
        return Answer(UNKNOWN)
    return Answer(NOT_TESTED)
