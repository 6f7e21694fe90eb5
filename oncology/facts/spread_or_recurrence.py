"""Has the cancer spread or come back, so that the tissue is no longer the one first tested?"""

from __future__ import annotations

from oncology.chart.model import Metastasis
from oncology.facts import recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, staging_days: int) -> Answer:
    """Yes for a distant metastasis, a recurrence or progression; the date is its date.

    Disease that was metastatic from the start is the disease first tested: a metastasis found
    within `staging_days` of the diagnosis does not count, so that results of that time are not
    asked for again.
    """
    new = new_metastases(case, staging_days)
    return Answer(YES, new[:1]) if new else recurrent.answer(case)


def new_metastases(case: Case, staging_days: int) -> tuple[Because, ...]:
    """Distant metastases that were not there when the cancer was staged."""
    return tuple(
        Because(each.display, each.reference, each.date)
        for each in case.chart.metastases
        if not each.lymph_node
        and each.activity.is_present
        and each.verification.is_usable
        and not _is_from_the_start(case, each, staging_days)
    )


def _is_from_the_start(case: Case, metastasis: Metastasis, staging_days: int) -> bool:
    """Found within the time of staging, by days that are known."""
    found = metastasis.date
    for diagnosis in case.diagnoses:
        known = diagnosis.onset
        if found and known and (found.latest - known.earliest).days <= staging_days:
            return True
    return False
