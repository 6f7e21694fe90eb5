"""The pedigree ready to draw: shapes, lines, labels and legend, all as plain SVG attributes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from oncology.family.model import Cancer, Pedigree, Person
from oncology.family.tree import Member, tree_of
from smartapp.pages.pedigree.labels import labels_of
from smartapp.pages.pedigree.layout import GAP, Layout, Union, lay_out
from smartapp.pages.pedigree.symbols import MOST_PARTS, RADIUS, outline, part
from smartapp.pages.words import capital

_LEFT, _TOP, _RIGHT = 96, 34, 64
_LINE, _BELOW = 14, 54
_FITS = 560
# From so many on, relatives of one kind without a cancer are drawn as one symbol.
MANY = 3
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
NOT_KNOWN = "Cancer, site not known"
OTHER = "Other cancer"


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


class Line(Struct, frozen=True):
    """A line of descent or of a couple."""

    d: str
    is_unseen: bool


class Key(Struct, frozen=True):
    """One entry of the legend."""

    pattern: int
    words: str


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

    @property
    def fits(self) -> bool:
        """Whether it can be read when made as narrow as a side panel."""
        return self.width <= _FITS


def draw(pedigree: Pedigree) -> Drawing:
    """The whole drawing; people without a place stand in a row of their own underneath."""
    tree = tree_of(pedigree, MANY)
    layout = lay_out(tree.members.values())
    legend = _legend(pedigree)
    numbers = _numbers(layout, tree.members)
    heights = _row_heights(layout, tree.members)
    tops = [_TOP + RADIUS + sum(heights[:row]) for row in range(len(heights))]
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
        lines=tuple(_lines(layout, tree.members, tops)),
        numerals=tuple(zip(_NUMERALS, tops, strict=False)),
        legend=tuple(legend.values()),
        loose=loose,
        loose_y=bottom + 4,
        numbers=numbers,
        has_unseen=any(each.person is None for each in tree.members.values()),
        has_uncertain=any(not c.is_certain for p in pedigree.people for c in p.cancers),
    )


def _key_of(cancer: Cancer) -> str:
    return cancer.site or NOT_KNOWN


def _legend(pedigree: Pedigree) -> dict[str, Key]:
    """A pattern for each cancer; the rarer ones share the last when there are too many."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for person in pedigree.people:
        for key, name in {_key_of(each): each.name for each in person.cancers}.items():
            counts[key] += 1
            names[key] = NOT_KNOWN if key == NOT_KNOWN else (name or key)
    ranked = sorted(counts, key=lambda key: (key == NOT_KNOWN, -counts[key], key))
    own = ranked if len(ranked) <= MOST_PARTS else ranked[: MOST_PARTS - 1]
    legend = {key: Key(number, capital(names[key])) for number, key in enumerate(own)}
    for key in ranked[len(own) :]:
        legend[key] = Key(MOST_PARTS - 1, OTHER)
    return legend


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
    )


def _arrow(person: Person | None) -> str:
    """An arrow marks the patient, with a P for one who has had cancer."""
    if person is None or not person.is_patient:
        return ""
    return "P" if person.cancers else "arrow"


def _fills(member: Member, x: float, y: float, legend: dict[str, Key]) -> Iterable[Fill]:
    parts = len({key.pattern for key in legend.values()})
    parts = parts if parts < 3 else MOST_PARTS
    certain: dict[int, bool] = {}
    for cancer in member.person.cancers if member.person else ():
        pattern = legend[_key_of(cancer)].pattern
        certain[pattern] = certain.get(pattern, False) or cancer.is_certain
    for pattern, is_certain in certain.items():
        yield Fill(part(member.sex, x, y, (pattern, parts)), pattern, not is_certain)


def _loose(
    people: list[Person], numbers: dict[str, str], y: float, legend: dict[str, Key]
) -> tuple[Symbol, ...]:
    symbols = []
    for place, person in enumerate(people):
        numbers[person.key] = f"U-{place + 1}"
        member = Member(person.key, person.sex, person, people=(person,))
        at = (_LEFT + place * GAP, y + RADIUS)
        made = _symbol(member, numbers[person.key], at, legend)
        symbols.append(made)
    return tuple(symbols)


def _lines(layout: Layout, members: dict[str, Member], tops: list[float]) -> Iterable[Line]:
    lanes: dict[int, list[tuple[float, float]]] = {}
    for union in sorted(layout.unions, key=lambda each: layout.places[each.parents[0]].x):
        places = [layout.places[each] for each in union.parents]
        row = max(place.generation for place in places)
        unseen = all(members[each].person is None for each in union.parents)
        y = tops[row]
        xs = sorted(place.x + _LEFT for place in places)
        if len(xs) == 2:
            drop = sum(xs) / 2
            yield Line(f"M{xs[0] + RADIUS:g} {y:g}H{xs[1] - RADIUS:g}", unseen)
        else:
            # The other parent is not recorded: a stub on the side that is free.
            side = layout.stub_sides[union.parents[0]]
            drop = xs[0] + side * GAP / 2
            yield Line(f"M{xs[0] + side * RADIUS:g} {y:g}H{drop:g}", True)
        yield from _descent(union, drop, y, (layout, members, tops, lanes, unseen))


Drawn = tuple[Layout, dict[str, Member], list[float], dict[int, list[tuple[float, float]]], bool]


def _descent(union: Union, drop: float, y: float, drawn: Drawn) -> Iterable[Line]:
    """From the parents down to a bar, from the bar to each child; bars that meet stand apart."""
    layout, members, tops, lanes, unseen = drawn
    row = layout.places[union.children[0]].generation
    xs = [layout.places[each].x + _LEFT for each in union.children]
    left, right = min([*xs, drop]), max([*xs, drop])
    taken = lanes.setdefault(row, [])
    lane = sum(1 for start, end in taken if start - 8 < right and left - 8 < end)
    taken.append((left, right))
    bar = tops[row] - RADIUS - 16 - 9 * lane
    yield Line(f"M{drop:g} {y:g}V{bar:g}", unseen)
    if right > left:
        yield Line(f"M{left:g} {bar:g}H{right:g}", unseen)
    for each, x in zip(union.children, xs, strict=True):
        hidden = unseen or members[each].person is None
        yield Line(f"M{x:g} {bar:g}V{tops[row] - RADIUS:g}", hidden)
