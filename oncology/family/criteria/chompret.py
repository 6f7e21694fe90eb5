"""Do patient and family meet Chompret 2015?"""

from __future__ import annotations

from typing import Any

from oncology.family.rule import ALONE, ANY_SITE, MENOPAUSE, PRIMARIES, Member, Rule, together

_NEAR = 2


def rule(spectrum: list[str], any_age: list[str], ages: dict[str, int]) -> Rule:
    """Any of four. `ages`: patient, relative, breast and premenopausal, all "before".

    1 a tumour of the `spectrum` before `patient`, and a first- or second-degree relative with one
    before `relative` or with several tumours (breast not with breast); 2 several tumours, two of
    the spectrum, the first before `patient`, not breast alone; 3 a tumour of `any_age`; 4 breast
    cancer before `breast`. Breast counts when premenopausal: before `premenopausal` it is taken
    as such, later the record must say so. Source: Bougeard 2015, doi:10.1200/JCO.2014.59.5728.
    """

    def in_spectrum(member: Member) -> list[tuple[str, int]]:
        found = []
        for each in member.tumours:
            if each.is_in_situ:
                continue
            pre = each.premenopausal or each.age < ages["premenopausal"]
            if each.site in spectrum or (each.site == "breast" and pre):
                found.append((each.site, each.age))
        return found

    def counts(member: Member) -> Any:
        found = in_spectrum(member)
        if member.path:
            several = len({each.site for each in member.tumours}) > 1
            near = [site for site, age in found if age < ages["relative"] or several]
            return ("near", _beside_breast(near)) if near else None
        sites = {site for site, _ in found}
        invasive = [each for each in member.tumours if not each.is_in_situ]
        first = min((each.age for each in invasive), default=ages["patient"])
        breast = min((each.age for each in invasive if each.site == "breast"), default=None)
        by_itself = (
            (len(sites) > 1 and first < ages["patient"])
            or member.has(*any_age)
            or (breast is not None and breast < ages["breast"])
        )
        young = [site for site, age in found if age < ages["patient"]]
        if by_itself:
            return ALONE
        return ("own", _beside_breast(young)) if young else None

    def met(state: frozenset[Any]) -> bool:
        if ALONE in state:
            return True
        own = [other for kind, other in state if kind == "own"]
        near = [other for kind, other in state if kind == "near"]
        return bool(own and near) and (any(own) or any(near))

    return Rule(
        counts=counts,
        add=together,
        met=met,
        start=frozenset(),
        sites=frozenset({ANY_SITE}),
        stand_ins=("breast", *spectrum[:1], *any_age[:1], "other"),
        cuts=tuple(sorted(set(ages.values()))),
        asks=frozenset({MENOPAUSE, PRIMARIES}),
        furthest=_NEAR,
        with_patient=True,
        needs_own=True,
    )


def _beside_breast(sites: list[str]) -> bool:
    """Whether there is another tumour than breast cancer: breast does not count with breast."""
    return any(site != "breast" for site in sites)
