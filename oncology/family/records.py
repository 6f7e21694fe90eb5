"""Several records of one relative made one person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.model import Cancer, Person


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
