"""What is the patient's sex, for a rule that depends on it?"""

from __future__ import annotations

from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

ANSWERS = ("female", "male", UNKNOWN)
_NOT_KNOWN = Answer(UNKNOWN, needs=("sex",), question="Which sex was recorded at birth?")


def answer(case: Case) -> Answer:
    """Sex at birth, else administrative gender; a diagnosis code that contradicts it: unknown."""
    person = case.chart.person
    coded = {diagnosis.sex for diagnosis in case.diagnoses if diagnosis.sex}
    if person.sex is None:
        return Answer(coded.pop()) if len(coded) == 1 else _NOT_KNOWN
    if coded - {person.sex}:
        return _NOT_KNOWN
    told = (Because("Male", person.reference),) if person.sex == "male" else ()
    return Answer(person.sex, told)
