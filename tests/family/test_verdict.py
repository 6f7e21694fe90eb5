"""The verdict follows only the most and the least that each person may add: is that enough?"""

from __future__ import annotations

from hypothesis import given, settings

from oncology.family.completions import completions
from oncology.family.rule import ALONE, covers
from oncology.family.verdict import MOST_STATES, Verdict
from tests.family.builders import pedigree
from tests.family.families import RULES, families


def _every(verdict: Verdict) -> set[bool | None] | None:
    """What the rule comes to in every family there may be; None when those are too many."""
    rule = verdict.rule
    sums = {rule.start}
    for ways in verdict.ways.values():
        adds = {way.adds for way in ways}
        sums = {known if each is None else rule.add(known, each) for known in sums for each in adds}
        if len(sums) > MOST_STATES:
            return None
    return {rule.met(each) for each in sums}


@settings(max_examples=150, deadline=None)
@given(families(most=6))
def test_the_most_and_the_least_decide(family: tuple) -> None:
    """Going through every family the record may stand for comes to the same answer."""
    read = pedigree(*family)
    for name, rule in RULES.items():
        verdict = Verdict(rule, read)
        every = _every(verdict)
        if every is None or verdict.is_too_open or verdict.may_be_more:
            continue
        assert verdict.answer is (next(iter(every)) if len(every) == 1 else None), name


@settings(max_examples=100, deadline=None)
@given(families(most=6))
def test_whoever_is_passed_over_adds_nothing(family: tuple) -> None:
    """One without a cancer or trait that a criterion is about is no part of its sum."""
    read = pedigree(*family)
    for name, rule in RULES.items():
        contributors = set(Verdict(rule, read).contributors)
        if rule.needs_own and 0 not in contributors:
            continue
        for place in set(range(len(read.people))) - contributors:
            ways = completions(read, place, rule)
            assert ways is None or [each.adds for each in ways] == [None], name


@settings(max_examples=100, deadline=None)
@given(families(most=5))
def test_a_criterion_of_the_patient_is_never_met_by_relatives_alone(family: tuple) -> None:
    """Where a criterion needs an own cancer, relatives are looked at only beside one."""
    read = pedigree(*family)
    for name, rule in RULES.items():
        if not rule.needs_own:
            continue
        sums = {rule.start}
        for place in range(1, len(read.people)):
            ways = completions(read, place, rule) or []
            adds = {way.adds for way in ways} or {None}
            sums = {
                known if each is None else rule.add(known, each) for known in sums for each in adds
            }
            if len(sums) > MOST_STATES:
                break
        assert not any(rule.met(each) for each in sums), name


def test_what_holds_more_covers_what_holds_less() -> None:
    """Counts, yes and no, sets and their parts; other paths cannot be compared."""
    assert covers((1, True, frozenset("ab")), (1, False, frozenset("a")))
    assert not covers((1, True), (2, False))
    assert not covers(("MS", True), ("FS", False))
    assert covers(ALONE, ("MS", True))
    assert covers((0, 0), None)
    assert not covers(None, (0, 0))
