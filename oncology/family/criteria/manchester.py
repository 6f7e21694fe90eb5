"""Does one side of the family reach the Manchester score (2017) at which testing is offered?"""

from __future__ import annotations

from oncology.family.criteria.lines import line_rule
from oncology.family.rule import Member, Rule, Scored

_NOT_SCORED = ("mucinous", "germ-cell", "borderline")
Bands = list[list[int]]


def rule(refer_at: int, refer_unaffected_at: int, bands: dict[str, Bands]) -> Rule:
    """BRCA1 and BRCA2 points together, on one side, the patient's own cancers among them.

    `bands`: for breast, male-breast, ovarian, prostate and pancreatic the rows
    `[from, below, points]`. A patient without a scored cancer needs `refer_unaffected_at`.
    Pathology of the index tumour is not scored: family histories do not carry it. Source: Evans
    2017, doi:10.1136/jmedgenet-2017-104584.
    """

    def scores(member: Member) -> Scored:
        found = []
        for site in ("breast", "ovarian", "pancreatic", "prostate"):
            ages = [each.age for each in member.tumours if each.site == site and _counts(each)]
            if not ages:
                continue
            table = "male-breast" if site == "breast" and member.sex == "male" else site
            rows = bands[table]
            worth = next((worth for low, below, worth in rows if low <= min(ages) < below), 0)
            if worth:
                found.append((f"{table.replace('-', ' ')} cancer", worth))
        return tuple(found)

    sites = ("breast", "ovarian", "pancreatic", "prostate")
    cuts = sorted({low for rows in bands.values() for low, _, _ in rows if low})
    plain = line_rule(scores, refer_unaffected_at, sites, tuple(cuts), with_patient=True)

    def counts(member: Member) -> tuple[int, int, bool] | None:
        added = plain.counts(member)
        return None if added is None else (*added, member.path == "")  # type: ignore[misc]

    def add(state: tuple[int, int, bool], more: tuple[int, int, bool]) -> tuple[int, int, bool]:
        return (*plain.add(state[:2], more[:2]), state[2] or more[2])

    def met(state: tuple[int, int, bool]) -> bool:
        return max(state[:2]) >= (refer_at if state[2] else refer_unaffected_at)

    return Rule(
        counts=counts,
        add=add,
        met=met,
        start=(0, 0, False),
        sites=plain.sites,
        stand_ins=plain.stand_ins,
        cuts=plain.cuts,
        asks=plain.asks,
        with_patient=True,
        scores=scores,
        refer_at=refer_unaffected_at,
        refer_at_with=lambda own: refer_at if own is not None else refer_unaffected_at,
        by_line=True,
    )


def _counts(tumour: object) -> bool:
    return getattr(tumour, "histology", "") not in _NOT_SCORED
