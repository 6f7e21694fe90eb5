"""Has the cancer spread or come back, so that the tissue is no longer the one first tested?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.growth import answer_by, growth_signs, spread_signs

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, staging_days: int) -> Answer:
    """Yes for a distant metastasis, a recurrence or progression.

    Disease that was metastatic from the start is the disease first tested: a metastasis found
    within `staging_days` of the diagnosis does not count, so that results of that time are not
    asked for again. A recurrence without a date of its own came after that time.
    """
    return answer_by(spread_signs(case, staging_days) + growth_signs(case, staging_days))
