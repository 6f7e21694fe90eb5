"""Does the family reach the Pedigree Assessment Tool's referral score?"""

from __future__ import annotations

from oncology.family.criteria.lines import line_rule
from oncology.family.rule import Member, Rule, Scored


def rule(refer_at: int, young_below: int, points: dict[str, int]) -> Rule:
    """Points per relative and cancer, the higher of the two parental lines against `refer_at`.

    `points`: breast, breast-young, ovarian, male-breast. Ashkenazi heritage scores only when
    recorded for that purpose, which no resource read here does. An own cancer is not scored: the
    tool is for women without. Source: Hoskins 2006, PMID 16967460.
    """

    def scores(member: Member) -> Scored:
        found = []
        age = member.youngest("breast")
        if age is not None and member.sex == "male":
            found.append(("breast cancer in a man", points["male-breast"]))
        elif age is not None and age < young_below:
            found.append((f"breast cancer before {young_below}", points["breast-young"]))
        elif age is not None:
            found.append((f"breast cancer at {young_below} or later", points["breast"]))
        if member.has("ovarian"):
            found.append(("ovarian cancer", points["ovarian"]))
        return tuple(found)

    return line_rule(scores, refer_at, ("breast", "ovarian"), (young_below,))
