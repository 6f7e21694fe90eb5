"""First-degree links between the affected, not only to the patient."""

from __future__ import annotations

from collections.abc import Iterable

from oncology.family.paths import degrees_between
from oncology.family.rule import Link


def first_degree(
    one: tuple[int, str], other: tuple[int, str], links: dict[tuple[int, int], bool]
) -> bool:
    """Whether two people, each place and path, are first-degree relatives.

    A link, between two places, tells it only where the two paths do not.
    """
    apart = degrees_between(one[1], other[1])
    if 1 not in apart or len(apart) == 1:
        return 1 in apart
    return links.get((min(one[0], other[0]), max(one[0], other[0])), False)


def links_in(state: Iterable[object]) -> dict[tuple[int, int], bool]:
    """The links that paths do not tell, by the places of the two."""
    return {
        (each.one, each.other): each.is_first_degree for each in state if isinstance(each, Link)
    }
