"""Is one of the three questions of the colorectal cancer risk assessment tool answered yes?"""

from __future__ import annotations

from oncology.family.rule import Member, Rule

State = tuple[bool, int]


def rule(sites: list[str], young_below: int, relatives: int) -> Rule:
    """A first-degree relative with a cancer of `sites` before `young_below`; an own colorectal
    cancer before that age; or `relatives` with colorectal cancer.

    Own polyps before that age are the other half of question 2: they are not read. Source:
    Kastrinos 2009, doi:10.1038/ajg.2009.135.
    """

    def counts(member: Member) -> State | None:
        age = member.youngest(*(sites if member.path else ["crc"]))
        if age is None:
            return None
        young = (member.is_close or not member.path) and age < young_below
        return young, int(bool(member.path) and member.has("crc"))

    def add(state: State, more: State) -> State:
        return state[0] or more[0], min(state[1] + more[1], relatives)

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: state[0] or state[1] >= relatives,
        start=(False, 0),
        sites=frozenset(sites),
        stand_ins=("crc", *[site for site in sites if site != "crc"][:1]),
        cuts=(young_below,),
        with_patient=True,
    )
