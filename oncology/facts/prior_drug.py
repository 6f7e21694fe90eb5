"""Was a drug of this group given?"""

from __future__ import annotations

from oncology.chart.model import DrugUse
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_TYPES = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")


def answer(case: Case, group: str) -> Answer:
    """Yes when a drug of `group` is on file as ordered or given; no only when drugs were read."""
    given, doubtful = drugs_of(case, group)
    if given:
        return Answer(YES, (_because(given[0]),))
    return Answer(UNKNOWN if doubtful else NO)


def drugs_of(case: Case, group: str) -> tuple[list[DrugUse], bool]:
    """The drugs of a group, earliest first, and whether there may be others."""
    chart = case.chart
    given = [drug for drug in chart.drugs if drug.taken and group in drug.groups]
    given.sort(key=lambda drug: (drug.date is None, drug.date or case.today, drug.reference))
    open_uses = [
        drug
        for drug in chart.drugs
        if (drug.taken is None and group in drug.groups)
        or (drug.taken is not False and not drug.ingredient)
    ]
    was_read = any(chart.was_read(resource_type) for resource_type in _TYPES)
    return given, bool(open_uses) or not was_read or chart.hides(*_TYPES)


def _because(drug: DrugUse) -> Because:
    return Because(f"{drug.ingredient.capitalize()} on file", drug.reference, drug.date)
