"""Is the cancer HER2-positive?"""

from __future__ import annotations

from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.facts.receptors import NEGATIVE, POSITIVE, receptor

ANSWERS = (POSITIVE, NEGATIVE, UNKNOWN)


def answer(case: Case) -> Answer:
    """IHC 3+ or ISH amplified is positive; IHC 0, 1+ and 2+ with negative ISH are negative."""
    return receptor(case, "HER2")
