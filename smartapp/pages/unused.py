"""What came from the EHR and no rule looks at, by its own words and how often."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from smartapp.opened import OpenedChart
from smartapp.pages.record import Part
from smartapp.pages.words import resource_words

# So many kinds of one type are named; the rest is a number.
_MOST_NAMED = 40


class Unused(Struct, frozen=True):
    """Resources of one type: `Heart rate (12)`, the most frequent first; `more` are not named."""

    words: str
    count: int
    kinds: tuple[str, ...]
    more: int


def unused(opened: OpenedChart, parts: tuple[Part, ...]) -> tuple[Unused, ...]:
    """Everything that came and is not among `parts`, which must hold all that was read."""
    read = {item.reference for part in parts for item in part.items}
    found: dict[str, Counter[str]] = {}
    for each in opened.beside.held:
        if each.reference not in read:
            found.setdefault(each.resource_type, Counter())[each.words or "without words"] += 1
    return tuple(_unused(kind, counts) for kind, counts in found.items())


def partial_dates(parts: tuple[Part, ...]) -> int:
    """How many resources are dated to the month or the year only."""
    return sum(item.is_partial for part in parts for item in part.items)


def _unused(kind: str, counts: Counter[str]) -> Unused:
    named = tuple(
        words if number == 1 else f"{words} ({number})"
        for words, number in counts.most_common(_MOST_NAMED)
    )
    return Unused(
        words=resource_words(kind),
        count=counts.total(),
        kinds=named,
        more=len(counts) - len(named),
    )
