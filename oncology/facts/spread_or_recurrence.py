"""Has the cancer spread or come back, so that the tissue is no longer the one first tested?"""

from __future__ import annotations

from datetime import timedelta

from oncology.chart.model import Metastasis
from oncology.dates import PartialDate
from oncology.facts import recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, staging_days: int) -> Answer:
    """Yes for a distant metastasis, a recurrence or progression; the date is its date.

    Disease that was metastatic from the start is the disease first tested: a metastasis found
    within `staging_days` of the diagnosis does not count, so that results of that time are not
    asked for again. A recurrence without a date of its own came after that time.
    """
    new = new_metastases(case, staging_days)
    if new:
        return Answer(YES, new[:1])
    back = recurrent.answer(case)
    if back.when is None:
        return back
    staged = min(back.when.earliest + timedelta(days=staging_days), back.when.latest)
    return Answer(back.value, back.because, when=PartialDate(staged, back.when.latest))


def new_metastases(case: Case, staging_days: int) -> tuple[Because, ...]:
    """Distant metastases that were not there when the cancer was staged, newest first."""
    new = [
        Because(each.display, each.reference, each.date)
        for each in case.chart.metastases
        if not each.lymph_node
        and each.activity.is_present
        and each.verification.is_usable
        and not _is_from_the_start(case, each, staging_days)
    ]
    new.sort(key=lambda each: each.date.latest.toordinal() if each.date else 0, reverse=True)
    return tuple(new)


def _is_from_the_start(case: Case, metastasis: Metastasis, staging_days: int) -> bool:
    """Found within the time of staging, by days that are known."""
    found = metastasis.date
    for diagnosis in case.diagnoses:
        known = diagnosis.onset
        if found and known and (found.latest - known.earliest).days <= staging_days:
            return True
    return False
