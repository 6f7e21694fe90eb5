"""Was the cancer found at or below this age?"""

from __future__ import annotations

from oncology.chart.ages import age_at_diagnosis
from oncology.chart.model import Activity
from oncology.chart.repeats import first_told
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_OVER = (Activity.RESOLVED, Activity.INACTIVE, Activity.REMISSION)


def answer(case: Case, at_most: int) -> Answer:
    """Yes, no, or unknown when the recorded dates leave both open.

    The age is an interval: a diagnosis known only by the day it was recorded was made at that
    age or before. The youngest diagnosis of this cancer decides. "History of" beside a past
    diagnosis with its date is the same cancer told twice.
    """
    verdicts = []
    told = any(each.activity in _OVER and each.onset for each in case.diagnoses)
    first, repeats = first_told(case.diagnoses)
    for diagnosis in (*first, *repeats):
        age = age_at_diagnosis(case.chart.person, diagnosis, case.today)
        verdict = age.below(at_most + 1)
        if verdict:
            text = f"{diagnosis.display} at {age.words()}"
            return Answer(YES, (Because(text, diagnosis.reference, diagnosis.date),))
        if verdict is None and told and diagnosis.activity is Activity.HISTORY:
            continue
        verdicts.append(verdict)
    if None in verdicts or not verdicts or case.chart.lacks("Condition", about=case.cancers):
        return Answer(UNKNOWN)
    return Answer(NO)
