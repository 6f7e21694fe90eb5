"""Is any of the seven questions of FHS-7 answered yes?"""

from __future__ import annotations

from collections.abc import Callable

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of, recorded_cancers
from oncology.family.count import count, has, possible_cancers
from oncology.family.model import Person

ANSWERS = (YES, NO, UNKNOWN)
_FURTHEST_DEGREE = 3

Question = Callable[[Person], bool | None]


def answer(case: Case, young_below: int, pair: int) -> Answer:
    """Any one yes among the seven, over blood relatives of first to third degree.

    Source: Ashton-Prolla 2009, doi:10.1186/1471-2407-9-283.
    """
    family = family_of(case)
    relatives = [r for r in family.relatives if (r.degree or 0) <= _FURTHEST_DEGREE]
    single: tuple[Question, ...] = (
        _first_degree_breast_or_ovarian,
        _bilateral,
        _male_breast,
        _woman_with_both,
        lambda relative: _young_woman(relative, young_below),
    )
    verdicts = [count(relatives, question).at_least(1) for question in single]
    for cancers in (("breast", "ovarian"), ("breast", "crc")):
        verdicts.append(count(relatives, lambda r, c=cancers: has(r, *c)).at_least(pair))  # type: ignore[misc]
    if True in verdicts:
        number = verdicts.index(True) + 1
        because = tuple(
            each
            for relative in relatives
            for each in recorded_cancers(relative, "breast", "ovarian", "crc")
        )
        return Answer(YES, because, text=f"FHS-7 positive (question {number})")
    if None in verdicts or family.hides_relatives or not family.is_read:
        return Answer(UNKNOWN, text="FHS-7 open")
    return Answer(NO, text="FHS-7 negative by the relatives recorded")


def _both(*verdicts: bool | None) -> bool | None:
    if False in verdicts:
        return False
    return None if None in verdicts else True


def _is(value: object, wanted: object) -> bool | None:
    return None if value is None else value == wanted


def _first_degree_breast_or_ovarian(relative: Person) -> bool | None:
    return _both(_is(relative.degree, 1), has(relative, "breast", "ovarian"))


def _bilateral(relative: Person) -> bool | None:
    """Laterality is seldom coded: not recorded counts as not bilateral, as the tool's form does."""
    if not has(relative, "breast"):
        return False
    return any(disease.is_bilateral for disease in possible_cancers(relative))


def _male_breast(relative: Person) -> bool | None:
    return _both(_is(relative.sex, "male"), has(relative, "breast"))


def _woman_with_both(relative: Person) -> bool | None:
    woman = _is(relative.sex, "female")
    return _both(woman, has(relative, "breast"), has(relative, "ovarian"))


def _young_woman(relative: Person, young_below: int) -> bool | None:
    verdict: bool | None = False
    for disease in possible_cancers(relative):
        if disease.site not in (None, "breast"):
            continue
        certain = True if disease.site and disease.is_certain else None
        young = _both(_is(relative.sex, "female"), certain, disease.age.below(young_below))
        if young:
            return True
        verdict = None if young is None else verdict
    return verdict
