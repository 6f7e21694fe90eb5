"""The lines of a pedigree: couples, descent, twins, adoption, by the NSGC symbols of 2022.

Source: Bennett 2022, doi:10.1002/jgc4.1621: a double line joins parents who are related; twins hang
on one point, identical ones joined by a bar, a question mark where that is not known; a dashed line
leads from adoptive parents, a solid one from those by blood, to one who was adopted out too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from oncology.family.model import Pedigree, Person
from oncology.family.tree import Member
from smartapp.pages.pedigree.layout import GAP, Layout, Union
from smartapp.pages.pedigree.symbols import RADIUS

_APART = 2.5


class Line(Struct, frozen=True):
    """A line of descent or of a couple."""

    d: str
    is_unseen: bool
    is_adoption: bool = False


class Mark(Struct, frozen=True):
    """A character beside a line."""

    text: str
    x: float
    y: float


class Sheet(Struct):
    """Where everything stands. `lanes`: bars already drawn above a row, by their ends."""

    layout: Layout
    members: dict[str, Member]
    tops: list[float]
    left: float
    pedigree: Pedigree
    lanes: dict[int, list[tuple[float, float]]] = {}

    def x(self, member: str) -> float:
        """The middle of a symbol."""
        return self.layout.places[member].x + self.left

    def row(self, member: str) -> int:
        """Its generation."""
        return self.layout.places[member].generation


def lines(sheet: Sheet) -> Iterator[Line]:
    """All lines, from the left."""
    for union in sorted(sheet.layout.unions, key=lambda each: sheet.x(each.parents[0])):
        unseen = all(sheet.members[each].person is None for each in union.parents)
        drop, couple = _couple(union, sheet, unseen)
        yield from couple
        yield from _descent(union, drop, unseen, sheet)
    if sheet.layout.adoption is not None:
        yield from _adoption(sheet.layout.adoption, sheet)


def marks(sheet: Sheet) -> Iterator[Mark]:
    """A question mark between twins of whom it is not known whether they are identical."""
    for union in sheet.layout.unions:
        twins = _twins(union, sheet.members)
        for each in twins:
            person = sheet.members[each].person
            if person is not None and person.twin == "twin":
                x = (sheet.x(each) + _apex(twins, sheet)) / 2
                yield Mark("?", x, sheet.tops[sheet.row(each)] - RADIUS - 2)


def are_related(union: Union, sheet: Sheet) -> bool:
    """Whether a couple is recorded as related by blood, or named with a parent in common."""
    if len(union.parents) < 2 or any(sheet.members[each].is_adopting for each in union.parents):
        return False
    people = [sheet.members[each].person for each in union.parents]
    paths = {
        p.path if p else each.removeprefix("unseen ")
        for p, each in zip(people, union.parents, strict=True)
    }
    if sheet.pedigree.parents_are_related and paths == {"M", "F"}:
        return True
    first, second = people
    return (
        first is not None and second is not None and share_ancestors(sheet.pedigree, first, second)
    )


def share_ancestors(pedigree: Pedigree, one: Person, other: Person) -> bool:
    """Whether parents that the records themselves name lead from both to one person."""
    return bool(_above(pedigree, one) & _above(pedigree, other))


def _above(pedigree: Pedigree, person: Person) -> set[str]:
    """The keys of named parents, of siblings' parents, and of theirs."""
    by_key = {each.key: each for each in pedigree.people}
    found: set[str] = set()
    waiting = list(person.parents)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += by_key[key].parents if key in by_key else ()
    return found


def _couple(union: Union, sheet: Sheet, unseen: bool) -> tuple[float, list[Line]]:
    """Where the descent starts, and the line between the parents, or from one to nobody."""
    y = sheet.tops[max(sheet.row(each) for each in union.parents)]
    xs = sorted(sheet.x(each) for each in union.parents)
    if len(xs) == 1:
        # The other parent is not recorded: a stub on the side that is free.
        side = sheet.layout.stub_sides.get(union.parents[0], 1)
        drop = xs[0] + side * GAP / 2
        return drop, [Line(f"M{xs[0] + side * RADIUS:g} {y:g}H{drop:g}", True)]
    ends = (xs[0] + RADIUS, xs[1] - RADIUS)
    heights = (y - _APART, y + _APART) if are_related(union, sheet) else (y,)
    drawn = [Line(f"M{ends[0]:g} {each:g}H{ends[1]:g}", unseen) for each in heights]
    return sum(xs) / 2, drawn


def _bar(ends: Iterable[float], row: int, sheet: Sheet) -> tuple[float, float, float]:
    """The ends and the height of a bar above a row; bars that would meet stand apart."""
    xs = list(ends)
    left, right = min(xs), max(xs)
    taken = sheet.lanes.setdefault(row, [])
    lane = sum(1 for start, end in taken if start - 8 < right and left - 8 < end)
    taken.append((left, right))
    return left, right, sheet.tops[row] - RADIUS - 16 - 9 * lane


def _descent(union: Union, drop: float, unseen: bool, sheet: Sheet) -> Iterator[Line]:
    """From the parents down to a bar, from the bar to each child, to twins from one point."""
    row = sheet.row(union.children[0])
    y = sheet.tops[max(sheet.row(each) for each in union.parents)]
    twins = _twins(union, sheet.members)
    single = [each for each in union.children if each not in twins]
    hung = [sheet.x(each) for each in single] + ([_apex(twins, sheet)] if twins else [])
    left, right, bar = _bar([*hung, drop], row, sheet)
    top = sheet.tops[row] - RADIUS
    yield Line(f"M{drop:g} {y:g}V{bar:g}", unseen)
    if right > left:
        yield Line(f"M{left:g} {bar:g}H{right:g}", unseen)
    for each in single:
        member = sheet.members[each]
        hidden = unseen or member.person is None
        yield Line(f"M{sheet.x(each):g} {bar:g}V{top:g}", hidden, _is_by_adoption(member))
    for each in twins:
        yield Line(f"M{_apex(twins, sheet):g} {bar:g}L{sheet.x(each):g} {top:g}", unseen)
    yield from _identical(twins, bar, top, sheet)


def _is_by_adoption(member: Member) -> bool:
    """Whether these parents are the adoptive ones."""
    person = member.person
    return member.is_adopted and not (person is None or person.is_patient or person.is_adopted_out)


def _twins(union: Union, members: dict[str, Member]) -> list[str]:
    """The patient with the patient's twins; nobody when there are none."""
    people = {each: members[each].person for each in union.children}
    found = [each for each, p in people.items() if p and (p.twin or p.is_patient)]
    return found if any(p and p.twin for p in people.values()) else []


def _apex(twins: list[str], sheet: Sheet) -> float:
    return sum(sheet.x(each) for each in twins) / len(twins)


def _identical(twins: list[str], bar: float, top: float, sheet: Sheet) -> Iterator[Line]:
    """A bar half way down between the patient and each identical twin."""
    apex, y = _apex(twins, sheet) if twins else 0.0, (bar + top) / 2
    people = {each: sheet.members[each].person for each in twins}
    patient = next((each for each, p in people.items() if p and p.is_patient), "")
    for each, person in people.items():
        if patient and person is not None and person.twin == "identical":
            ends = ((sheet.x(patient) + apex) / 2, (sheet.x(each) + apex) / 2)
            yield Line(f"M{ends[0]:g} {y:g}H{ends[1]:g}", False)


def _adoption(union: Union, sheet: Sheet) -> Iterator[Line]:
    """From the adoptive parents dashed to the patient, beside the line from the birth parents."""
    drop, couple = _couple(union, sheet, False)
    yield from couple
    patient = union.children[0]
    row, x = sheet.row(patient), sheet.x(patient) + RADIUS / 2
    _, _, bar = _bar([drop, x], row, sheet)
    y = sheet.tops[sheet.row(union.parents[0])]
    yield Line(f"M{drop:g} {y:g}V{bar:g}H{x:g}V{sheet.tops[row] - RADIUS:g}", False, True)
