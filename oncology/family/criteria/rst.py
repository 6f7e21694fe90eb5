"""Does the family reach two ticks in the grid of the Referral Screening Tool (2009)?"""

from __future__ import annotations

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import SEX, SIDE, Member, Rule, Scored

_GRID = {
    "": "patient",
    "M": "mother",
    "S": "sister",
    "I": "sister",
    "C": "daughter",
    "MM": "maternal grandmother",
    "MS": "maternal aunt",
    "FM": "paternal grandmother",
    "FS": "paternal aunt",
}
_NEAR = 2
Ticks = frozenset[str]
State = tuple[Ticks, int, int]


def rule(refer_at: int, young_up_to: int, late_cases: int) -> Rule:
    """A tick for each row of the grid and column, for `late_cases` on a side, and for a man.

    Two sisters tick one row. Jewish ancestry is not read. Version 3.0 is another, proprietary
    tool. Source: Bellcross 2009, PMID 19752737.
    """

    def ticks(member: Member) -> list[str]:
        found = []
        age = member.youngest("breast")
        row = _GRID.get(member.path) if member.sex == "female" else None
        if row and age is not None and age <= young_up_to:
            found.append(f"{row}: breast cancer at {young_up_to} or younger")
        if row and member.has("ovarian"):
            found.append(f"{row}: ovarian cancer")
        if member.sex == "male" and age is not None and member.path and member.degree <= _NEAR:
            found.append("breast cancer in a man")
        return found

    def is_late(member: Member) -> bool:
        age = member.youngest("breast")
        near = bool(member.path) and member.degree <= _NEAR
        return near and member.sex == "female" and age is not None and age > young_up_to

    def counts(member: Member) -> State | None:
        late = is_late(member)
        ticked = frozenset(ticks(member))
        if not ticked and not late:
            return None
        return (
            ticked,
            int(late and MATERNAL in member.lines),
            int(late and PATERNAL in member.lines),
        )

    def add(state: State, more: State) -> State:
        return (
            state[0] | more[0],
            min(state[1] + more[1], late_cases),
            min(state[2] + more[2], late_cases),
        )

    def met(state: State) -> bool:
        sides = sum(late >= late_cases for late in state[1:])
        return len(state[0]) + sides >= refer_at

    def scores(member: Member) -> Scored:
        late = [(f"breast cancer after {young_up_to}, counted by side", 0)] * is_late(member)
        return (*((words, 1) for words in ticks(member)), *late)

    return Rule(
        counts=counts,
        add=add,
        met=met,
        start=(frozenset(), 0, 0),
        sites=frozenset({"breast", "ovarian"}),
        stand_ins=("breast", "ovarian"),
        cuts=(young_up_to + 1,),
        asks=frozenset({SEX, SIDE}),
        with_patient=True,
        scores=scores,
        refer_at=refer_at,
    )
