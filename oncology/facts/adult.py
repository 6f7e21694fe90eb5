"""Is the patient an adult?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, years: int) -> Answer:
    """Yes at `years` or older today; unknown without a birth date."""
    below = case.chart.person.age_on(case.today).below(years)
    if below is None:
        return Answer(UNKNOWN)
    return Answer(NO if below else YES)
