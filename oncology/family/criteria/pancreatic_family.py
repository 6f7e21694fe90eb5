"""Does the family meet the criteria for familial pancreatic cancer?"""

from __future__ import annotations

from itertools import combinations
from typing import Any

from oncology.family.criteria.links import first_degree, links_in
from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import LINKS, SIDE, Member, Rule, together

_TWO = 2


def rule(on_one_side: int) -> Rule:
    """Pancreatic cancer in two first-degree relatives, or in `on_one_side` of one side.

    The statement does not say whether the two are first-degree relatives of the patient or of
    each other: met when both readings hold, open when one does. Source: ASCO 2019,
    doi:10.1200/JCO.18.01489.
    """

    def counts(member: Member) -> Any:
        if not member.has("pancreatic"):
            return None
        return member.place, member.path, member.is_close, member.lines

    def met(state: frozenset[Any]) -> bool | None:
        people = [each for each in state if isinstance(each, tuple)]
        if any(
            sum(line in lines for *_, lines in people) >= on_one_side
            for line in (MATERNAL, PATERNAL)
        ):
            return True
        links = links_in(state)
        of_patient = sum(close for _, _, close, _ in people) >= _TWO
        of_each_other = any(
            first_degree(one[:2], other[:2], links) for one, other in combinations(people, 2)
        )
        if of_patient and of_each_other:
            return True
        return None if of_patient or of_each_other else False

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({"pancreatic"}),
        stand_ins=("pancreatic",),
        asks=frozenset({SIDE, LINKS}),
        with_patient=True,
    )
