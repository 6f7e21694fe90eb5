"""Cancers that a record codes in one breast or the other."""

from __future__ import annotations

import re

from msgspec.structs import replace

from oncology.chart.ages import age_at_diagnosis
from oncology.chart.model import Chart
from oncology.dates import PartialDate, Span
from oncology.family.model import Cancer
from oncology.family.records import each_once
from oncology.reading.elements import CodeableConcept
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.terminology import SYSTEMS

Breasts = tuple[tuple[str, Span], ...]
# ICD-10-CM C50: the sixth character says which breast; 9 is not specified.
_SIDED = re.compile(r"C50\.[0-9][12]([12])\Z")
_SIDES = {"1": "right", "2": "left"}


def sides_in(code: CodeableConcept | None) -> set[str]:
    """The sides a code of breast cancer names."""
    codings = code.coding if code else ()
    found = [
        _SIDED.match(coding.code or "")
        for coding in codings
        if SYSTEMS.get(coding.system or "") == "icd-10-cm"
    ]
    return {_SIDES[each[1]] for each in found if each}


def each_breast(code: CodeableConcept | None, cancer: Cancer) -> Breasts:
    """The breast a relative's cancer is coded in, with its age; none of one that is not certain."""
    if cancer.site != "breast" or not cancer.is_certain or cancer.is_in_situ:
        return ()
    return tuple((side, cancer.age) for side in sorted(sides_in(code)))


def own_breasts(chart: Chart, today: PartialDate) -> Breasts:
    """The same of the patient's own diagnoses."""
    return tuple(
        (each.side, age_at_diagnosis(chart.person, each, today))
        for each in chart.diagnoses
        if each.cancer == "breast" and each.verification.is_usable and each.side in _SIDES.values()
    )


def both_breasts(cancers: list[Cancer], member: FamilyMemberHistory) -> tuple[Cancer, ...]:
    """Cancer coded in the right and in the left breast is bilateral; one side tells nothing."""
    sides = {side for condition in member.condition for side in sides_in(condition.code)}
    if len(sides) == len(_SIDES):
        cancers = [
            replace(each, is_bilateral=True) if each.site == "breast" else each for each in cancers
        ]
    return each_once(cancers)
