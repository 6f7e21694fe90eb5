"""Where each symbol stands: the order by pedview, the places by a solver of constraints.

pedview orders each generation so that lines cross little. kiwisolver then sets the places:
order and distance are required, partners stand together, parents over their children.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from kiwisolver import Expression, Solver, Variable
from msgspec import Struct
from pedview.layout import build_family_layout
from pedview.models import Family, Person

from oncology.family.tree import Member

GAP = 104.0
_FAMILY = "family"


class Place(Struct, frozen=True):
    """The middle of a symbol on its row; generations count from the top, from 0."""

    x: float
    generation: int


class Union(Struct, frozen=True):
    """A couple, or one parent alone, with their children."""

    parents: tuple[str, ...]
    children: tuple[str, ...]


class Layout(Struct, frozen=True):
    """Places by member, the unions, and how wide and deep it all is.

    `stub_sides`: for a parent drawn alone, the side on which the line to the children leaves:
    1 right, -1 left, away from a partner. `adoption`: the adoptive parents with the patient.
    """

    places: dict[str, Place]
    unions: tuple[Union, ...]
    width: float
    generations: int
    stub_sides: dict[str, int]
    adoption: Union | None = None


def lay_out(members: Iterable[Member]) -> Layout:
    """Places for members who hang together; the leftmost stands at x = 0."""
    everyone = list(members)
    given = [each for each in everyone if not each.is_adopting]
    ordered = _rows(given)
    unions = unions_of(given)
    sides = _stub_sides(unions)
    adoption = _adoption(everyone, ordered)
    x = _solve(ordered, unions, sides, adoption)
    left = min(x.values(), default=0.0)
    places = {
        each: Place(round(x[each] - left, 1), generation)
        for generation, row in enumerate(ordered)
        for each in row
    }
    width = max((place.x for place in places.values()), default=0.0)
    return Layout(places, unions, width, len(ordered), sides, adoption)


def _adoption(members: list[Member], rows: list[list[str]]) -> Union | None:
    """The adoptive parents stand last in the row above the patient's."""
    adopting = tuple(each.id for each in members if each.is_adopting)
    patient = next((each.id for each in members if each.person and each.person.is_patient), "")
    if not adopting or not patient:
        return None
    row = next(number for number, row in enumerate(rows) if patient in row)
    rows[row - 1].extend(adopting)
    return Union(adopting, (patient,))


def unions_of(members: Iterable[Member]) -> tuple[Union, ...]:
    """Members by their parents, in the order given."""
    children: dict[tuple[str, ...], list[str]] = {}
    for member in members:
        parents = tuple(each for each in (member.father, member.mother) if each)
        if parents:
            children.setdefault(parents, []).append(member.id)
    return tuple(Union(parents, tuple(each)) for parents, each in children.items())


def _stub_sides(unions: tuple[Union, ...]) -> dict[str, int]:
    left_of_partner = {each.parents[0] for each in unions if len(each.parents) == 2}
    return {
        each.parents[0]: -1 if each.parents[0] in left_of_partner else 1
        for each in unions
        if len(each.parents) == 1
    }


def _rows(members: list[Member]) -> list[list[str]]:
    """Each generation from the left to the right, as pedview orders it."""
    family = Family(_FAMILY)
    for member in members:
        family.add_person(
            Person(
                family_id=_FAMILY,
                person_id=member.id,
                father_id=member.father,
                mother_id=member.mother,
                sex=member.sex or "unknown",
                raw_sex="",
            )
        )
    laid = build_family_layout(family)
    rows: list[list[str]] = [[] for _ in range(laid.generation_count)]
    for each in sorted(laid.people.values(), key=lambda person: person.x):
        rows[each.generation].append(each.person_id)
    return [_twins_together(row, members) for row in rows]


def _twins_together(row: list[str], members: list[Member]) -> list[str]:
    """The patient's twins stand beside the patient: they hang on one point."""
    twins = [m.id for m in members if m.person and m.person.twin and m.id in row]
    patient = next((m.id for m in members if m.person and m.person.is_patient), "")
    if not twins or patient not in row:
        return row
    others = [each for each in row if each not in twins]
    place = others.index(patient) + 1
    return [*others[:place], *twins, *others[place:]]


def _solve(
    rows: list[list[str]],
    unions: tuple[Union, ...],
    sides: dict[str, int],
    adoption: Union | None,
) -> dict[str, float]:
    """The places that keep order and distance and come nearest to all the rest."""
    solver = Solver()
    x = {each: Variable(each) for row in rows for each in row}
    for row in rows:
        for left, right in pairwise(row):
            solver.addConstraint(x[right] >= x[left] + GAP)
            solver.addConstraint((x[right] == x[left] + GAP) | "weak")
    if adoption is not None and len(adoption.parents) == 2:
        first, second = adoption.parents
        solver.addConstraint((x[second] - x[first] == GAP) | "strong")
    for union in unions:
        above = _middle([x[each] for each in union.parents])
        below = _middle([x[each] for each in union.children])
        if len(union.parents) == 1:
            above = above + sides[union.parents[0]] * GAP / 2
        solver.addConstraint((above == below) | "medium")
        if len(union.parents) == 2:
            first, second = union.parents
            solver.addConstraint((x[second] - x[first] == GAP) | "strong")
    solver.updateVariables()
    return {each: variable.value() for each, variable in x.items()}


def _middle(places: list[Variable]) -> Expression:
    total = places[0] * 1.0 + 0.0
    for each in places[1:]:
        total = total + each
    return total / len(places)
