"""Does a new line of treatment with drugs of this group follow an earlier one?"""

from __future__ import annotations

from oncology.facts import treatment_planned
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, group: str, recent_days: int, apart_days: int) -> Answer:
    """Yes when a drug planned or under way began `apart_days` or more after another drug did.

    Drugs that start closer together are one line; a drug ordered again is not a new line. Results
    from before the earlier line began are out of date (`when`).
    """
    present = treatment_planned.answer(case, group, recent_days)
    if present.value != YES:
        return Answer(present.value)
    newest = present.because[0].reference
    drugs = [drug for drug in case.chart.drugs if group in drug.groups]
    name = next(drug.ingredient for drug in drugs if drug.reference == newest)
    same = [
        drug.date
        for drug in drugs
        if drug.ingredient == name and (drug.taken or drug.reference == newest)
    ]
    others = [drug for drug in drugs if drug.ingredient != name and drug.taken is not False]
    began = [date.earliest for date in same if date]
    earlier = [
        (drug.date, drug)
        for drug in others
        if drug.taken and drug.date and began and (min(began) - drug.date.latest).days >= apart_days
    ]
    if earlier:
        date, last = max(earlier, key=lambda pair: pair[0].latest)
        # No drug is named: this is the change a card tells of.
        line = Because("New line of treatment", newest, present.because[0].date)
        before = Because("Earlier line of treatment", last.reference, date)
        return Answer(YES, (line, before), when=date)
    doubtful = None in same or any(drug.date is None or drug.taken is None for drug in others)
    return Answer(UNKNOWN if others and doubtful else NO)
