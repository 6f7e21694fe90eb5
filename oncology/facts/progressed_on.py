"""Did the cancer grow or come back after a drug of this group was started?"""

from __future__ import annotations

from oncology.facts import prior_drug, recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, group: str) -> Answer:
    """Yes when progression or recurrence is on file and not dated before the drug's start."""
    drug = prior_drug.answer(case, group)
    growth = recurrent.answer(case)
    if NO in (drug.value, growth.value):
        return Answer(NO)
    if UNKNOWN in (drug.value, growth.value):
        return Answer(UNKNOWN)
    started, grew = drug.because[0].date, growth.because[0].date
    if started is None or grew is None:
        return Answer(UNKNOWN)
    if grew.latest < started.earliest:
        return Answer(NO)
    if grew.earliest < started.latest:
        return Answer(UNKNOWN)
    return Answer(YES, growth.because + drug.because)
