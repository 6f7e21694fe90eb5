"""Does the patient's colorectal cancer meet one of the revised Bethesda items?"""

from __future__ import annotations

from typing import Any

from oncology.family.rule import HISTOLOGY, Member, Rule

_TELLING = ("mucinous", "medullary", "telling")
_NEAR = 2
# Own items met, own colorectal cancer; near relatives young and in all.
State = tuple[bool, bool, bool, int]


def rule(sites: list[str], young_below: int, histology_below: int, relatives: int) -> Rule:
    """Own colorectal cancer before `young_below`; with another of `sites`; of a telling histology
    before `histology_below`; a first-degree relative of `sites` before `young_below`; or
    `relatives` of first or second degree at any age.

    Two colorectal cancers of the patient cannot be told from one recorded twice: the second item
    is read from another site only. Source: Umar 2004, JNCI 96:261.
    """

    def counts(member: Member) -> State | None:
        if member.path:
            age = member.youngest(*sites)
            if age is None or member.degree > _NEAR:
                return None
            return False, False, member.is_close and age < young_below, 1
        age = member.youngest("crc")
        if age is None:
            return None
        others = {each.site for each in member.tumours if each.site in sites} - {"crc"}
        telling = any(
            each.site == "crc" and each.histology in _TELLING and each.age < histology_below
            for each in member.tumours
        )
        return age < young_below or bool(others) or telling, True, False, 0

    def add(state: State, more: State) -> State:
        return (
            state[0] or more[0],
            state[1] or more[1],
            state[2] or more[2],
            min(state[3] + more[3], relatives),
        )

    def met(state: Any) -> bool:
        own, is_crc, young, near = state
        return bool(is_crc and (own or young or near >= relatives))

    return Rule(
        counts=counts,
        add=add,
        met=met,
        start=(False, False, False, 0),
        sites=frozenset(sites),
        stand_ins=("crc", *[site for site in sites if site != "crc"][:1]),
        cuts=tuple(sorted({young_below, histology_below})),
        asks=frozenset({HISTOLOGY}),
        histologies=("crc",),
        with_patient=True,
        needs_own=True,
    )
