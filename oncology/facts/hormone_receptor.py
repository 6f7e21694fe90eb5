"""Is the breast cancer hormone-receptor positive?"""

from __future__ import annotations

from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.facts.receptors import NEGATIVE, POSITIVE, receptor

ANSWERS = (POSITIVE, NEGATIVE, UNKNOWN)


def answer(case: Case) -> Answer:
    """Positive when ER or PR is; negative only when both are."""
    return receptor(case, "HR")
