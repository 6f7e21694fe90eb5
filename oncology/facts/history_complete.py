"""Is the family history recorded as fully as a cancer patient's should be?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.family.completeness import near, sides_without
from oncology.family.model import Pedigree

ANSWERS = (YES, NO, UNKNOWN)


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
    lacking = [f"relatives on the {side}" for side in sides_without(family)]
    for person in near(family):
        if not person.is_health_known:
            lacking.append(f"the cancers of the {person.label}")
        for cancer in person.cancers:
            if cancer.site is None:
                lacking.append(f"the cancer of the {person.label}")
            elif cancer.age.low is None or cancer.age.low != cancer.age.high:
                lacking.append(f"the age of the {person.label} at {cancer.name}")
    return list(dict.fromkeys(lacking))
