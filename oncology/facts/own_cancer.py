"""Does the patient have, or did the patient have, one of these cancers?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, sites: list[str] | None = None) -> Answer:
    """Yes for a cancer of `sites` on file (of any without), past ones and in situ among them."""
    family = family_of(case)
    mine = [each for each in family.patient.cancers if sites is None or each.site in sites]
    sure = [each for each in mine if each.is_certain]
    if sure:
        return Answer(YES, tuple(Because(each.name.capitalize(), each.reference) for each in sure))
    return Answer(UNKNOWN if mine or family.hides_own(sites) else NO)
