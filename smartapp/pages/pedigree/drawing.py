"""The pedigree ready to draw: shapes, lines, labels and legend, all as plain SVG attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from oncology.family.model import Pedigree, Person
from oncology.family.tree import Member, tree_of
from smartapp.pages.pedigree.labels import labels_of
from smartapp.pages.pedigree.layout import GAP, Layout, lay_out
from smartapp.pages.pedigree.legend import Key, legend_of, parts_of, patterns_of
from smartapp.pages.pedigree.lines import Line, Mark, Sheet, are_related, lines, marks
from smartapp.pages.pedigree.symbols import RADIUS, brackets, outline, part

_LEFT, _TOP, _RIGHT = 96, 34, 64
_LINE, _BELOW = 14, 54
_FITS = 560
# From so many on, relatives of one kind without a cancer are drawn as one symbol.
MANY = 3
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


class Fill(Struct, frozen=True):
    """A filled part of a symbol; faint when the cancer is not certain."""

    d: str
    pattern: int
    is_faint: bool


class Symbol(Struct, frozen=True):
    """One symbol with what stands in and under it."""

    number: str
    x: float
    y: float
    d: str
    fills: tuple[Fill, ...]
    inside: str
    labels: tuple[str, ...]
    is_unseen: bool
    is_dead: bool
    arrow: str
    brackets: str = ""


class Drawing(Struct, frozen=True):
    """Everything of the drawing, and what its description says."""

    width: float
    height: float
    symbols: tuple[Symbol, ...]
    lines: tuple[Line, ...]
    numerals: tuple[tuple[str, float], ...]
    legend: tuple[Key, ...]
    loose: tuple[Symbol, ...]
    loose_y: float
    numbers: dict[str, str]
    has_unseen: bool
    has_uncertain: bool
    has_adopted: bool
    has_adopted_out: bool
    has_twins: bool
    has_related: bool
    marks: tuple[Mark, ...]

    @property
    def fits(self) -> bool:
        """Whether it can be read when made as narrow as a side panel."""
        return self.width <= _FITS


def draw(pedigree: Pedigree) -> Drawing:
    """The whole drawing; people without a place stand in a row of their own underneath."""
    tree = tree_of(pedigree, MANY)
    layout = lay_out(tree.members.values())
    legend = legend_of(pedigree)
    numbers = _numbers(layout, tree.members)
    heights = _row_heights(layout, tree.members)
    tops = [_TOP + RADIUS + sum(heights[:row]) for row in range(len(heights))]
    sheet = Sheet(layout, tree.members, tops, _LEFT, pedigree)
    symbols = [
        _symbol(member, numbers[each], (place.x + _LEFT, tops[place.generation]), legend)
        for each, place in layout.places.items()
        for member in (tree.members[each],)
    ]
    bottom = _TOP + sum(heights) - _BELOW + 14
    width = max(_LEFT + layout.width + _RIGHT, 360.0)
    loose = _loose(tree.loose, numbers, bottom + 30, legend)
    width = max(width, _LEFT + GAP * (len(loose) - 1) + _RIGHT)
    deep = max((len(each.labels) for each in loose), default=0)
    return Drawing(
        width=width,
        height=bottom + (30 + RADIUS * 2 + deep * _LINE + 12 if loose else 0),
        symbols=tuple(symbols),
        lines=tuple(lines(sheet)),
        numerals=tuple(zip(_NUMERALS, tops, strict=False)),
        legend=tuple(legend.values()),
        loose=loose,
        loose_y=bottom + 4,
        numbers=numbers,
        has_unseen=any(each.person is None for each in tree.members.values()),
        has_uncertain=any(
            not all(c.is_certain for c in p.cancers) or not all(t.is_certain for t in p.traits)
            for p in pedigree.people
        ),
        has_adopted=bool(pedigree.by_adoption),
        has_adopted_out=any(each.is_adopted_out for each in pedigree.people),
        has_twins=any(each.person and each.person.twin for each in tree.members.values()),
        has_related=any(are_related(each, sheet) for each in layout.unions),
        marks=tuple(marks(sheet)),
    )


def _numbers(layout: Layout, members: dict[str, Member]) -> dict[str, str]:
    """Roman generation and place in it, from the left; unseen links have none."""
    numbers: dict[str, str] = {}
    places: Counter[int] = Counter()
    for each, place in sorted(layout.places.items(), key=lambda item: item[1].x):
        if members[each].person is None:
            numbers[each] = ""
            continue
        places[place.generation] += 1
        number = f"{_NUMERALS[place.generation]}-{places[place.generation]}"
        numbers.update({person.key: number for person in members[each].people})
        numbers[each] = number
    return numbers


def _row_heights(layout: Layout, members: dict[str, Member]) -> list[float]:
    deepest = [0] * layout.generations
    for each, place in layout.places.items():
        lines = len(labels_of(members[each], "x"))
        deepest[place.generation] = max(deepest[place.generation], lines)
    return [RADIUS * 2 + lines * _LINE + _BELOW for lines in deepest]


def _symbol(member: Member, number: str, at: tuple[float, float], legend: dict[str, Key]) -> Symbol:
    x, y = at
    person = member.person
    inside = str(member.count) if member.count > 1 else ""
    if person is not None and not person.is_health_known and not inside:
        inside = "?"
    return Symbol(
        number=number,
        x=x,
        y=y,
        d=outline(member.sex, x, y),
        fills=tuple(_fills(member, x, y, legend)),
        inside=inside,
        labels=tuple(labels_of(member, number)),
        is_unseen=person is None,
        is_dead=bool(person and person.is_deceased and member.count == 1),
        arrow=_arrow(person),
        brackets=brackets(x, y) if member.is_adopted else "",
    )


def _arrow(person: Person | None) -> str:
    """An arrow marks the patient, with a P for one who has had cancer."""
    if person is None or not person.is_patient:
        return ""
    return "P" if person.cancers else "arrow"


def _fills(member: Member, x: float, y: float, legend: dict[str, Key]) -> Iterable[Fill]:
    found = patterns_of(member.person, legend) if member.person else {}
    for pattern, is_certain in found.items():
        place = (pattern, parts_of(legend))
        yield Fill(part(member.sex, x, y, place), pattern, not is_certain)


def _loose(
    people: list[Person], numbers: dict[str, str], y: float, legend: dict[str, Key]
) -> tuple[Symbol, ...]:
    symbols = []
    for place, person in enumerate(people):
        numbers[person.key] = f"U-{place + 1}"
        member = Member(person.key, person.sex, person, people=(person,))
        member.is_adopted = person.is_adopted_out
        at = (_LEFT + place * GAP, y + RADIUS)
        made = _symbol(member, numbers[person.key], at, legend)
        symbols.append(made)
    return tuple(symbols)
