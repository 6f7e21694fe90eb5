"""Does the family meet Amsterdam II?"""

from __future__ import annotations

from typing import Any

from oncology.family.criteria.links import first_degree, links_in
from oncology.family.paths import degrees_between, generation_of
from oncology.family.rule import LINKS, SIDE, Member, Rule, covers, together

_FAP = "fap"
# Place and path, whether young, whether adenomatous polyposis is known.
Affected = tuple[int, str, bool, bool]


def rule(sites: list[str], least: int, young_below: int) -> Rule:
    """`least` affected, one a first-degree relative of the others; two successive generations; one
    found before `young_below`; no adenomatous polyposis. The patient is a member.

    Successive generations: two affected relatives of the one in the middle, or that one and
    another, a generation apart. Source: Vasen 1999.
    """

    def counts(member: Member) -> Affected | None:
        age = member.youngest(*sites)
        has_fap = _FAP in member.traits
        if age is None:
            return (member.place, "", False, True) if has_fap else None
        return member.place, member.path, age < young_below, has_fap

    def met(state: frozenset[Any]) -> bool:
        people = [each for each in state if isinstance(each, tuple)]
        if any(fap for *_, fap in people):
            return False
        links = links_in(state)
        if len(people) < least or not any(young for _, _, young, _ in people):
            return False
        for middle in people:
            near = [
                each
                for each in people
                if each is not middle and first_degree(middle[:2], each[:2], links)
            ]
            if len(near) >= least - 1 and _on_two_generations(middle, people):
                return True
        return False

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset(sites),
        stand_ins=tuple(sites[:1]),
        cuts=(young_below,),
        asks=frozenset({SIDE, LINKS}),
        with_patient=True,
        stays=False,
        covers=_covers,
        traits=frozenset({_FAP}),
    )


def _covers(more: Any, less: Any) -> bool:
    """Polyposis undoes it: one who has it adds less than anybody."""
    if isinstance(less, tuple) and less[3]:
        return True
    if isinstance(more, tuple) and more[3]:
        return False
    return covers(more, less)


def _on_two_generations(middle: Affected, people: list[Affected]) -> bool:
    """Whether the affected of one blood line stand on two successive generations."""
    line = [each for each in people if each is middle or _related(middle[1], each[1])]
    generations = {generation_of(each[1]) for each in line}
    return any(generation + 1 in generations for generation in generations)


def _related(one: str, other: str) -> bool:
    return None not in degrees_between(one, other)
