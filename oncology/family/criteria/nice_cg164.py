"""Does the family history of breast cancer call for risk assessment by NICE CG164?"""

from __future__ import annotations

from typing import Any

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import ALONE, BILATERAL, SEX, SIDE, Member, Rule, together

_NEAR = 2


def rule(young_below: int, bilateral_below: int, three: int) -> Rule:
    """Any one of six: a woman of the first degree with breast cancer before `young_below`; a man
    of the first degree; both breasts, the first before `bilateral_below`; two, one of them of the
    first degree; breast and ovary, one of them of the first degree; `three` on one side.

    Pairs count on one side of the family. Source: NICE CG164.
    """

    def counts(member: Member) -> Any:
        age = member.youngest("breast")
        ovarian = member.has("ovarian")
        if not member.path or (age is None and not ovarian):
            return None
        if member.is_close and age is not None:
            both = any(each.is_bilateral for each in member.tumours)
            young = member.sex == "female" and age < young_below
            if young or member.sex == "male" or (both and age < bilateral_below):
                return ALONE
        return member.place, member.is_close, member.lines, age is not None, ovarian

    def met(state: frozenset[Any]) -> bool:
        if ALONE in state:
            return True
        return any(_side(state, line, three) for line in (MATERNAL, PATERNAL))

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({"breast", "ovarian"}),
        stand_ins=("breast", "ovarian"),
        cuts=tuple(sorted({young_below, bilateral_below})),
        asks=frozenset({SIDE, SEX, BILATERAL}),
        furthest=_NEAR,
    )


def _side(state: frozenset[Any], line: str, three: int) -> bool:
    here = [each for each in state if line in each[2]]
    breast = [each for each in here if each[3]]
    if len(breast) >= three:
        return True
    if len(breast) > 1 and any(close for _, close, *_ in breast):
        return True
    return any(
        one[1] or other[1] for one in breast for other in here if other[4] and other[0] != one[0]
    )
