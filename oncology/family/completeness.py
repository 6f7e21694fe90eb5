"""How complete a family history is, in the words that stand beside a criterion that is not met."""

from __future__ import annotations

from oncology.family.model import Pedigree, Person
from oncology.family.paths import MATERNAL, PATERNAL

_NEAR = 2
_SIDES = {MATERNAL: "mother's side", PATERNAL: "father's side"}


def near(family: Pedigree) -> list[Person]:
    """The relatives of first and second degree, whom a cancer family history should name."""
    return [
        each for each in family.relatives if (degree := each.degree) is not None and degree <= _NEAR
    ]


def sides_without(family: Pedigree) -> list[str]:
    """The sides of which no relative of first or second degree is on record."""
    told = {each.side for each in near(family)}
    return [words for side, words in _SIDES.items() if side not in told]


def completeness(family: Pedigree) -> str:
    """`2 relatives on record, 1 of them in part; none on the father's side`."""
    count = len(family.relatives)
    if not count:
        return "no relative on record"
    told = f"{count} relative{'s' if count > 1 else ''} on record"
    partial = sum(each.is_partial and each.is_health_known for each in family.relatives)
    unknown = sum(not each.is_health_known for each in family.relatives)
    told += f", {partial} of them in part" if partial else ""
    told += f", {unknown} of unknown health" if unknown else ""
    lacking = sides_without(family)
    return f"{told}; none on the {' or the '.join(lacking)}" if lacking else told


def unread_of(family: Pedigree) -> str:
    """Why nothing can be said of relatives who are not on record; empty when it can."""
    if family.hides_relatives or not family.is_read:
        return "the family history that could not be read"
    if family.is_unknown:
        return "the family history (recorded as unknown)"
    if not family.relatives and family.by_adoption:
        return "the family history (only relatives by adoption are on record)"
    if not family.relatives:
        return "the family history (no relative is on record)"
    only = "the family history (only relatives beyond the third degree are on record)"
    return only if family.is_out_of_reach else ""
