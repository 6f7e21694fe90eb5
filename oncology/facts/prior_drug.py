"""Was a drug of this group given?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_TYPES = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")


def answer(case: Case, group: str) -> Answer:
    """Yes when a drug of `group` is on file as ordered or given; no only when drugs were read."""
    doubtful = False
    for drug in case.chart.drugs:
        if group in drug.groups:
            if drug.taken:
                text = f"{drug.ingredient.capitalize()} on file"
                return Answer(YES, (Because(text, drug.reference, drug.date),))
            doubtful = doubtful or drug.taken is None
    read = any(case.chart.was_read(resource_type) for resource_type in _TYPES)
    if doubtful or not read or case.chart.hides(*_TYPES):
        return Answer(UNKNOWN)
    return Answer(NO)
