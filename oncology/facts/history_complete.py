"""Is the family history recorded as fully as a cancer patient's should be?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.family.model import Pedigree
from oncology.family.paths import MATERNAL, PATERNAL

ANSWERS = (YES, NO, UNKNOWN)
_NEAR = 2


def answer(case: Case) -> Answer:
    """Yes when both sides have first- or second-degree relatives and every cancer a site and age.

    Source: ASCO 2024, doi:10.1200/JCO.24.00662: first- and second-degree relatives of both sides,
    type of cancer and age at each diagnosis.
    """
    family = family_of(case)
    lacking = tuple(_lacking(family))
    if family.hides_relatives or not family.is_read:
        return Answer(UNKNOWN, needs=lacking)
    return Answer(NO, needs=lacking, text="; ".join(lacking)) if lacking else Answer(YES)


def _lacking(family: Pedigree) -> list[str]:
    near = [each for each in family.relatives if each.degree is not None and each.degree <= _NEAR]
    lacking = [
        f"relatives on the {'mother' if side == MATERNAL else 'father'}'s side"
        for side in (MATERNAL, PATERNAL)
        if not any(person.side == side for person in near)
    ]
    for person in near:
        if not person.is_health_known:
            lacking.append(f"the cancers of the {person.label}")
        for cancer in person.cancers:
            if cancer.site is None:
                lacking.append(f"the cancer of the {person.label}")
            elif cancer.age.low is None or cancer.age.low != cancer.age.high:
                lacking.append(f"the age of the {person.label} at {cancer.name}")
    return list(dict.fromkeys(lacking))
