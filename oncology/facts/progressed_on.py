"""Did the cancer grow or come back after a drug of this group was started?"""

from __future__ import annotations

from msgspec.structs import replace

from oncology.chart.model import DrugUse
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case, Sign
from oncology.facts.growth import answer_by, growth_signs, spread_signs
from oncology.facts.prior_drug import drugs_of

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case, group: str, staging_days: int) -> Answer:
    """Yes when progression, recurrence or a new metastasis is on file after a drug's start.

    A metastasis found within `staging_days` of the diagnosis is not new.
    """
    given, may_be_more = drugs_of(case, group)
    signs = []
    for sign in growth_signs(case) + spread_signs(case, staging_days):
        verdicts = [_is_since(sign, drug) for drug in given]
        if True in verdicts:
            signs.append(sign)
        elif None in verdicts or may_be_more:
            signs.append(replace(sign, is_certain=False))
    return answer_by(signs)


def _is_since(sign: Sign, drug: DrugUse) -> bool | None:
    """Whether it happened at the drug's start or later; None when the dates do not tell."""
    if sign.when is None or drug.date is None:
        return None
    if sign.when.earliest >= drug.date.latest:
        return True
    return False if sign.when.latest < drug.date.earliest else None
