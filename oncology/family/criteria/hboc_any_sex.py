"""Does one side of the family meet a regional rule for breast and ovarian cancer, for any sex?"""

from __future__ import annotations

from typing import Any

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import ALONE, BILATERAL, SEX, SIDE, Member, Rule, together

_THROUGH_FATHER = ("FS", "FM", "FF", "FC")
_NEAR, _THREE = 2, 3


def rule(young_below: int, bilateral_below: int, pair_below: int) -> Rule:
    """Any one on one side: a man with breast cancer; breast and ovary, both breasts before
    `bilateral_below`, or breast before `young_below` in the first degree; a pair with breast
    cancer before `pair_below` or ovarian cancer; three, one near the patient or the father.

    Source: NHS Lothian clinical genetics, a regional service: background, no trigger.
    """

    def counts(member: Member) -> Any:
        age = member.youngest("breast")
        ovarian = member.has("ovarian")
        if not member.path or (age is None and not ovarian):
            return None
        close = member.is_close
        both = any(each.is_bilateral for each in member.tumours)
        alone = age is not None and (
            member.sex == "male"
            or (close and (ovarian or age < young_below or (both and age < bilateral_below)))
        )
        if alone:
            return ALONE
        in_pair = ovarian or (age is not None and age < pair_below)
        # Second-degree relatives through the father count as near in the rule of three.
        near = close or member.path in _THROUGH_FATHER
        return member.place, close, member.lines, in_pair, near

    def met(state: frozenset[Any]) -> bool:
        return ALONE in state or any(_side(state, line) for line in (MATERNAL, PATERNAL))

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({"breast", "ovarian"}),
        stand_ins=("breast", "ovarian"),
        cuts=tuple(sorted({young_below, bilateral_below, pair_below})),
        asks=frozenset({SIDE, SEX, BILATERAL}),
        furthest=_NEAR,
    )


def _side(state: frozenset[Any], line: str) -> bool:
    here = [each for each in state if line in each[2]]
    pairs = [each for each in here if each[3]]
    if len(pairs) > 1 and any(close for _, close, *_ in pairs):
        return True
    return len(here) >= _THREE and any(near for *_, near in here)
