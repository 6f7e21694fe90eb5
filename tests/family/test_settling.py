"""The settling set: answered in any way it settles the criterion, and no smaller set does."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings

from oncology.family.completions import Fact
from oncology.family.rule import Rule
from oncology.family.settling import _cases, premise_of, settling_set
from oncology.family.verdict import Verdict
from oncology.family.wording import need_of, question_of
from tests.family.builders import BREAST, COLON, OVARIAN, pedigree, relative
from tests.family.families import RULES, families

_LONG = 500_000


def _settles(verdict: Verdict, chosen: frozenset[Fact]) -> bool:
    """Whether every way of answering leaves one verdict; every one is tried."""
    return all(
        verdict.outcomes(frozenset(way.adds for way in ways) for ways in held.values())
        in ({True}, {False})
        for held in _cases(verdict, chosen)
    )


def _open_facts(verdict: Verdict) -> list[Fact]:
    return list(
        dict.fromkeys(
            fact for ways in verdict.ways.values() for way in ways for fact in way.answers
        )
    )


def _check(rule: Rule, family: tuple) -> None:
    verdict = Verdict(rule, pedigree(*family))
    if verdict.answer is not None or verdict.is_too_open:
        return
    found = settling_set(verdict, most_work=_LONG)
    everything = _open_facts(verdict)
    if verdict.work > _LONG:
        return  # the search was given up: nothing is claimed
    if not _settles(verdict, frozenset(everything)):
        return  # the published words leave it open
    assert _settles(verdict, frozenset(found))
    for smaller in combinations(everything, len(found) - 1):
        asked = frozenset(smaller)
        # A question about a cancer supposes that there was this cancer.
        if any(premise_of(fact, everything) not in (None, *asked) for fact in asked):
            continue
        assert not _settles(verdict, asked), [need_of(each, verdict.pedigree) for each in asked]


@settings(max_examples=150, deadline=None)
@given(families(most=6))
def test_the_settling_set_settles_and_is_the_smallest(family: tuple) -> None:
    """Every set one fact smaller is tried and leaves a verdict open."""
    for rule in RULES.values():
        _check(rule, family)


def _question(rule: str, *family: dict) -> tuple[list[str], str]:
    verdict = Verdict(RULES[rule], pedigree(*family))
    facts = settling_set(verdict)
    needs = [need_of(each, verdict.pedigree) for each in facts]
    return needs, question_of(facts[0], verdict.pedigree) if facts else ""


def test_one_age_is_asked_for_when_it_decides() -> None:
    """Mother at an age not told and grandmother at 45: seven or eight points."""
    family = relative("a", "MTH", BREAST), relative("b", "MGRMTH", (BREAST, 45))
    assert _question("pat", *family) == (
        ["the age of the mother at breast cancer"],
        "How old was the mother when her breast cancer was found?",
    )


def test_a_side_is_asked_for() -> None:
    """Three points of the mother and five of an aunt meet on one line or do not."""
    family = relative("a", "MTH", (BREAST, 60)), relative("b", "AUNT", (OVARIAN, 60))
    assert _question("pat", *family) == (
        ["the side of the aunt, mother's or father's"],
        "Is the aunt on the mother's or the father's side?",
    )


def test_a_link_is_asked_for() -> None:
    """Mother, her sister and a cousin: Amsterdam needs to know whose child the cousin is."""
    family = (
        relative("a", "FTH", (COLON, 60)),
        relative("b", "MAUNT", (COLON, 45)),
        relative("c", "MUNCLE", (COLON, 55)),
        relative("d", "MCOUSN", (COLON, 52)),
    )
    needs, question = _question("amsterdam2", *family)
    assert len(needs) == 2
    assert question == "Are the maternal aunt and the maternal cousin parent and child?"


def test_nothing_is_asked_when_no_answer_can_change_it() -> None:
    """A missing age that leaves the score below either way is not asked for."""
    assert _question("pat", relative("a", "MTH", BREAST)) == ([], "")
