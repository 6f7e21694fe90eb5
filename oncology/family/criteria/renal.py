"""Does a kidney cancer, by age or family, point to a hereditary one?"""

from __future__ import annotations

from oncology.family.rule import Member, Rule

_SITE, _NEAR = "kidney", 2
# Own kidney cancer, found young; a near relative with one.
State = tuple[bool, bool, bool]


def rule(young_below: int) -> Rule:
    """Own kidney cancer before `young_below`, or with a first- or second-degree relative who had
    kidney cancer.

    Several tumours, both kidneys and a telling histology are further grounds that are not read.
    Source: NCI PDQ Genetics of Renal Cell Carcinoma.
    """

    def counts(member: Member) -> State | None:
        age = member.youngest(_SITE)
        if age is None:
            return None
        own = not member.path
        return own, own and age < young_below, not own

    def add(state: State, more: State) -> State:
        return state[0] or more[0], state[1] or more[1], state[2] or more[2]

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: state[0] and (state[1] or state[2]),
        start=(False, False, False),
        sites=frozenset({_SITE}),
        stand_ins=(_SITE,),
        cuts=(young_below,),
        furthest=_NEAR,
        with_patient=True,
        needs_own=True,
    )
