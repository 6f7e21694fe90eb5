"""Has the blood cancer relapsed or grown, so that older results no longer tell of it?"""

from __future__ import annotations

from datetime import timedelta

from oncology.chart.model import Diagnosis
from oncology.dates import PartialDate
from oncology.facts import recurrent
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, remission_days: int) -> Answer:
    """Yes by a code or clinical status of relapse, or by a disease status of worse.

    When it came back: the day of an entry made after an earlier one of the same cancer. A code
    that says relapse on the only entry may carry that day or the day the cancer was found: between
    then and now. A clinical status keeps the day the cancer was found: `remission_days` after it
    at the earliest.
    """
    back = recurrent.answer(case)
    entry = next(
        (each for each in case.diagnoses if back.because and each.reference == _first(back)), None
    )
    if entry is None or entry.date is None:
        return back
    today = case.today.latest
    earliest = entry.date.earliest
    if _follows_another(case, entry):
        when = entry.date
    elif entry.says_relapse:
        when = PartialDate(earliest, today)
    else:
        when = PartialDate(min(earliest + timedelta(days=remission_days), today), today)
    return Answer(back.value, back.because, when=when)


def _first(back: Answer) -> str:
    return back.because[0].reference


def _follows_another(case: Case, entry: Diagnosis) -> bool:
    """Whether the same cancer is on file with an earlier day."""
    return any(
        each.cancer == entry.cancer
        and each.reference != entry.reference
        and each.date is not None
        and entry.date is not None
        and each.date.latest < entry.date.earliest
        for each in case.chart.diagnoses
    )
