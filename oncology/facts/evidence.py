"""What does the evidence list of the same cancer say, for facts that build on it?"""

from __future__ import annotations

from oncology.facts.case import Case
from oncology.findings import Verdict


def applies(case: Case, evidence: str) -> bool | None:
    """Whether the evidence list applies to this chart; None when it may not."""
    finding = case.finding(evidence)
    if finding.answer is Verdict.DOES_NOT_APPLY:
        return False
    if finding.biomarkers is None or any(each.fact == "adult" for each in finding.unresolved):
        return None
    return True
