"""How well comments are read: precision and recall of each field, counted in points.

A point is a field of one cancer of one relative, or one denial.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from oncology.dates import Span
from oncology.family.paths import degree_of, side_of
from tests.family.comments.corpus import FOLDER, Comment, Reading, Relative, read

FIELDS = ("relative", "side", "degree", "site", "age interval", "negation")


@dataclass
class Score:
    """Points of one field: right, read wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def read(self) -> int:
        """What was read."""
        return self.right + self.wrong

    @property
    def meant(self) -> int:
        """What was to be read."""
        return self.right + self.missed


def score(comments: Iterable[Comment]) -> dict[str, Score]:
    """The scores of all fields over these comments."""
    found = {field: Score() for field in FIELDS}
    for comment in comments:
        for field, told, gold in _points(read(comment), comment.gold):
            same = sum((told & gold).values())
            found[field].right += same
            found[field].wrong += sum(told.values()) - same
            found[field].missed += sum(gold.values()) - same
    return found


def opening_of(file: str) -> Path:
    """Where the scores of a file of comments stand, as it was opened."""
    return FOLDER / file.replace(".txt", "_opening.json")


def at_opening(file: str) -> dict[str, Score]:
    """The scores written down when a file of comments was opened."""
    first = json.loads(opening_of(file).read_text(encoding="utf-8"))
    return {field: Score(*first[field]) for field in FIELDS}


Points = Counter[object]


def _points(told: Reading, gold: Reading) -> Iterator[tuple[str, Points, Points]]:
    """Field by field: what was read and what was meant of relatives with a cancer."""
    read_of, meant_of = _affected(told), _affected(gold)
    yield "negation", _denials(told), _denials(gold)
    for number, (one, other) in enumerate(_paired(read_of, meant_of)):
        for field in FIELDS[:-1]:
            yield field, _of(field, number, one), _of(field, number, other)


def _affected(reading: Reading) -> list[Relative]:
    """One entry for each cancer of each relative: some labels have a line for each."""
    return [Relative(each.path, (cancer,)) for each in reading.relatives for cancer in each.cancers]


def _denials(reading: Reading) -> Points:
    found: Points = Counter(("family", site) for site in reading.denied)
    found.update(
        (each.path, item.site)
        for each in reading.relatives
        for item in each.items
        if item.denied and not item.site[:1].isupper()
    )
    return found


def _paired(
    told: list[Relative], gold: list[Relative]
) -> Iterator[tuple[Relative | None, Relative | None]]:
    """Each relative read with the one meant that is most like it; each at most once."""
    alike = sorted(
        (
            (-_likeness(one, other), first, second)
            for first, one in enumerate(told)
            for second, other in enumerate(gold)
        ),
    )
    used_told: set[int] = set()
    used_gold: set[int] = set()
    for likeness, first, second in alike:
        if likeness and first not in used_told and second not in used_gold:
            used_told.add(first)
            used_gold.add(second)
            yield told[first], gold[second]
    yield from ((each, None) for n, each in enumerate(told) if n not in used_told)
    yield from ((None, each) for n, each in enumerate(gold) if n not in used_gold)


def _likeness(one: Relative, other: Relative) -> int:
    same_path = 4 * (one.path == other.path)
    sites = {each.site for each in one.cancers} & {each.site for each in other.cancers}
    ages = set(one.cancers) & set(other.cancers)
    return same_path + 2 * bool(sites) + bool(ages)


def _of(field: str, number: int, relative: Relative | None) -> Points:
    """The points of one relative in one field."""
    if relative is None:
        return Counter()
    path = relative.path
    if field == "relative":
        return Counter([path])
    if field == "side":
        side = {"?m": "maternal", "?p": "paternal", "?": None}.get(path, "told")
        return Counter([side_of(path) if side == "told" else side])
    if field == "degree":
        return Counter([None if path.startswith("?") else degree_of(path)])
    if field == "site":
        return Counter(each.site for each in relative.cancers)
    return Counter((each.site, each.age) for each in relative.cancers if each.age != Span())
