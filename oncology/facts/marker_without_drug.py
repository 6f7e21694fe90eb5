"""Is there a tumour marker on file that no drug is labelled for in this cancer?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because, Verdict
from oncology.variants import matches_change, protein_change

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, evidence: str) -> Answer:
    """Yes when a driver gene of the evidence list has a variant outside its labelled ones.

    `evidence`: id of the evidence list; it must apply, for its labels are for adults with this
    cancer. No when a labelled marker is there too, since then the label comes first. A change
    that cannot be compared with the labelled ones is unknown.
    """
    if case.finding(evidence).answer is Verdict.DOES_NOT_APPLY:
        return Answer(NO)
    doubtful = case.chart.lacks("Observation")
    rows = case.evidence(evidence).labelled_changes
    found: Because | None = None
    for result in case.results:
        labelled = [rows[name] for name in result.biomarkers if name in rows]
        if not labelled or not result.is_actionable or result.origin == "germline":
            continue
        change = result.variant.protein if result.variant else None
        forms = [form for forms in labelled for form in forms]
        if not forms or matches_change(change, forms):
            return Answer(NO)
        if change is None and "mutation" not in result.sees:
            continue
        if change is not None and protein_change(change) is None:
            doubtful = True
            continue
        name = "::".join(result.biomarkers)
        found = found or Because(f"{name} {result.text}", result.reference, result.date)
    if found:
        return Answer(YES, (found,), text=found.text)
    return Answer(UNKNOWN if doubtful else NO)
