"""Is treatment with a drug of this group planned or under way?"""

from __future__ import annotations

from oncology.chart.model import DrugUse
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
TYPES = ("MedicationRequest", "MedicationAdministration", "MedicationStatement")


def answer(case: Case, group: str, recent_days: int) -> Answer:
    """Yes for a drug of `group` that is drafted, ordered or taken, or given in `recent_days`.

    A course that is over is no: nothing is asked at watch-and-wait. No only when drugs were read.
    """
    doubtful = False
    for drug in sorted(case.chart.drugs, key=_newest_first):
        if drug.ingredient and group not in drug.groups:
            continue
        under_way = is_under_way(case, drug, recent_days)
        if under_way and drug.ingredient:
            how = "planned" if drug.phase == "planned" else "on file"
            text = f"{drug.ingredient.capitalize()} {how}"
            return Answer(YES, (Because(text, drug.reference, drug.date),))
        doubtful = doubtful or under_way is not False
    read = any(case.chart.was_read(resource_type) for resource_type in TYPES)
    if doubtful or not read or case.chart.hides(*TYPES):
        return Answer(UNKNOWN)
    return Answer(NO)


def _newest_first(drug: DrugUse) -> tuple[int, str]:
    return (-drug.date.latest.toordinal() if drug.date else 0), drug.reference


def is_under_way(case: Case, drug: DrugUse, recent_days: int) -> bool | None:
    """Whether the drug is planned, taken now, or was given in the last days; None: not told."""
    if drug.phase in ("planned", "current"):
        return True
    if drug.phase == "given":
        if drug.date is None:
            return None
        today = case.today.latest
        if (today - drug.date.earliest).days <= recent_days:
            return True
        return False if (today - drug.date.latest).days > recent_days else None
    return False if drug.phase == "past" or drug.taken is False else None
