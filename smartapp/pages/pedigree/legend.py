"""Which pattern stands for which cancer, and for a hereditary finding."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from oncology.family.model import Cancer, Pedigree, Person
from smartapp.pages.pedigree.symbols import MOST_PARTS
from smartapp.pages.words import capital

NOT_KNOWN = "Cancer, site not known"
OTHER = "Other cancer"
# A part of its own, never the whole symbol: a finding is no cancer.
FINDING = "Hereditary finding"
_FINDING_PATTERN = MOST_PARTS - 1


class Key(Struct, frozen=True):
    """One entry of the legend."""

    pattern: int
    words: str


def legend_of(pedigree: Pedigree) -> dict[str, Key]:
    """A pattern for each cancer; the rarer ones share the last when there are too many."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for person in pedigree.people:
        for key, name in {_key_of(each): each.name for each in person.cancers}.items():
            counts[key] += 1
            names[key] = NOT_KNOWN if key == NOT_KNOWN else (name or key)
    carried = any(person.traits for person in pedigree.people)
    parts = MOST_PARTS - carried
    ranked = sorted(counts, key=lambda key: (key == NOT_KNOWN, -counts[key], key))
    own = ranked if len(ranked) <= parts else ranked[: parts - 1]
    legend = {key: Key(number, capital(names[key])) for number, key in enumerate(own)}
    for key in ranked[len(own) :]:
        legend[key] = Key(parts - 1, OTHER)
    if carried:
        legend[FINDING] = Key(_FINDING_PATTERN, FINDING)
    return legend


def parts_of(legend: dict[str, Key]) -> int:
    """Into how many parts a symbol is divided."""
    parts = len({key.pattern for key in legend.values()})
    if FINDING in legend and parts < 2:
        return 2
    return parts if parts < 3 else MOST_PARTS


def patterns_of(person: Person, legend: dict[str, Key]) -> dict[int, bool]:
    """The patterns of one person, and whether each is certain."""
    certain: dict[int, bool] = {}
    for cancer in person.cancers:
        pattern = legend[_key_of(cancer)].pattern
        certain[pattern] = certain.get(pattern, False) or cancer.is_certain
    for trait in person.traits:
        pattern = legend[FINDING].pattern
        certain[pattern] = certain.get(pattern, False) or trait.is_certain
    return certain


def _key_of(cancer: Cancer) -> str:
    return cancer.site or NOT_KNOWN
