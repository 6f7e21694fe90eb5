"""Does a new line of treatment with drugs of this group follow an earlier one?"""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from oncology.chart.model import DrugUse
from oncology.dates import PartialDate, until
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case, Sign
from oncology.facts.growth import answer_by
from oncology.facts.treatment_planned import TYPES, is_under_way
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, group: str, recent_days: int, apart_days: int) -> Answer:
    """Yes when a drug planned or under way began `apart_days` or more after another drug did.

    Drugs that start closer together are one line; a drug ordered again is not a new line. Results
    from before the earlier line began are out of date: its start is when the sign was.
    """
    uses: defaultdict[str, list[DrugUse]] = defaultdict(list)
    for drug in case.chart.drugs:
        if group in drug.groups:
            uses[drug.ingredient].append(drug)
    signs = _unread(case, uses)
    lines = []
    for name, present in uses.items():
        under_way = _under_way(case, present, recent_days)
        if under_way is False:
            continue
        earlier = [drug for other, drugs in uses.items() if other != name for drug in drugs]
        for drug in earlier:
            is_apart = _is_apart(_began(present), drug.date, apart_days)
            if drug.taken is False or is_apart is False:
                continue
            # No drug is named: this is the change a card tells of.
            before = Because("Earlier line of treatment", drug.reference, drug.date)
            certain = bool(under_way and drug.taken and is_apart)
            signs.append(Sign(before, certain, drug.date))
            lines += [present[0]] if certain else []
    found = answer_by(signs)
    if found.value != YES:
        return found
    newest = min(lines, key=lambda drug: drug.reference)
    line = Because("New line of treatment", newest.reference, newest.date)
    return replace(found, because=(line, *found.because))


def _under_way(case: Case, uses: list[DrugUse], recent_days: int) -> bool | None:
    verdicts = [is_under_way(case, drug, recent_days) for drug in uses]
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _began(uses: list[DrugUse]) -> PartialDate | None:
    """When a drug was first used or planned; by then at the latest, when a record does not tell."""
    dates = [drug.date for drug in uses if drug.date is not None]
    if not dates:
        return None
    first = min(dates)
    is_told = all(drug.date and (drug.taken is not None or drug.phase) for drug in uses)
    return first if is_told else until(first)


def _is_apart(later: PartialDate | None, earlier: PartialDate | None, days: int) -> bool | None:
    if later is None or earlier is None:
        return None
    if (later.earliest - earlier.latest).days >= days:
        return True
    return False if (later.latest - earlier.earliest).days < days else None


def _unread(case: Case, uses: dict[str, list[DrugUse]]) -> list[Sign]:
    """A drug that is not named, or could not be read, may be the other of two lines."""
    chart = case.chart
    unnamed = [drug for drug in chart.drugs if not drug.ingredient and drug.taken is not False]
    was_read = any(map(chart.was_read, TYPES))
    if chart.hides(*TYPES) or not was_read or len(unnamed) > 1 or (unnamed and uses):
        return [Sign(Because("A drug that is not named"), is_certain=False)]
    return []
