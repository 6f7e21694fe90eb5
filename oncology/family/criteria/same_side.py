"""Do the same or related cancers cluster among close relatives?"""

from __future__ import annotations

from typing import Any

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import ALONE, ANY_SITE, PRIMARIES, SIDE, SITES, Member, Rule, together

_NEAR, _TWO = 2, 2


def rule(
    groups: list[list[str]], uncommon: list[str], least: int, young_below: int, ages: dict[str, int]
) -> Rule:
    """Any one: `least` near relatives of one side with cancers of one group, or two of them with
    one before `young_below`; a first-degree relative with several primaries, or with breast or
    colorectal cancer before `ages`; two with an `uncommon` cancer.

    A site outside the groups is its own. Near: first or second degree. Source: Hampel's table in
    HCCP 2013, doi:10.1186/1897-4287-11-16, Table 2.
    """

    def kinds(member: Member) -> frozenset[tuple[int | str, bool]]:
        found: set[tuple[int | str, bool]] = set()
        for each in member.tumours:
            mine: list[int | str] = [n for n, group in enumerate(groups) if each.site in group]
            found |= {(kind, each.age < young_below) for kind in mine or [each.site]}
        return frozenset(found)

    def counts(member: Member) -> Any:
        if not member.path or not member.tumours:
            return None
        several = len({each.site for each in member.tumours}) > 1
        early = any(each.age < ages.get(each.site, 0) for each in member.tumours)
        if member.is_close and (several or early):
            return ALONE
        return member.place, member.lines, kinds(member), member.has(*uncommon)

    def met(state: frozenset[Any]) -> bool:
        if ALONE in state:
            return True
        if sum(rare for *_, rare in state) >= _TWO:
            return True
        return any(_clusters(state, line, least) for line in (MATERNAL, PATERNAL))

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({ANY_SITE}),
        stand_ins=(*(group[0] for group in groups if group), *uncommon[:1], "other"),
        cuts=tuple(sorted({young_below, *ages.values()})),
        asks=frozenset({SIDE, PRIMARIES, SITES}),
        furthest=_NEAR,
    )


def _clusters(state: frozenset[Any], line: str, least: int) -> bool:
    people: dict[int | str, set[int]] = {}
    young: set[int | str] = set()
    for place, lines, kinds, _ in state:
        if line not in lines:
            continue
        for kind, is_young in kinds:
            people.setdefault(kind, set()).add(place)
            young |= {kind} if is_young else set()
    return any(len(places) >= (_TWO if kind in young else least) for kind, places in people.items())
