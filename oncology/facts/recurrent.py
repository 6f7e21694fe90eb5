"""Has the cancer come back or grown?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.growth import answer_by, growth_signs

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case) -> Answer:
    """Yes when it ever did since it was found; a status that is not understood makes it unknown."""
    return answer_by(growth_signs(case))
