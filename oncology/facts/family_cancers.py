"""Is there a cancer among blood relatives that a person must judge?"""

from __future__ import annotations

from oncology.facts.case import NO, TO_JUDGE, UNKNOWN, Answer, Case
from oncology.facts.family import family_of, recorded_cancers
from oncology.family.affected import has
from oncology.family.completeness import completeness, unread_of
from oncology.family.conditions import FAMILY_HISTORY_OF
from oncology.findings import Because

ANSWERS = (TO_JUDGE, NO, UNKNOWN)
_TO_JUDGE = "whether the family history suggests a pathogenic variant"
_UNKNOWN = "the cancers of blood relatives"


def answer(case: Case, sites: list[str]) -> Answer:
    """To judge with a cancer of `sites` in a relative, or coded as family history; no when the
    relatives on record have none; unknown when one may have, and when no relative is on record.
    """
    family = family_of(case)
    because = [
        Because(item.display, item.reference, item.date)
        for item in case.chart.history
        if item.is_certain and FAMILY_HISTORY_OF.get(item.cancer) in sites
    ]
    is_open = bool(unread_of(family))
    for relative in family.relatives:
        verdict = has(relative, *sites)
        if verdict:
            because += recorded_cancers(relative, *sites)
        is_open = is_open or verdict is None
    if because:
        return Answer(TO_JUDGE, tuple(because), needs=(_TO_JUDGE,))
    if is_open or not family.coded.isdisjoint(sites):
        return Answer(UNKNOWN, needs=(unread_of(family) or _UNKNOWN,))
    return Answer(NO, completeness=completeness(family))
