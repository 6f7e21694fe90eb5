"""Does the family meet the classic Li-Fraumeni criteria?"""

from __future__ import annotations

from typing import Any

from oncology.family.rule import ANY_SITE, Member, Rule, together

_NEAR = 2


def rule(sarcomas: list[str], young_below: int) -> Rule:
    """A sarcoma of the patient before `young_below`; a first-degree relative with any cancer before
    that age; and another near relative with one before it, or with a sarcoma at any age.

    Source: Li 1988, as given by the IARC TP53 page and NCI PDQ.
    """

    def counts(member: Member) -> Any:
        sarcoma = member.youngest(*sarcomas)
        if not member.path:
            return ("own",) if sarcoma is not None and sarcoma < young_below else None
        first = min((each.age for each in member.tumours if not each.is_in_situ), default=None)
        if first is None:
            return None
        young = first < young_below
        if not young and sarcoma is None:
            return None
        return "near", member.place, member.is_close and young

    def met(state: frozenset[Any]) -> bool:
        near = [each for each in state if each[0] == "near"]
        return ("own",) in state and len(near) > 1 and any(close for *_, close in near)

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({ANY_SITE}),
        stand_ins=(*sarcomas[:1], "other"),
        cuts=(young_below,),
        furthest=_NEAR,
        with_patient=True,
        needs_own=True,
    )
