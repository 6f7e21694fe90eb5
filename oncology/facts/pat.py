"""Does the family reach the Pedigree Assessment Tool's referral score?"""

from __future__ import annotations

from oncology.dates import Span
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of, recorded_cancers
from oncology.family.count import possible_cancers, score_lines
from oncology.family.model import Cancer, Person

ANSWERS = (YES, NO, UNKNOWN)
_FURTHEST_DEGREE = 3


def answer(case: Case, refer_at: int, young_below: int, points: dict[str, int]) -> Answer:
    """Points per relative and cancer, the higher of the two parental lines against `refer_at`.

    `points`: breast, breast-young, ovarian, male-breast. Ashkenazi heritage scores only when
    recorded for that purpose, which no resource read here does. Source: Hoskins 2006,
    PMID 16967460.
    """

    def score(relative: Person, disease: Cancer) -> tuple[int, int]:
        highest = _highest(disease, points, young_below, relative.sex)
        if not disease.is_certain or relative.degree is None:
            return 0, highest
        return _lowest(disease, points, young_below, relative.sex), highest

    family = family_of(case)
    relatives = [
        relative for relative in family.relatives if (relative.degree or 0) <= _FURTHEST_DEGREE
    ]
    tally = score_lines(relatives, score)
    verdict = tally.at_least(refer_at)
    if verdict is False and (family.hides_relatives or not family.is_read):
        verdict = None
    if tally.low == tally.high:
        text = f"PAT {tally.low} points, referral at {refer_at}"
    else:
        text = f"PAT {tally.low} to {tally.high} points, referral at {refer_at}"
    if verdict is None:
        return Answer(UNKNOWN, needs=_needs(relatives, young_below), text=text)
    because = tuple(
        each for relative in relatives for each in recorded_cancers(relative, "breast", "ovarian")
    )
    return Answer(YES if verdict else NO, because, text=text)


def _lowest(disease: Cancer, points: dict[str, int], young_below: int, sex: str | None) -> int:
    if disease.site == "ovarian":
        return points["ovarian"]
    if disease.site != "breast":
        return 0
    if sex == "male":
        return points["male-breast"]
    return points["breast-young" if disease.age.below(young_below) else "breast"]


def _highest(disease: Cancer, points: dict[str, int], young_below: int, sex: str | None) -> int:
    if disease.site == "ovarian":
        return points["ovarian"]
    if disease.site is None:
        possible = [points["breast-young"], points["ovarian"]]
        return max(possible) if sex == "female" else points["male-breast"]
    if disease.site != "breast":
        return 0
    if sex != "female":
        return points["male-breast"]
    is_older = disease.age.below(young_below) is False
    return points["breast" if is_older else "breast-young"]


def _needs(relatives: list[Person], young_below: int) -> tuple[str, ...]:
    needs = []
    for relative in relatives:
        for disease in possible_cancers(relative):
            if disease.site == "breast" and _open(disease.age, young_below):
                needs.append(f"the age of the {relative.label} at breast cancer")
            if disease.site is None:
                needs.append(f"the cancer of the {relative.label}")
            elif not disease.is_certain:
                needs.append(f"the diagnosis of the {relative.label}: {disease.site} cancer or not")
            if disease.site == "breast" and relative.sex is None:
                needs.append(f"the sex of the {relative.label}")
        if possible_cancers(relative) and relative.side is None:
            needs.append(f"the side of the {relative.label}, mother's or father's")
    return tuple(dict.fromkeys(needs))


def _open(age: Span, cut: int) -> bool:
    return age.below(cut) is None
