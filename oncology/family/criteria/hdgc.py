"""Do patient and family meet the criteria for hereditary diffuse gastric cancer (2020)?"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from oncology.family.paths import degrees_between
from oncology.family.rule import ALONE, BILATERAL, HISTOLOGY, Member, Rule, together

_GASTRIC, _DIFFUSE, _LOBULAR = "gastric_gej", ("diffuse", "telling"), ("lobular", "telling")
_NEAR = 2


def rule(young_below: int, lobular_below: int) -> Rule:
    """Family, relatives of first or second degree of each other: two gastric cancers, one diffuse;
    diffuse gastric and, in another, lobular breast before `lobular_below`; or two with lobular
    breast before `young_below`. Patient: diffuse gastric before `young_below`; diffuse gastric and
    lobular breast, both before `lobular_below`; or lobular in both breasts before it.

    Ethnicity, cleft lip and signet-ring cells in situ are not read. Source: IGCLC 2020, Blair,
    Lancet Oncol 21:e386.
    """

    def counts(member: Member) -> Any:
        gastric = diffuse = early = late = False
        for each in member.tumours:
            if each.site == _GASTRIC:
                gastric = True
                diffuse = diffuse or each.histology in _DIFFUSE
            elif each.histology in _LOBULAR and not each.is_in_situ:
                early = early or each.age < young_below
                late = late or each.age < lobular_below
        if not member.path and _by_itself(member, diffuse, late, young_below, lobular_below):
            return ALONE
        if not (gastric or early or late):
            return None
        return "one", member.place, member.path, gastric, diffuse, early, late

    def met(state: frozenset[Any]) -> bool | None:
        if ALONE in state:
            return True
        people = [each for each in state if isinstance(each, tuple)]
        pairs = [
            _are_near(one[2], other[2])
            for one, other in combinations(people, 2)
            if _together(one, other)
        ]
        return True if True in pairs else None if None in pairs else False

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({_GASTRIC, "breast"}),
        stand_ins=(_GASTRIC, "breast"),
        cuts=(young_below, lobular_below),
        asks=frozenset({HISTOLOGY, BILATERAL}),
        histologies=(_GASTRIC, "breast"),
        with_patient=True,
    )


def _by_itself(
    member: Member, diffuse: bool, late: bool, young_below: int, lobular_below: int
) -> bool:
    ages = [
        each.age for each in member.tumours if each.site == _GASTRIC and each.histology in _DIFFUSE
    ]
    both = any(
        each.is_bilateral
        and not each.is_in_situ
        and each.histology in _LOBULAR
        and each.age < lobular_below
        for each in member.tumours
    )
    first = min(ages, default=lobular_below)
    return first < young_below or (diffuse and late and first < lobular_below) or both


def _together(one: Any, other: Any) -> bool:
    _, _, _, gastric, diffuse, early, late = one
    _, _, _, gastric_2, diffuse_2, early_2, late_2 = other
    return bool(
        (gastric and gastric_2 and (diffuse or diffuse_2))
        or (diffuse and late_2)
        or (diffuse_2 and late)
        or (early and early_2)
    )


def _are_near(one: str, other: str) -> bool | None:
    """First or second degree of each other; None when two cousins may be siblings or not."""
    near = {each is not None and each <= _NEAR for each in degrees_between(one, other)}
    return near.pop() if len(near) == 1 else None
