"""Does the patient have, or did the patient have, one of these cancers?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.family.completions import Fact
from oncology.family.wording import question_of
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, sites: list[str] | None = None) -> Answer:
    """Yes for a cancer of `sites` on file (of any without), past ones and in situ among them.

    Unknown for one of which the site is not known, or that only words tell of.
    """
    family = family_of(case)
    cancers = family.patient.cancers
    sure = [each for each in cancers if each.is_certain and (sites is None or each.site in sites)]
    if sure:
        return Answer(YES, tuple(Because(each.name.capitalize(), each.reference) for each in sure))
    facts = [
        Fact(0, "cancer" if each.site else "site", number)
        for number, each in enumerate(cancers)
        if sites is None or each.site in (None, *sites)
    ]
    if facts:
        return Answer(UNKNOWN, question=question_of(facts[0], family))
    return Answer(UNKNOWN if family.hides_own(sites) else NO)
