"""Has the cancer come back or grown?"""

from __future__ import annotations

from oncology.chart.model import Activity, Diagnosis
from oncology.dates import PartialDate
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case) -> Answer:
    """Clinical status recurrence or relapse, or a disease status says worsened: the newest such.

    Sources: FHIR condition-clinical; mCODE cancer disease status (LOINC 97509-4).
    """
    for diagnosis in sorted(case.diagnoses, key=lambda each: each.recurred is None):
        if diagnosis.activity in (Activity.RECURRENCE, Activity.RELAPSE):
            text = f"Recorded as {diagnosis.activity.value}"
            because = Because(text, diagnosis.reference, diagnosis.date)
            return Answer(YES, (because,), when=_since_found(case, diagnosis))
    statuses = sorted(
        case.chart.statuses,
        key=lambda each: each.date.latest.toordinal() if each.date else 0,
        reverse=True,
    )
    for status in statuses:
        if status.trend == "progression":
            text = "Disease status worsened"
            return Answer(YES, (Because(text, status.reference, status.date),))
    if any(status.trend is None for status in statuses):
        return Answer(UNKNOWN)
    if case.chart.lacks("Condition", "Observation", about=case.course):
        return Answer(UNKNOWN)
    return Answer(NO)


def _since_found(case: Case, diagnosis: Diagnosis) -> PartialDate | None:
    """A recurrence without a date of its own came some time after the cancer was found."""
    if diagnosis.recurred or diagnosis.date is None:
        return None
    return PartialDate(diagnosis.date.earliest, case.today.latest)
