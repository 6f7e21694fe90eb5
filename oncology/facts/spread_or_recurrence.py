"""Has the cancer spread or come back, so that the tissue is no longer the one first tested?"""

from __future__ import annotations

from oncology.facts import recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case) -> Answer:
    """Yes for a distant metastasis, a recurrence or progression; the date is its date.

    Disease that was metastatic from the start carries the date of the diagnosis, so that
    results of that time are not asked for again.
    """
    for each in case.chart.metastases:
        if each.lymph_node or not each.activity.is_present or not each.verification.is_usable:
            continue
        return Answer(YES, (Because(each.display, each.reference, each.date),))
    return recurrent.answer(case)
