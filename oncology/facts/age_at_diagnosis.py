"""Was the cancer found at or below this age?"""

from __future__ import annotations

from oncology.chart.model import Diagnosis
from oncology.dates import Span
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, at_most: int) -> Answer:
    """Yes, no, or unknown when the recorded dates leave both open.

    The age is an interval: a diagnosis known only by the day it was recorded was made at that
    age or before. The youngest diagnosis of this cancer decides.
    """
    verdicts = []
    for diagnosis in case.diagnoses:
        age = age_at_diagnosis(case, diagnosis)
        verdict = age.below(at_most + 1)
        if verdict:
            text = f"{diagnosis.display} at {age.words()}"
            return Answer(YES, (Because(text, diagnosis.reference, diagnosis.date),))
        verdicts.append(verdict)
    if None in verdicts or not verdicts or case.chart.lacks("Condition", about=case.cancers):
        return Answer(UNKNOWN)
    return Answer(NO)


def age_at_diagnosis(case: Case, diagnosis: Diagnosis) -> Span:
    """Age in completed years when the cancer was found, as an interval.

    All that is recorded counts; what contradicts itself tells nothing.
    """
    person = case.chart.person
    age = diagnosis.onset_age
    if diagnosis.onset is not None:
        age = age.within(person.age_on(diagnosis.onset))
    latest = diagnosis.recorded or case.today
    return age.within(Span(0, person.age_on(latest).high))
