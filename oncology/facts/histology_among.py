"""Is the recorded histology one of these?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, histologies: list[str], unrecorded: str = UNKNOWN) -> Answer:
    """Yes or no by the histology of the diagnosis; `unrecorded` when there is none.

    Two diagnoses of this cancer with different histologies are unknown.
    """
    if case.chart.hides("Condition", about=case.cancers):
        return Answer(UNKNOWN)
    recorded = {
        diagnosis.histology
        for diagnosis in case.diagnoses
        if diagnosis.histology and not diagnosis.histology.endswith("-nos")
    }
    if not recorded:
        return Answer(unrecorded)
    if UNKNOWN in recorded:
        return Answer(UNKNOWN)
    inside = {histology in histologies for histology in recorded}
    if len(inside) > 1:
        return Answer(UNKNOWN)
    return Answer(YES if inside.pop() else NO)
