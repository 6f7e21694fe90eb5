"""Does the family of a man with prostate cancer call for genetic counselling?"""

from __future__ import annotations

from oncology.family.rule import Member, Rule

_NEAR = 2
# Own prostate cancer, a first-degree relative young, near relatives with a cancer of the syndromes.
State = tuple[bool, bool, int]


def rule(sites: list[str], young_below: int, relatives: int) -> Rule:
    """Own prostate cancer, and a first-degree relative with prostate cancer before `young_below`,
    or `relatives` of first or second degree with a cancer of `sites` at any age.

    Relatives who died of prostate cancer or had metastatic disease are further grounds that are
    not read. Source: Giri 2020, J Clin Oncol 38:2798, as tabulated in NCI PDQ.
    """

    def counts(member: Member) -> State | None:
        if not member.path:
            return (True, False, 0) if member.has("prostate") else None
        if not member.has(*sites):
            return None
        age = member.youngest("prostate")
        return False, member.is_close and age is not None and age < young_below, 1

    def add(state: State, more: State) -> State:
        return state[0] or more[0], state[1] or more[1], min(state[2] + more[2], relatives)

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: state[0] and (state[1] or state[2] >= relatives),
        start=(False, False, 0),
        sites=frozenset(sites),
        stand_ins=("prostate", *[site for site in sites if site != "prostate"][:1]),
        cuts=(young_below,),
        furthest=_NEAR,
        with_patient=True,
        needs_own=True,
    )
