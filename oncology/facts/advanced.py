"""Is the disease advanced?"""

from __future__ import annotations

import re

from oncology.chart.model import PAST, Activity, Metastasis
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.own import is_only_cancer, own_stages
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
# A word of denial before the word in the same clause: "no evidence of metastatic disease".
_DENIED = re.compile(r"\b(?:no|not|non|without|free of|negative for|rule out)\b[^.;,]*\Z")
_BACK = (Activity.RECURRENCE, Activity.RELAPSE)


def answer(  # noqa: PLR0913, PLR0917  one list for each way a record says it
    case: Case,
    stages: list[str],
    early: list[str],
    m: list[str],
    words: list[str],
    spread: str = YES,
) -> Answer:
    """Advanced by this cancer's own lists; in neither list means unknown, never no.

    `stages`, `early`: stage groups that are and are not advanced; `m`: M categories that are;
    `words`: words of the diagnosis' own text that say so; with "recurrent" among them the
    clinical status recurrence or relapse says it too. Distant disease overrides an early stage.
    Lymph-node metastases (C77) alone are regional, and a cancer that came back is no longer at
    the stage it was found in: they make "no" unknown. With `spread` "unknown" a distant
    metastasis is not enough by itself.
    """
    distant = _distant(case)
    if distant is not None and distant.value == YES and spread == YES:
        return distant
    unread = case.chart.lacks("Condition", "Observation", about=case.course)
    doubtful = distant is not None or unread
    is_early: Because | None = None
    for stage in own_stages(case):
        text = Because(f"Stage {stage.value}", stage.reference, stage.date)
        if stage.value is None:
            doubtful = True
        elif stage.kind == "m-category" or stage.value.startswith("M"):
            if stage.value in m:
                return Answer(YES, (Because(f"{stage.value}", stage.reference, stage.date),))
            doubtful = doubtful or (stage.value.startswith("M1") and spread != YES)
        elif stage.value in stages:
            return Answer(YES, (text,))
        elif stage.value in early:
            is_early = is_early or text
        else:
            doubtful = True
    stated = _stated(case, words)
    if stated:
        return Answer(YES, (stated,))
    is_back = any(each.activity in (*_BACK, Activity.UNKNOWN) for each in case.diagnoses)
    if is_early and not doubtful and not is_back:
        return Answer(NO, (is_early,))
    return Answer(UNKNOWN)


def _distant(case: Case) -> Answer | None:
    """Distant metastases on file: yes, or unknown when they are doubtful or could be regional."""
    doubtful: Answer | None = None
    single = is_only_cancer(case)
    for each in case.chart.metastases:
        if each.lymph_node:
            doubtful = doubtful or Answer(UNKNOWN)
        elif single and each.verification.is_usable and each.activity.is_present:
            return Answer(YES, (_because(each),))
        elif each.activity not in PAST:
            doubtful = Answer(UNKNOWN)
    return doubtful


def _because(metastasis: Metastasis) -> Because:
    return Because(metastasis.display, metastasis.reference, metastasis.date)


def _stated(case: Case, words: list[str]) -> Because | None:
    for diagnosis in case.diagnoses:
        text = diagnosis.words
        for word in words:
            before, found, _ = text.partition(word)
            if found and not _DENIED.search(before):
                return Because(f"Recorded as {word}", diagnosis.reference, diagnosis.date)
        if "recurrent" in words and diagnosis.activity in _BACK:
            text = f"Recorded as {diagnosis.activity.value}"
            return Because(text, diagnosis.reference, diagnosis.date)
    return None
