"""Three-valued counting over relatives: how many certainly, how many at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from msgspec import Struct

from oncology.dates import Span
from oncology.family.model import Cancer, Person
from oncology.family.paths import MATERNAL, PATERNAL

# Up to this many relatives of unknown side every way of placing them is tried.
_MOST_PLACED = 8


class Tally(Struct, frozen=True, gc=False):
    """A number that lies between two bounds, and the relatives that make it."""

    low: int = 0
    high: int = 0
    by: tuple[str, ...] = ()

    def at_least(self, cut: int) -> bool | None:
        """Whether the number reaches `cut`: True, False, or None when it may."""
        if self.low >= cut:
            return True
        return None if self.high >= cut else False


def possible_cancers(person: Person) -> tuple[Cancer, ...]:
    """What is recorded; where nothing could be told, any cancer may be there too."""
    if person.is_health_known:
        return person.cancers
    return (*person.cancers, Cancer(None, Span(0, person.age.high), is_certain=False))


def has(relative: Person, *cancers: str) -> bool | None:
    """Whether a blood relative had one of these cancers: True, False, or None when it may be.

    A relative whose relation is not known may be none by blood.
    """
    verdict: bool | None = False
    for disease in possible_cancers(relative):
        if disease.site in cancers and disease.is_certain and relative.degree is not None:
            return True
        if disease.site in (None, *cancers):
            verdict = None
    return verdict


def count(relatives: Iterable[Person], holds: Callable[[Person], bool | None]) -> Tally:
    """How many blood relatives something holds for; an unknown relation may be none."""
    low = high = 0
    by = []
    for relative in relatives:
        verdict = holds(relative)
        if verdict is not False:
            high += 1
        if verdict is True and relative.degree is not None:
            low += 1
            by.append(relative.label)
    return Tally(low, high, tuple(by))


Points = Callable[[Person, Cancer], tuple[int, int]]


def score_lines(relatives: list[Person], points: Points) -> Tally:
    """The higher of the maternal and the paternal line, which are never added up.

    A relative of unknown side counts on one of them: every way to place such relatives is
    tried, and the lowest and the highest outcome are the bounds.
    """
    totals = {relative: _points_of(relative, points) for relative in relatives}
    placed = [relative for relative in relatives if relative.lines]
    loose = [relative for relative in relatives if not relative.lines and totals[relative][1]]
    fixed = {
        line: [sum(totals[r][bound] for r in placed if line in r.lines) for bound in (0, 1)]
        for line in (MATERNAL, PATERNAL)
    }
    if len(loose) > _MOST_PLACED:
        spare = sum(totals[relative][1] for relative in loose)
        low = max(line[0] for line in fixed.values())
        high = max(line[1] for line in fixed.values()) + spare
        return Tally(low, high, _scorers(relatives, totals))
    lows, highs = [], []
    for sides in product((MATERNAL, PATERNAL), repeat=len(loose)):
        line_totals = {line: list(bounds) for line, bounds in fixed.items()}
        for relative, side in zip(loose, sides, strict=True):
            line_totals[side][0] += totals[relative][0]
            line_totals[side][1] += totals[relative][1]
        lows.append(max(bounds[0] for bounds in line_totals.values()))
        highs.append(max(bounds[1] for bounds in line_totals.values()))
    return Tally(min(lows), max(highs), _scorers(relatives, totals))


def _points_of(relative: Person, points: Points) -> tuple[int, int]:
    """Points of a relative: one site is one cancer, however often and at what age it is recorded.

    Cancers of unknown site may each be of another.
    """
    by_site: dict[str | None, list[tuple[int, int]]] = {}
    for disease in possible_cancers(relative):
        by_site.setdefault(disease.site, []).append(points(relative, disease))
    unknown = by_site.pop(None, [])
    low = sum(max(low for low, _ in scored) for scored in by_site.values())
    high = sum(max(high for _, high in scored) for scored in by_site.values())
    return low, high + sum(high for _, high in unknown)


def _scorers(relatives: list[Person], totals: dict[Person, tuple[int, int]]) -> tuple[str, ...]:
    return tuple(relative.label for relative in relatives if totals[relative][1])
