"""Did the patient have a second primary breast cancer?"""

from __future__ import annotations

from oncology.chart.model import Activity, Diagnosis
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.family.own import is_in_both_breasts
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, apart_days: int) -> Answer:
    """Yes for cancer in the left and in the right breast; unknown for two that were found more than
    `apart_days` apart, of which the sides do not tell: the later may be a recurrence.

    The same cancer is often recorded twice: two records alone are no second primary. Source:
    ASCO-SSO 2024, doi:10.1200/JCO.23.02225; the days are our choice.
    """
    because = tuple(Because(_said(each), each.reference, each.date) for each in case.diagnoses)
    if is_in_both_breasts(case.chart):
        return Answer(YES, because)
    primaries = [each for each in case.diagnoses if each.activity is not Activity.RECURRENCE]
    found = sorted(each.onset.latest for each in primaries if each.onset and not each.recurred)
    if found and (found[-1] - found[0]).days > apart_days:
        return Answer(UNKNOWN, because)
    if case.chart.lacks("Condition", about=case.cancers):
        return Answer(UNKNOWN)
    return Answer(NO)


def _said(diagnosis: Diagnosis) -> str:
    return f"{diagnosis.display}, {diagnosis.side}" if diagnosis.side else diagnosis.display
