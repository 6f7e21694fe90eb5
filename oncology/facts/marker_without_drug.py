"""Is there a tumour marker on file that no drug is labelled for in this cancer?"""

from __future__ import annotations

from oncology.chart.model import Outcome, Result
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.evidence import applies
from oncology.findings import Because
from oncology.variants import matches_change, protein_change

ANSWERS = (YES, NO, UNKNOWN)
_NOTHING, _LABELLED, _UNLABELLED, _DOUBTFUL = "nothing", "labelled", "unlabelled", "doubtful"
_SEES = frozenset({"mutation", "targeted-mutation", "fusion", "copies"})
_V600E = "Val600Glu"


def answer(case: Case, evidence: str) -> Answer:
    """Yes when a driver gene of the evidence list has a variant outside its labelled ones.

    `evidence`: id of the evidence list; it must apply, for its labels are for adults with this
    cancer. No when a labelled marker is there too, since then the label comes first. A result
    that is not understood, or cannot be compared with the labelled ones, may be labelled.
    """
    applied = applies(case, evidence)
    if applied is False:
        return Answer(NO)
    rows = case.evidence(evidence).labelled_changes
    doubtful = case.chart.lacks("Observation", about=frozenset({*rows, "variant"}))
    found: Because | None = None
    for result in case.results_on(rows, _SEES):
        verdict = _stands(result, [rows[name] for name in result.biomarkers if name in rows])
        if verdict == _LABELLED:
            return Answer(NO)
        if verdict == _UNLABELLED:
            name = "::".join(result.biomarkers)
            found = found or Because(f"{name} {result.text}", result.reference, result.date)
        doubtful = doubtful or verdict == _DOUBTFUL
    if doubtful or (found and applied is None):
        return Answer(UNKNOWN)
    return Answer(YES, (found,), text=found.text) if found else Answer(NO)


def _stands(result: Result, labelled: list[list[str]]) -> str:
    """Where a result of a driver gene stands: no finding, labelled, unlabelled or doubtful."""
    if result.outcome is Outcome.UNKNOWN:
        return _DOUBTFUL if result.origin != "germline" else _NOTHING
    if not result.is_actionable or result.origin == "germline":
        return _NOTHING
    change = result.variant.protein if result.variant else None
    forms = [form for forms in labelled for form in forms]
    if not forms or matches_change(change, forms) or (_V600E in forms and "v600e" in result.sees):
        return _LABELLED
    if change is None and "mutation" not in result.sees:
        return _NOTHING
    return _UNLABELLED if protein_change(change) else _DOUBTFUL
