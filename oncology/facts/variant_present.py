"""Does a result on file show one of these protein changes?"""

from __future__ import annotations

from oncology.chart.model import Outcome, Result
from oncology.facts.case import NOT_TESTED, UNKNOWN, Answer, Case
from oncology.findings import Because
from oncology.variants import matches_change, protein_change

POSITIVE, NEGATIVE = "positive", "negative"
ANSWERS = (POSITIVE, NEGATIVE, NOT_TESTED, UNKNOWN)
_SEES = frozenset({"mutation", "targeted-mutation", "v600e"})
# What a method must see for its "not found" to exclude the change.
_WHOLE = frozenset({"mutation", "v600e"})


def answer(case: Case, gene: str, changes: list[str]) -> Answer:
    """Positive when the change is reported, negative when the gene was tested without it.

    A change found whose description cannot be compared, or a result that is not understood,
    makes it unknown; a failed or pending test is none.
    """
    is_tested = False
    doubtful = case.chart.lacks("Observation", about=frozenset({gene, "variant"}))
    for result in case.results_on((gene,), _SEES):
        if result.origin == "germline" or not _SEES.intersection(result.sees):
            continue
        verdict = _is_there(result, changes)
        if verdict:
            text = f"{gene} {result.text}"
            return Answer(POSITIVE, (Because(text, result.reference, result.date),))
        doubtful = doubtful or verdict is None
        is_tested = is_tested or _answers(result, changes)
    if doubtful:
        return Answer(UNKNOWN)
    return Answer(NEGATIVE if is_tested else NOT_TESTED)


def _answers(result: Result, changes: list[str]) -> bool:
    """Whether a usable result speaks of the change; one change not found clears no other."""
    if result.outcome is not Outcome.NEGATIVE:
        return result.outcome.is_usable
    change = result.variant.protein if result.variant else None
    return bool(result.sees & _WHOLE) or matches_change(change, changes)


def _is_there(result: Result, changes: list[str]) -> bool | None:
    """Whether a result shows the change; None when it cannot be told."""
    if result.outcome is Outcome.UNKNOWN:
        return None
    if not result.is_actionable:
        return False
    change = result.variant.protein if result.variant else None
    if "v600e" in result.sees or matches_change(change, changes):
        return True
    return False if protein_change(change) else None
