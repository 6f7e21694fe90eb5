"""Tools that add points on the maternal and on the paternal line, and never add the two lines."""

from __future__ import annotations

from collections.abc import Callable

from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import SEX, SIDE, Member, Rule, Scored

Totals = tuple[int, int]


def line_rule(  # noqa: PLR0913 - the parts every such tool has
    scores: Callable[[Member], Scored],
    refer_at: int,
    sites: tuple[str, ...],
    cuts: tuple[int, ...],
    *,
    asks: frozenset[str] = frozenset(),
    with_patient: bool = False,
    spare: int = 0,
) -> Rule:
    """Refer when either line reaches `refer_at`. `spare`: the most points that may be taken off.

    Siblings, children and theirs count on both lines.
    """
    most = refer_at + spare

    def counts(member: Member) -> Totals | None:
        total = sum(points for _, points in scores(member))
        if not total:
            return None
        return (
            total if MATERNAL in member.lines else 0,
            total if PATERNAL in member.lines else 0,
        )

    def add(state: Totals, more: Totals) -> Totals:
        return min(state[0] + more[0], most), min(state[1] + more[1], most)

    return Rule(
        counts=counts,
        add=add,
        met=lambda state: max(state) >= refer_at,
        start=(0, 0),
        sites=frozenset(sites),
        stand_ins=sites,
        cuts=cuts,
        asks=frozenset({SIDE, SEX}) | asks,
        with_patient=with_patient,
        scores=scores,
        refer_at=refer_at,
        by_line=True,
    )
