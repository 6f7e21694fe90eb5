"""Is any of the seven questions of FHS-7 answered yes?"""

from __future__ import annotations

from oncology.family.rule import BILATERAL, SEX, Member, Rule, Scored

_BROV, _BRCO = ("breast", "ovarian"), ("breast", "crc")
State = tuple[bool, int, int]


def rule(young_below: int, pair: int) -> Rule:
    """Any one yes among the seven, over blood relatives of first to third degree.

    Source: Ashton-Prolla 2009, doi:10.1186/1471-2407-9-283.
    """

    def scores(member: Member) -> Scored:
        woman, man = member.sex == "female", member.sex == "male"
        age = member.youngest("breast")
        asked = (
            ("1: first-degree relative", member.is_close and member.has(*_BROV)),
            ("2: both breasts", any(each.is_bilateral for each in member.tumours)),
            ("3: breast cancer in a man", man and age is not None),
            ("4: breast and ovarian cancer", woman and age is not None and member.has("ovarian")),
            (f"5: breast cancer before {young_below}", woman and (age or 0) < young_below),
        )
        found = [(words, 1) for words, yes in asked[:4] if yes]
        if age is not None and asked[4][1]:
            found.append((asked[4][0], 1))
        return tuple(found)

    def counts(member: Member) -> State | None:
        if not member.has("breast", "ovarian", "crc"):
            return None
        return bool(scores(member)), int(member.has(*_BROV)), int(member.has(*_BRCO))

    def add(state: State, more: State) -> State:
        return (
            state[0] or more[0],
            min(state[1] + more[1], pair),
            min(state[2] + more[2], pair),
        )

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: state[0] or max(state[1:]) >= pair,
        start=(False, 0, 0),
        sites=frozenset({"breast", "ovarian", "crc"}),
        stand_ins=("breast", "ovarian", "crc"),
        cuts=(young_below,),
        asks=frozenset({SEX, BILATERAL}),
        scores=scores,
        refer_at=1,
    )
