"""Are all markers that guidelines ask for tested, and none found?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.evidence import applies
from oncology.findings import Because, BiomarkerEntry
from oncology.guidance.artifact import CARD_STRENGTHS

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, evidence: str) -> Answer:
    """By the finding of the evidence list with id `evidence` for the same chart.

    No when a marker that is due has no result, or when nothing is tested, whatever may be due. A
    marker that is not understood, that may be due, or that an unreadable Observation may
    contradict leaves it unknown.
    """
    if applies(case, evidence) is False:
        return Answer(NO)
    biomarkers = case.finding(evidence).biomarkers
    if biomarkers is None:
        return Answer(UNKNOWN)
    if any(map(_counts, biomarkers.asked + biomarkers.pending)):
        return Answer(NO)
    found = any(entry.is_actionable for entry in biomarkers.resulted)
    contradicted = found and case.chart.hides("Observation")
    if found and not contradicted:
        return Answer(NO)
    tested = list(filter(_counts, biomarkers.resulted))
    doubtful = list(filter(_counts, biomarkers.unknown))
    open_tests = [entry for entry in doubtful if not _may_be_tested(case, entry, evidence)]
    if any(entry.is_due for entry in open_tests) or not (tested or doubtful != open_tests):
        return Answer(NO)
    unclear = contradicted or any(entry.is_actionable is None for entry in biomarkers.resulted)
    if doubtful or unclear or applies(case, evidence) is None:
        return Answer(UNKNOWN)
    names = ", ".join(dict.fromkeys(entry.show for entry in tested))
    newest = max(
        (because for entry in tested for because in entry.because),
        key=lambda each: (each.date.latest.toordinal() if each.date else 0, each.reference),
    )
    return Answer(YES, (Because(f"Not detected: {names}", newest.reference, newest.date),))


def _counts(entry: BiomarkerEntry) -> bool:
    """Whether guidelines ask for the marker; a label or a consensus alone does not."""
    return entry.strength in CARD_STRENGTHS


def _may_be_tested(case: Case, entry: BiomarkerEntry, evidence: str) -> bool:
    if case.chart.hides("Observation", "DiagnosticReport"):
        return True
    row = next(row for row in case.evidence(evidence).active_rows if row.id == entry.row)
    genes = row.genes.get(entry.biomarker, (entry.biomarker,))
    return bool(case.results_on(genes, row.sees))
