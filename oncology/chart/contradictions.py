"""Results of one day that contradict each other: neither is believed."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from oncology.chart.model import Outcome, Result

CONTRADICTION = "contradicts another result of the same day"
_CROSSED = {"text": "contradictory", "problem": CONTRADICTION}
_UNREAD = {"text": "in doubt: another result of it could not be read"}
_VERDICTS = (Outcome.POSITIVE, Outcome.NEGATIVE)
_TELLING = (*_VERDICTS, Outcome.UNKNOWN)


def settle(results: list[Result], unread: frozenset[str] = frozenset()) -> list[Result]:
    """The same results; those of one kind of test that may be of one day and differ are unknown.

    A result that is not understood may differ; so may one of the biomarkers `unread`, of which
    a result is there and could not be read. Sequencing is left as it is: several changes of a
    gene are reported side by side.
    """
    tests: defaultdict[tuple[object, ...], list[Result]] = defaultdict(list)
    for result in results:
        if result.variant is None and result.outcome in _TELLING:
            tests[_test(result)].append(result)
    doubts = {
        id(result): doubt
        for group in tests.values()
        for result in group
        if result.outcome in _VERDICTS and (doubt := _doubt(result, group, unread))
    }
    if not doubts:
        return results
    return [
        replace(each, outcome=Outcome.UNKNOWN, **doubts[id(each)]) if id(each) in doubts else each
        for each in results
    ]


def _doubt(result: Result, group: list[Result], unread: frozenset[str]) -> dict[str, str]:
    """What to say instead of a result; nothing where nothing speaks against it."""
    if any(_may_cross(result, other) for other in group):
        return _CROSSED
    return _UNREAD if not unread.isdisjoint(result.biomarkers) else {}


def _test(result: Result) -> tuple[object, ...]:
    """What makes two results answers to one question."""
    return result.biomarkers, result.sees, result.origin, result.cancer, result.conditions


def _may_cross(result: Result, other: Result) -> bool:
    """Whether they differ and may be of one day; one without a date may be of any."""
    if result.outcome is other.outcome:
        return False
    if result.when is None or other.when is None:
        return True
    return result.when.earliest <= other.when.latest and other.when.earliest <= result.when.latest
