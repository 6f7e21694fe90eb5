"""Several records of one relative made one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.conditions import ORIGIN_UNKNOWN
from oncology.family.model import Cancer, Person
from oncology.site_kinds import SiteKinds

_TWO = 2


def people_in(records: Sequence[tuple[Person, bool]]) -> list[Person]:
    """Who stands in the records of one mother, father or grandparent: as a rule one person.

    True beside one whom only the sex told made it: `parent` also covers adoptive, foster and step
    (`relationships.csv`). Born in another year than the others that is in doubt.
    """
    born = {person.birth_year for person, _ in records} - {None}
    by_sex = [person for person, is_by_sex in records if is_by_sex]
    if len(born) < 2 or not by_sex:
        return [reduce(together, (person for person, _ in records))]
    exact = [person for person, is_by_sex in records if not is_by_sex]
    others = [replace(each, path=None, may_be=(each.path, None)) for each in by_sex]
    return [reduce(together, exact), *others] if exact else others


def together(first: Person, second: Person) -> Person:
    """One person of two records; a sex or an age the two do not share is open."""
    return replace(
        first,
        sex=first.sex if first.sex == second.sex else None,
        cancers=_united(first.cancers, second.cancers),
        traits=tuple(dict.fromkeys(first.traits + second.traits)),
        is_health_known=first.is_health_known and second.is_health_known,
        is_partial=first.is_partial or second.is_partial,
        is_deceased=first.is_deceased if first.is_deceased == second.is_deceased else None,
        age=first.age.within(second.age),
        birth_year=first.birth_year if first.birth_year == second.birth_year else None,
        parents=tuple(dict.fromkeys(first.parents + second.parents)),
        siblings=tuple(dict.fromkeys(first.siblings + second.siblings)),
        tests=tuple(dict.fromkeys(first.tests + second.tests)),
        references=tuple(sorted({*first.references, *second.references})),
        is_adopted_out=first.is_adopted_out or second.is_adopted_out,
        breasts=tuple(dict.fromkeys(first.breasts + second.breasts)),
        contradictions=tuple(dict.fromkeys(first.contradictions + second.contradictions)),
    )


def holds(person: Person, record: Person) -> bool:
    """Whether a second record of the same person tells no cancer and no trait beyond the first."""
    if not record.is_health_known or len({person.birth_year, record.birth_year} - {None}) > 1:
        return False
    one = together(person, record)
    return (one.cancers, one.traits, one.breasts) == (person.cancers, person.traits, person.breasts)


def each_once(cancers: Iterable[Cancer]) -> tuple[Cancer, ...]:
    """Without those recorded twice alike; of two unknown sites they may be two cancers."""
    found: list[Cancer] = []
    for cancer in cancers:
        if _may_be_two(cancer) or cancer not in found:
            found.append(cancer)
    return tuple(found)


def _may_be_two(cancer: Cancer) -> bool:
    return cancer.site is None and cancer.name != ORIGIN_UNKNOWN


def named_once(person: Person, kinds: SiteKinds) -> Person:
    """Without the cancers that name more widely what another of the same age names closely.

    Same site and same age are one cancer; at different or open ages both stay.
    """
    if len(person.cancers) < _TWO:
        return person
    kept = [
        cancer
        for cancer in person.cancers
        if not any(_is_named_by(cancer, other, kinds) for other in person.cancers)
    ]
    return replace(person, cancers=tuple(kept)) if len(kept) < len(person.cancers) else person


def _is_named_by(wider: Cancer, closer: Cancer, kinds: SiteKinds) -> bool:
    is_aged = wider.age.low is not None and wider.age.low == wider.age.high
    return (
        is_aged
        and wider.age == closer.age
        and wider.is_in_situ == closer.is_in_situ
        and closer.is_certain >= wider.is_certain
        and kinds.is_surely(wider.site, closer.site)
    )


def _united(first: tuple[Cancer, ...], second: tuple[Cancer, ...]) -> tuple[Cancer, ...]:
    """The cancers of two records of one person: of one site they are one cancer.

    Its age lies between the two that are told, if those differ: which of them holds is not known.
    """
    found, others = [], list(second)
    for cancer in first:
        same = next((each for each in others if _is_same(cancer, each)), None)
        if same is not None:
            others.remove(same)
        found.append(cancer if same is None else _one_of(cancer, same))
    return (*found, *others)


def _is_same(cancer: Cancer, other: Cancer) -> bool:
    if _may_be_two(cancer):
        return False
    return (cancer.site, cancer.is_in_situ) == (other.site, other.is_in_situ)


def _one_of(cancer: Cancer, same: Cancer) -> Cancer:
    return replace(
        cancer,
        age=_either(cancer.age, same.age),
        is_certain=cancer.is_certain or same.is_certain,
        is_bilateral=cancer.is_bilateral or same.is_bilateral,
        histology=cancer.histology if cancer.histology == same.histology else "",
        premenopausal=cancer.premenopausal or same.premenopausal,
    )


def _either(one: Span, other: Span) -> Span:
    """What both allow; where they contradict each other everything between."""
    both = one.within(other)
    if both != Span():
        return both
    lows = [each.low for each in (one, other) if each.low is not None]
    highs = [each.high for each in (one, other) if each.high is not None]
    return Span(min(lows, default=None), max(highs, default=None))
