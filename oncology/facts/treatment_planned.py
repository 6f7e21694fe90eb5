"""Is treatment with a drug of this group planned or under way?"""

from __future__ import annotations

from oncology.chart.model import DrugUse
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_TYPES = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")


def answer(case: Case, group: str, recent_days: int) -> Answer:
    """Yes for a drug of `group` that is drafted, ordered or taken, or given in `recent_days`.

    A course that is over is no: nothing is asked at watch-and-wait. No only when drugs were read.
    """
    doubtful = False
    for drug in sorted(case.chart.drugs, key=_newest_first):
        if group not in drug.groups:
            continue
        under_way = _is_under_way(case, drug, recent_days)
        if under_way:
            how = "planned" if drug.phase == "planned" else "on file"
            text = f"{drug.ingredient.capitalize()} {how}"
            return Answer(YES, (Because(text, drug.reference, drug.date),))
        doubtful = doubtful or under_way is None
    read = any(case.chart.was_read(resource_type) for resource_type in _TYPES)
    if doubtful or not read or case.chart.hides(*_TYPES):
        return Answer(UNKNOWN)
    return Answer(NO)


def _newest_first(drug: DrugUse) -> int:
    return -drug.date.latest.toordinal() if drug.date else 0


def _is_under_way(case: Case, drug: DrugUse, recent_days: int) -> bool | None:
    if drug.phase in ("planned", "current"):
        return True
    if drug.phase == "given":
        if drug.date is None:
            return None
        return (case.today.latest - drug.date.latest).days <= recent_days
    return False if drug.phase == "past" or drug.taken is False else None
