"""Did the cancer grow or come back after a drug of this group was started?"""

from __future__ import annotations

from oncology.dates import PartialDate
from oncology.facts import prior_drug, recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.spread_or_recurrence import new_metastases
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, group: str, staging_days: int) -> Answer:
    """Yes when progression, recurrence or a new metastasis is on file after the drug's start.

    A metastasis found within `staging_days` of the diagnosis is not new.
    """
    drug = prior_drug.answer(case, group)
    growth = recurrent.answer(case)
    signs = (*growth.because, *new_metastases(case, staging_days))
    if drug.value == NO or (growth.value == NO and not signs):
        return Answer(NO)
    if drug.value == UNKNOWN:
        return Answer(UNKNOWN)
    verdicts = [_is_since(case, sign, drug.because[0].date) for sign in signs]
    if True in verdicts:
        return Answer(YES, (signs[verdicts.index(True)], *drug.because))
    return Answer(UNKNOWN if None in verdicts or growth.value == UNKNOWN else NO)


def _is_since(case: Case, sign: Because, started: PartialDate | None) -> bool | None:
    """Whether growth is dated at the drug's start or later; None when the dates do not tell."""
    grew = sign.date
    if started is None or grew is None:
        return None
    if grew.earliest >= started.latest:
        return True
    # "Recurrence" as the status of a diagnosis comes with the day the cancer was first found.
    of_diagnosis = sign.reference in {diagnosis.reference for diagnosis in case.diagnoses}
    return False if grew.latest < started.earliest and not of_diagnosis else None
