"""Do patient and family meet the criteria for familial melanoma?"""

from __future__ import annotations

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import SIDE, Member, Rule

_NEAR = 2
# Melanomas and all diagnoses, on the maternal and on the paternal line.
State = tuple[int, int, int, int]


def rule(least: int) -> Rule:
    """One invasive melanoma and further melanomas or pancreatic cancers, `least` in all, among the
    patient and first- and second-degree relatives on one side.

    The patient is a member and need not be the one with melanoma. Three melanomas of one person
    cannot be told from one recorded three times. Source: Leachman 2009, PMC3307795.
    """

    def counts(member: Member) -> State | None:
        melanoma = any(each.site == "melanoma" and not each.is_in_situ for each in member.tumours)
        total = melanoma + member.has("pancreatic")
        if not total:
            return None
        return (
            *((int(melanoma), total) if MATERNAL in member.lines else (0, 0)),
            *((int(melanoma), total) if PATERNAL in member.lines else (0, 0)),
        )

    def add(state: State, more: State) -> State:
        one, two, three, four = (
            min(have + got, least) for have, got in zip(state, more, strict=True)
        )
        return one, two, three, four

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: (
            (state[0] > 0 and state[1] >= least) or (state[2] > 0 and state[3] >= least)
        ),
        start=(0, 0, 0, 0),
        sites=frozenset({"melanoma", "pancreatic"}),
        stand_ins=("melanoma", "pancreatic"),
        asks=frozenset({SIDE}),
        furthest=_NEAR,
        with_patient=True,
    )
