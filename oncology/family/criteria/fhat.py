"""Does the family reach the Ontario Family History Assessment Tool's referral score?"""

from __future__ import annotations

from oncology.family.criteria.lines import line_rule
from oncology.family.rule import BILATERAL, Member, Rule, Scored

_PARENTS = ("M", "F")
Bands = list[list[int]]


def rule(refer_at: int, points: dict[str, int], bands: dict[str, Bands]) -> Rule:
    """Points by relation, age band and laterality; the higher line against `refer_at`.

    `bands`: for breast, ovarian, prostate and crc the rows `[from, below, points]`. A child scores
    by age alone, as the table has no entry for it. Source: Gilpin 2000, PMID 11076055, as printed
    by USPSTF.
    """

    def scores(member: Member) -> Scored:
        found = [*_by_relation(member, points)]
        for site, rows in bands.items():
            age = member.youngest(site)
            if age is None:
                continue
            worth = next((worth for low, below, worth in rows if low <= age < below), 0)
            if site == "breast" and any(each.premenopausal for each in member.tumours):
                worth = max(worth, points["premenopausal"])
            if worth:
                found.append((f"age at {_NAMES[site]}", worth))
        if any(each.is_bilateral and each.site == "breast" for each in member.tumours):
            found.append(("breast cancer in both breasts", points["bilateral"]))
        return tuple(found)

    cuts = sorted(
        {age for rows in bands.values() for low, below, _ in rows for age in (low, below)}
    )
    return line_rule(
        scores,
        refer_at,
        ("breast", "ovarian", "prostate", "crc"),
        tuple(cuts),
        asks=frozenset({BILATERAL}),
    )


_NAMES = {
    "breast": "breast cancer",
    "ovarian": "ovarian cancer",
    "prostate": "prostate cancer",
    "crc": "colorectal cancer",
}


def _by_relation(member: Member, points: dict[str, int]) -> list[tuple[str, int]]:
    kin = _kin(member)
    breast, ovarian = member.has("breast"), member.has("ovarian")
    found = []
    if breast and ovarian:
        found.append(("breast and ovarian cancer", points.get(f"both-{kin}", 0)))
    elif breast:
        found.append(("breast cancer", points.get(f"breast-{kin}", 0)))
    elif ovarian:
        found.append(("ovarian cancer", points.get(f"ovarian-{kin}", 0)))
    if breast and member.sex == "male" and kin != "child":
        found.append(("breast cancer in a man", points["male"]))
    return [(words, worth) for words, worth in found if worth]


def _kin(member: Member) -> str:
    if member.path in _PARENTS:
        return "parent"
    if member.path in ("S", "I"):
        return "sibling"
    return "child" if member.path == "C" else "distant"
