"""The parts of a chart in an order of their own, each resource once.

Overlapping searches send a resource more than once, and histories send several versions of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Protocol, TypeVar

from oncology.chart.model import Result
from oncology.dates import PartialDate


class Part(Protocol):
    """What a chart holds of one resource."""

    @property
    def reference(self) -> str:
        """The resource."""
        ...

    @property
    def date(self) -> PartialDate | None:
        """Its day, when it has one."""
        ...


P = TypeVar("P", bound=Part)


def in_order(parts: Sequence[P]) -> tuple[P, ...]:
    """Each once, newest first and undated last, whatever the order sent in."""
    if not parts:
        return ()
    found = list(dict.fromkeys(parts))
    if len(found) > 1:
        alike = len({each.reference for each in found}) < len(found)
        found.sort(key=_content if alike else _reference)
        found.sort(key=_day, reverse=True)
    return tuple(found)


def _day(part: Part) -> int:
    return part.date.latest.toordinal() if part.date else 0


def _reference(part: Part) -> str:
    return part.reference


def _content(part: Part) -> tuple[str, ...]:
    """For parts of one resource, and of resources without an id."""
    values = (getattr(part, name) for name in part.__struct_fields__)  # type: ignore[attr-defined]
    told = (str(sorted(each)) if isinstance(each, frozenset) else str(each) for each in values)
    return part.reference, *told


def versions(kind: str, *parts: Iterable[Part]) -> set[str]:
    """References of resources that came in different versions, by what they were read as.

    Each resource is read as one part. One without an id is told apart from no other: its type is
    all the reference it has.
    """
    found = dict.fromkeys(chain(*parts))
    if len(found) < 2:
        return set()
    count = Counter([each.reference for each in found])
    return {reference for reference, times in count.items() if times > 1 and reference != kind}


def versions_of_results(results: list[Result]) -> set[str]:
    """The same for Observations, which may hold one result for each gene."""
    found = dict.fromkeys(results)
    if len(found) < 2:
        return set()
    count = Counter([(each.reference, each.biomarkers, each.sees) for each in found])
    repeated = {key[0] for key, times in count.items() if times > 1}
    return repeated - {"Observation"}
