"""Germline tests of single changes: whether they looked for those known in family or tumour."""

from __future__ import annotations

from collections.abc import Sequence

from oncology.chart.model import Outcome, Result, Variant
from oncology.chart.variants import coding_change, is_same_change

_ONE_CHANGE = {"targeted-mutation"}


def is_of_one_change(result: Result) -> bool:
    """Whether a germline result tells of one change alone: one that was not found, or one that
    was and is not classed pathogenic. Neither says that the gene has no other.
    """
    if result.origin != "germline" or result.variant is None:
        return False
    if result.outcome is Outcome.NEGATIVE:
        return result.sees == _ONE_CHANGE
    return result.outcome is Outcome.POSITIVE and not result.is_actionable


def looked_for(changes: Sequence[Variant], tests: Sequence[Result]) -> bool | None:
    """Whether these tests of one gene looked for each of its known changes.

    None: perhaps; one of the changes is not named, or not as the test names it, or the test found
    something else and may have read the whole gene. Without a known change it is False.
    """
    found = [_is_answered(change, tests) for change in changes]
    if not found or False in found:
        return False
    return None if None in found else True


def told_apart(changes: Sequence[Variant]) -> list[Variant]:
    """The changes of one gene in one person; one without a name is one of the named."""
    named = [each for each in changes if coding_change(each) or each.protein]
    return named or list(changes)


def _is_answered(change: Variant, tests: Sequence[Result]) -> bool | None:
    same = [each.variant and is_same_change(change, each.variant) for each in tests]
    if True in same:
        return True
    is_open = None in same or any(each.outcome is Outcome.POSITIVE for each in tests)
    return None if is_open else False
