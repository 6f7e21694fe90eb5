"""Does a breast cancer call for germline BRCA1/2 testing by itself?"""

from __future__ import annotations

from oncology.facts import age_at_diagnosis, sex, triple_negative
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, at_most: int) -> Answer:
    """Yes at `at_most` years or younger, in a man, or when triple-negative.

    Source: ASCO-SSO 2024, doi:10.1200/JCO.23.02225. Its other grounds (PARP candidate,
    ancestry, family, second primary) are not read here.
    """
    young = age_at_diagnosis.answer(case, at_most=at_most)
    if young.value == YES:
        return young
    own_sex = sex.answer(case)
    if own_sex.value == "male":
        return Answer(YES, own_sex.because)
    negative = triple_negative.answer(case)
    if negative.value == YES:
        return negative
    if UNKNOWN in (young.value, own_sex.value, negative.value):
        return Answer(UNKNOWN)
    return Answer(NO)
