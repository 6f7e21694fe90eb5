"""Is there a relative of this degree with one of these cancers, found before this age?"""

from __future__ import annotations

from oncology.family.rule import Member, Rule

# Ovarian tumours that are not the cancer meant, where the record says so.
_NOT_MEANT = ("mucinous", "germ-cell", "borderline")


def rule(sites: list[str], degrees: list[int], young_below: int = 0) -> Rule:
    """One affected blood relative of these degrees; without `young_below` any age counts.

    Sources: NICE NG241 2024, 1.3.1; Kastrinos 2009, question 1.
    """

    def counts(member: Member) -> bool | None:
        degree = max(member.degree, 1)
        ages = [
            each.age
            for each in member.tumours
            if each.site in sites and each.histology not in _NOT_MEANT
        ]
        if not member.path or degree not in degrees or not ages:
            return None
        return True if not young_below or min(ages) < young_below else None

    return Rule(
        counts=counts,
        add=lambda state, more: True,
        met=lambda state: state,
        start=False,
        sites=frozenset(sites),
        stand_ins=tuple(sites[:1]),
        cuts=(young_below,) if young_below else (),
        furthest=max(degrees, default=0),
    )
