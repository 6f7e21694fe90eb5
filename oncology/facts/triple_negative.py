"""Is the breast cancer triple-negative?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.receptors import NEGATIVE, POSITIVE, receptor

ANSWERS = (YES, NO, UNKNOWN)


def answer(case: Case) -> Answer:
    """Yes when ER, PR and HER2 are all negative; no when one is positive."""
    hormone, her2 = receptor(case, "HR"), receptor(case, "HER2")
    if POSITIVE in (hormone.value, her2.value):
        return Answer(NO)
    if hormone.value == her2.value == NEGATIVE:
        return Answer(YES, hormone.because + her2.because)
    if hormone.value == UNKNOWN == her2.value:
        open_ones = "ER, PR and HER2"
    else:
        open_ones = "ER and PR" if hormone.value == UNKNOWN else "HER2"
    question = f"Is the tumour negative for {open_ones}?"
    return Answer(UNKNOWN, needs=(open_ones,), question=question)
