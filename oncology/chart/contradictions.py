"""Results of one day that contradict each other: neither is believed."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from oncology.chart.model import Outcome, Result

CONTRADICTION = "contradicts another result of the same day"
_VERDICTS = frozenset({Outcome.POSITIVE, Outcome.NEGATIVE})


def settle(results: list[Result]) -> list[Result]:
    """The same results; those found and not found on one day by one kind of test are unknown.

    Sequencing is left as it is: several changes of a gene are reported side by side.
    """
    verdicts: defaultdict[tuple[object, ...], set[Outcome]] = defaultdict(set)
    for result in results:
        if result.variant is None and result.outcome in _VERDICTS:
            verdicts[_test(result)].add(result.outcome)
    if all(len(found) == 1 for found in verdicts.values()):
        return results
    return [
        replace(result, outcome=Outcome.UNKNOWN, text="contradictory", problem=CONTRADICTION)
        if result.variant is None and verdicts[_test(result)] >= _VERDICTS
        else result
        for result in results
    ]


def _test(result: Result) -> tuple[object, ...]:
    """What makes two results answers to one question; an undated one stands alone."""
    day = result.date if result.date and result.date.is_day else result.reference
    return result.biomarkers, result.sees, result.origin, result.cancer, result.conditions, day
