"""Has the blood cancer relapsed or grown, so that older results no longer tell of it?"""

from __future__ import annotations

from datetime import timedelta

from oncology.chart.model import Diagnosis
from oncology.dates import PartialDate
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.growth import answer_by, back_sign, status_signs

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, remission_days: int) -> Answer:
    """Yes by a code or clinical status of relapse, or by a disease status of worse.

    When it came back: the day of an entry made after an earlier one of the same cancer. A code
    that says relapse on the only entry may carry that day or the day the cancer was found: between
    then and now. A clinical status keeps the day the cancer was found: `remission_days` after it
    at the earliest.
    """
    found = [
        back_sign(each, _when(case, each, timedelta(days=remission_days)))
        for each in case.diagnoses
    ]
    return answer_by([sign for sign in found if sign is not None] + status_signs(case))


def _when(case: Case, entry: Diagnosis, remission: timedelta) -> PartialDate | None:
    known = entry.when
    if known is None:
        return None
    follows = _follows_another(case, entry)
    if follows:
        return known
    latest = max(known.latest, case.today.latest)
    if entry.says_relapse or follows is None:
        return PartialDate(known.earliest, latest)
    return PartialDate(min(known.earliest + remission, latest), latest)


def _follows_another(case: Case, entry: Diagnosis) -> bool | None:
    """Whether the same cancer is on file with an earlier day; None when that cannot be told."""
    verdict: bool | None = None if case.chart.hides("Condition", about=case.cancers) else False
    for each in case.chart.diagnoses:
        if each.cancer != entry.cancer or each.reference == entry.reference:
            continue
        if each.when is None or entry.when is None:
            verdict = None
        elif each.when.latest < entry.when.earliest:
            return True
        elif each.when.earliest < entry.when.latest:
            verdict = None
    return verdict
