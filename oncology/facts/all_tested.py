"""Are all markers that guidelines ask for tested, and none found?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because, BiomarkerEntry, Verdict

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, evidence: str) -> Answer:
    """By the finding of the evidence list with id `evidence` for the same chart.

    A marker without any result makes it no, whether or not the marker is due.
    """
    finding = case.finding(evidence)
    biomarkers = finding.biomarkers
    if biomarkers is None or finding.answer is Verdict.DOES_NOT_APPLY:
        return Answer(NO)
    due = biomarkers.asked + biomarkers.pending
    if any(entry.strength != "label" for entry in due):
        return Answer(NO)
    if any(entry.is_actionable for entry in biomarkers.resulted):
        return Answer(NO)
    doubtful = [entry for entry in biomarkers.unknown if entry.strength != "label"]
    if doubtful and not all(_may_be_tested(case, entry, evidence) for entry in doubtful):
        return Answer(NO)
    if doubtful:
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


def _may_be_tested(case: Case, entry: BiomarkerEntry, evidence: str) -> bool:
    chart = case.chart
    if chart.hides("Observation", "DiagnosticReport"):
        return True
    if any(report.is_final is None for report in chart.reports):
        return True
    row = next(row for row in case.evidence(evidence).active_rows if row.id == entry.row)
    genes = row.genes.get(entry.biomarker, (entry.biomarker,))
    return any(set(genes).intersection(result.biomarkers) for result in chart.results)
