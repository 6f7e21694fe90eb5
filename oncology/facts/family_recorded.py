"""Is a blood relative on file?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case) -> Answer:
    """Yes with one relative; no record of any is not a healthy family."""
    family = family_of(case)
    if family.relatives:
        return Answer(YES)
    return Answer(UNKNOWN if family.hides_relatives or not family.is_read else NO)
