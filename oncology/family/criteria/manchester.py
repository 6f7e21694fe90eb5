"""Does one side of the family reach the Manchester score (2017) at which testing is offered?"""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.criteria.lines import Totals, line_rule
from oncology.family.rule import HISTOLOGY, PATHOLOGY, Member, Rule, Scored, Tumour, covers

_NOT_SCORED = ("mucinous", "germ-cell", "borderline")
# A type that is asked for and would score, beside its name where it is recorded.
_HIGH_GRADE = ("high-grade-serous", "telling")
# Recorded without the grade, or by its growth alone.
_SEROUS = ("serous", "papillary")
Bands = list[list[int]]


def rule(  # noqa: PLR0913, PLR0917 - the parts of the published table
    refer_at: int,
    refer_unaffected_at: int,
    bands: dict[str, Bands],
    pathology: dict[str, int],
    serous_below: int,
    adopted: int,
) -> Rule:
    """BRCA1 and BRCA2 points together, on one side, the patient's own cancers among them.

    `bands`: for breast, male-breast, ovarian, prostate and pancreatic the rows
    `[from, below, points]`. `pathology`: points of the index breast cancer, which is the
    patient's: grade-1 to grade-3, er-positive, er-negative, triple-negative (in place of ER),
    her2, in-situ, lobular; and high-grade-serous, of any ovarian cancer before `serous_below`.
    `adopted`: points of a patient with adoptive parents and nobody of the blood on record. A
    patient without a scored cancer needs `refer_unaffected_at`. Source: Evans 2017,
    doi:10.1136/jmedgenet-2017-104584.
    """

    def by_age(member: Member) -> Scored:
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

    def is_serous(tumour: Tumour) -> bool:
        is_meant = tumour.site == "ovarian" and tumour.histology in _HIGH_GRADE
        return is_meant and tumour.age < serous_below

    def scores(member: Member) -> Scored:
        found = list(by_age(member))
        if any(map(is_serous, member.tumours)):
            found.append(("high-grade serous", pathology["high-grade-serous"]))
        if member.path == "" and member.has("breast"):
            found += [(words, pathology[key]) for words, key in _index(member) if pathology[key]]
        if member.is_adopted and found:
            found.append(("adopted", adopted))
        return tuple(found)

    # What a patient with a scored cancer needs less than another: both then need the same.
    eased = refer_unaffected_at - refer_at
    sites = ("breast", "ovarian", "pancreatic", "prostate")
    cuts = {low for rows in bands.values() for low, _, _ in rows if low} | {serous_below}
    plain = line_rule(
        scores,
        refer_unaffected_at,
        sites,
        tuple(sorted(cuts)),
        asks=frozenset({HISTOLOGY, PATHOLOGY}),
        with_patient=True,
        spare=-sum(min(points, 0) for points in pathology.values()),
    )

    def counts(member: Member) -> Totals | None:
        scored = scores(member)
        if member.path or not scored:
            return plain.counts(member)  # type: ignore[return-value]
        total = eased + sum(points for _, points in scored)
        return total, total

    def holds(more: Totals | None, less: Totals | None) -> bool:
        # Pathology takes points off, so that who adds nothing may add more than who has cancer.
        return covers(more or plain.start, less or plain.start)

    return replace(
        plain,
        counts=counts,
        covers=holds,
        histologies=("ovarian",),
        may_be_telling=_SEROUS,
        refer_at_with=lambda own: refer_at if own is not None else refer_unaffected_at,
    )


def _index(member: Member) -> list[tuple[str, str]]:
    """What the pathology of the patient's breast cancer scores for, in words and by its key.

    A type that is not told is not scored, as in the authors' example.
    """
    told = member.pathology
    breast = [each for each in member.tumours if each.site == "breast"]
    found = [(f"grade {told.grade}", f"grade-{told.grade}")]
    if not (told.er or told.pr or told.her2):
        found.append(("triple negative", "triple-negative"))
    else:
        found.append(("ER positive", "er-positive") if told.er else ("ER negative", "er-negative"))
    if told.her2:
        found.append(("HER2 amplified", "her2"))
    if all(each.is_in_situ for each in breast):
        found.append(("in situ only", "in-situ"))
    elif any(each.histology == "lobular" for each in breast):
        found.append(("lobular", "lobular"))
    return found


def _counts(tumour: Tumour) -> bool:
    return tumour.site != "ovarian" or tumour.histology not in _NOT_SCORED
