"""The settling set: answered in any way it settles the criterion, and no smaller set does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import combinations, product
from math import comb

import pytest
from hypothesis import given, settings

from oncology.family.completions import Completion, Fact
from oncology.family.hitting import smallest_hitting
from oncology.family.rule import SIDE
from oncology.family.search import premise_of
from oncology.family.settling import open_facts, settling_set
from oncology.family.verdict import Verdict
from oncology.family.wording import need_of, question_of
from tests.family.builders import BREAST, COLON, OVARIAN, pedigree, relative
from tests.family.families import RULES, families, nearly_recorded

_LONG = 500_000
_MOST_SUMS, _MOST_SETS = 2_000, 300


class TooMany(Exception):
    """More than is tried here."""


def settles(verdict: Verdict, chosen: frozenset[Fact]) -> bool:
    """Whether every way of answering leaves one verdict.

    Every two families that answer alike are put to the rule; nothing is left out as covered by
    something else, as the search does. Raises TooMany.
    """
    rule = verdict.rule
    sums = {(rule.start, rule.start)}
    for ways in sorted(verdict.ways.values(), key=len):
        alike: dict[tuple[Hashable, ...], list[Completion]] = {}
        for way in ways:
            key = tuple(way.answers.get(fact) for fact in sorted(chosen, key=str))
            alike.setdefault(key, []).append(way)
        pairs = {
            (one.adds, other.adds)
            for group in alike.values()
            for one, other in product(group, group)
        }
        sums = {
            tuple(
                state if adds is None else rule.add(state, adds)
                for state, adds in zip(known, pair, strict=True)
            )
            for known in sums
            for pair in pairs
        }  # type: ignore[assignment]
        if len(sums) > _MOST_SUMS:
            raise TooMany
    return all(
        rule.met(one) is not None and rule.met(one) == rule.met(other) for one, other in sums
    )


def check(name: str, family: tuple) -> str:
    """Compare the search with trying every smaller set; says what became of it."""
    verdict = Verdict(RULES[name], pedigree(*family))
    if verdict.answer is not None or verdict.is_too_open:
        return "settled"
    found = settling_set(verdict, most_work=_LONG)
    everything = open_facts(verdict)
    if not found and verdict.is_unread:
        return "left to the record"
    if verdict.work > _LONG or comb(len(everything), max(0, len(found) - 1)) > _MOST_SETS:
        return "too many"
    try:
        if not settles(verdict, frozenset(everything)):
            return "left to words"
        assert settles(verdict, frozenset(found)), name
        for smaller in combinations(everything, len(found) - 1):
            asked = frozenset(smaller)
            # A question about a cancer supposes that there was this cancer.
            if any(premise_of(fact, everything) not in (None, *asked) for fact in asked):
                continue
            told = [need_of(each, verdict.pedigree) for each in asked]
            assert not settles(verdict, asked), (name, told)
    except TooMany:
        return "too many"
    return "proven"


@settings(max_examples=80, deadline=None)
@given(families(most=6))
def test_the_settling_set_settles_and_is_the_smallest(family: tuple) -> None:
    """Every set one fact smaller is tried and leaves a verdict open."""
    for name in RULES:
        check(name, family)


@settings(max_examples=40, deadline=None)
@given(nearly_recorded(relatives=12))
def test_it_is_the_smallest_in_families_of_twelve(family: tuple) -> None:
    """Twelve relatives, some facts of them not recorded."""
    for name in RULES:
        check(name, family)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_it_is_the_smallest_in_many_families_of_twelve() -> None:
    """The same for a thousand families, so that nearly all open criteria are tried in full."""
    became: Counter[str] = Counter()

    @settings(max_examples=1000, deadline=None, database=None)
    @given(nearly_recorded(relatives=12))
    def many(family: tuple) -> None:
        became.update(check(name, family) for name in RULES)

    many()
    print(dict(became))
    assert became["proven"] > 10 * became["too many"], became


def test_the_smallest_hitting_set_is_that_of_trying_all() -> None:
    """Every choice of bits is tried for some sets, with and without premises."""
    families_of_sets = ([0b110, 0b011], [0b1, 0b10, 0b100], [0b1100, 0b0110, 0b1010], [])
    for sets in families_of_sets:
        for premises in ([1, 2, 4, 8], [1, 3, 4, 12]):
            found = smallest_hitting(sets, premises)
            closed = [
                choice
                for choice in range(16)
                if all(not choice >> bit & 1 or not premises[bit] & ~choice for bit in range(4))
                and all(choice & each for each in sets)
            ]
            assert found in closed
            assert found.bit_count() == min(each.bit_count() for each in closed)


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
    assert question == (
        "Are the mother's sister and the cousin on the mother's side parent and child?"
    )


@pytest.mark.parametrize(
    ("unsided", "others"),
    [
        ("AUNT", [("MTH", 45), ("MGRFTH", 60)]),
        ("HSIS", [("MTH", 45), ("MGRMTH", 60)]),
        ("GRMTH", [("MTH", 45), ("MAUNT", 60)]),
        ("HBRO", [("MTH", 45), ("SIS", 60)]),
    ],
)
def test_a_side_leaves_no_link_to_ask_for(unsided: str, others: list[tuple[str, int]]) -> None:
    """On the mother's side all three are linked, on the father's they are not: HSIS is no parent
    of the patient's mother, and the mother and her sister are not parent and child.
    """
    known = [relative(code, code, (COLON, age)) for code, age in others]
    needs, _ = _question("amsterdam2", relative("a", unsided, (COLON, 60)), *known)
    label = pedigree(relative("a", unsided)).people[1].label
    assert needs == [f"the side of the {label}, mother's or father's"]


def test_a_side_answered_decides_as_the_side_recorded_does() -> None:
    """The aunt of one side meets Amsterdam II with the mother and grandfather, the other not."""
    rest = relative("b", "MTH", (COLON, 45)), relative("c", "MGRFTH", (COLON, 60))
    answers = [
        Verdict(RULES["amsterdam2"], pedigree(relative("a", code, (COLON, 60)), *rest)).answer
        for code in ("AUNT", "MAUNT", "PAUNT")
    ]
    assert answers == [None, True, False]


def test_a_cousin_of_an_open_side_may_still_be_her_child() -> None:
    """Aunt and uncle of the mother's side: only on that side may the cousin be of either."""
    needs, _ = _question(
        "amsterdam2",
        relative("a", "MAUNT", (COLON, 45)),
        relative("b", "MUNCLE", (COLON, 60)),
        relative("c", "COUSN", (COLON, 60)),
    )
    assert sum(each.endswith("are parent and child") for each in needs) == 2


@pytest.mark.parametrize(
    ("rule", "other"),
    [("pat", ("MAUNT", 55)), ("fhat", ("MAUNT", 55)), ("pat", ("MTH", 40))],
)
def test_the_sex_of_a_parent_is_the_side(rule: str, other: tuple[str, int]) -> None:
    """A parent not said which, the only one and beside a mother with the same cancer."""
    code, age = other
    needs, _ = _question(
        rule, relative("a", "PRN", (BREAST, 40)), relative("b", code, (BREAST, age))
    )
    assert "the sex of the parent" in needs
    assert not [each for each in needs if each.startswith("the side")]


@pytest.mark.parametrize("rule", [name for name, rule in RULES.items() if SIDE in rule.asks])
@pytest.mark.parametrize("other", ["MAUNT", "MTH", "FTH"])
@pytest.mark.parametrize("cancer", [BREAST, COLON])
def test_the_sex_of_a_parent_opens_only_what_it_decides(
    rule: str, other: str, cancer: dict
) -> None:
    """Not told, a criterion that asks for the side is open just where the two sexes differ."""
    known = relative("b", other, (cancer, 45))
    told = [{"sex": {"coding": [{"code": sex}]}} for sex in ("female", "male")]
    either = {
        Verdict(RULES[rule], pedigree(relative("a", "PRN", (cancer, 45), **sex), known)).answer
        for sex in told
    }
    answer = Verdict(RULES[rule], pedigree(relative("a", "PRN", (cancer, 45)), known)).answer
    assert answer == (either.pop() if len(either) == 1 else None)


def test_each_question_speaks_of_the_relative_to_the_clinician() -> None:
    """The father's brother, and one of two sisters of the mother."""
    uncle = relative("a", "PUNCLE", COLON), relative("b", "PGRMTH", (COLON, 60))
    assert _question("amsterdam2", *uncle, relative("c", "FTH", (COLON, 62)))[1] == (
        "How old was the father's brother when his colorectal cancer was found?"
    )
    aunts = relative("a", "MAUNT", BREAST), relative("b", "MAUNT", (BREAST, 45))
    assert _question("pat", *aunts)[1] == (
        "How old was the mother's sister (maternal aunt 1) when her breast cancer was found?"
    )


def test_nothing_is_asked_when_no_answer_can_change_it() -> None:
    """A missing age that leaves the score below either way is not asked for."""
    assert _question("pat", relative("a", "MTH", BREAST)) == ([], "")
