"""What signs are on file that the cancer grew, came back or spread?"""

from __future__ import annotations

from datetime import timedelta

from oncology.chart.model import PAST, Activity, Diagnosis, DiseaseStatus, Metastasis
from oncology.dates import PartialDate
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case, Sign
from oncology.facts.own import is_only_cancer, is_own
from oncology.findings import Because


def growth_signs(case: Case, staging_days: int = 0) -> list[Sign]:
    """Recurrence, relapse and progression, certain or possible.

    A recurrence without a date of its own came `staging_days` after the diagnosis or later.
    Sources: FHIR condition-clinical; mCODE cancer disease status (LOINC 97509-4).
    """
    found = [back_sign(each, _since(case, each, staging_days)) for each in case.diagnoses]
    return [*(sign for sign in found if sign is not None), *status_signs(case)]


def status_signs(case: Case) -> list[Sign]:
    """Progression by a disease status, and what could not be read."""
    found = [_of_status(case, each) for each in case.chart.statuses]
    if case.chart.lacks("Condition", "Observation", about=case.course):
        found.append(Sign(Because("A record could not be read"), is_certain=False))
    return [sign for sign in found if sign is not None]


def spread_signs(case: Case, staging_days: int) -> list[Sign]:
    """Distant metastases that were not there when the cancer was staged, certain or possible.

    Lymph-node metastases alone are regional.
    """
    found = [_of_metastasis(case, each, staging_days) for each in case.chart.metastases]
    return [sign for sign in found if sign is not None]


def answer_by(signs: list[Sign]) -> Answer:
    """Yes by a certain sign, unknown when there are only possible ones; the newest first."""
    ordered = sorted(signs, key=_order)
    certain = tuple(sign.because for sign in ordered if sign.is_certain)
    if certain:
        return Answer(YES, certain[:1], signs=tuple(ordered))
    return Answer(UNKNOWN if signs else NO, signs=tuple(ordered))


def _order(sign: Sign) -> tuple[int, str]:
    date = sign.because.date
    return (-date.latest.toordinal() if date else 0), sign.because.reference


def back_sign(diagnosis: Diagnosis, when: PartialDate | None) -> Sign | None:
    """Recurrence or relapse by the diagnosis itself; possible when its status is not known."""
    if diagnosis.activity is Activity.UNKNOWN:
        text = f"{diagnosis.display}, status not known"
        return Sign(Because(text, diagnosis.reference, diagnosis.date), is_certain=False)
    if diagnosis.activity not in (Activity.RECURRENCE, Activity.RELAPSE):
        return None
    text = f"Recorded as {diagnosis.activity.value}"
    return Sign(Because(text, diagnosis.reference, diagnosis.date), when=when)


def _since(case: Case, diagnosis: Diagnosis, staging_days: int) -> PartialDate | None:
    """As a status, recurrence comes with the day the cancer was first found: it was later."""
    when = diagnosis.when
    if when is None or diagnosis.recurred is not None:
        return when
    latest = max(when.latest, case.today.latest)
    return PartialDate(min(when.earliest + timedelta(days=staging_days), latest), latest)


def _of_status(case: Case, status: DiseaseStatus) -> Sign | None:
    own = is_own(case, status.conditions)
    if own is False or status.trend not in ("progression", None):
        return None
    text = "Disease status worsened" if status.trend else "Disease status not understood"
    because = Because(text, status.reference, status.date)
    return Sign(because, bool(own and status.trend), status.when)


def _of_metastasis(case: Case, each: Metastasis, staging_days: int) -> Sign | None:
    if each.lymph_node or each.activity in PAST:
        return None
    early = _is_from_the_start(case, each, staging_days)
    if early:
        return None
    certain = (
        early is False
        and each.activity.is_present
        and each.verification.is_usable
        and is_only_cancer(case)
    )
    return Sign(Because(each.display, each.reference, each.date), certain, each.when)


def _is_from_the_start(case: Case, metastasis: Metastasis, staging_days: int) -> bool | None:
    """Whether it was found within the time of staging; None when the days do not tell."""
    verdict: bool | None = False
    for diagnosis in case.diagnoses:
        found, known = metastasis.when, diagnosis.onset
        if found is None or known is None:
            verdict = None
        elif (found.latest - known.earliest).days <= staging_days:
            return True
        elif (found.earliest - known.latest).days <= staging_days:
            verdict = None
    return verdict
