"""Are all markers that guidelines ask for tested, and none found?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because, Verdict

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, evidence: str) -> Answer:
    """By the finding of the evidence list with id `evidence` for the same chart."""
    finding = case.finding(evidence)
    biomarkers = finding.biomarkers
    if biomarkers is None or finding.answer is Verdict.DOES_NOT_APPLY:
        return Answer(NO)
    due = biomarkers.asked + biomarkers.pending
    if any(entry.strength != "label" for entry in due):
        return Answer(NO)
    if any(entry.is_actionable for entry in biomarkers.resulted):
        return Answer(NO)
    if any(entry.strength != "label" for entry in biomarkers.unknown):
        return Answer(UNKNOWN)
    tested = [entry for entry in biomarkers.resulted if entry.strength != "label"]
    if not tested:
        return Answer(NO)
    names = ", ".join(dict.fromkeys(entry.show for entry in tested))
    newest = max(
        (because for entry in tested for because in entry.because),
        key=lambda each: each.date.latest.toordinal() if each.date else 0,
    )
    return Answer(YES, (Because(f"Not detected: {names}", newest.reference, newest.date),))
