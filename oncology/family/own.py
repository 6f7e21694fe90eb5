"""The patient as a member of the family: their own cancers and hereditary findings."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.chart.ages import age_at_diagnosis
from oncology.chart.diagnoses import says_spread
from oncology.chart.model import (
    UNKNOWN_AGE,
    Certainty,
    Chart,
    Diagnosis,
    HistoryItem,
    Verification,
)
from oncology.chart.repeats import first_told
from oncology.dates import PartialDate, Span, until
from oncology.family.ages import birth_year
from oncology.family.breasts import own_breasts
from oncology.family.conditions import ORIGIN_UNKNOWN, SITE_UNKNOWN
from oncology.family.model import Cancer, Person, Trait
from oncology.family.paths import PATIENT
from oncology.family.records import each_once
from oncology.terminology import Terminology

_TRAITS = ("syndrome", "susceptibility", "finding")


def patient_of(chart: Chart, terminology: Terminology, today: PartialDate) -> Person:
    """The patient with every cancer on file, past ones among them."""
    person = chart.person
    by_display = {each.display: each.cancer for each in terminology.family_cancers.values()}
    on_file = (*chart.diagnoses, *chart.others)
    # Two of which the site is not known may be two, however alike they are recorded.
    named = [each for each in on_file if each.cancer]
    repeats = first_told(named)[1] if len(named) > 1 else ()
    cancers = [
        _cancer(each, chart, terminology, today, by_display)
        for each in on_file
        if each not in repeats and not _is_told_by_code(each, chart)
    ]
    cancers += [
        _in_situ(each, chart, terminology, today)
        for each in chart.history
        if each.kind == "in-situ"
    ]
    traits = [
        Trait(each.cancer or each.kind, each.display, each.is_certain, each.reference)
        for each in chart.history
        if each.kind in _TRAITS
    ]
    if any(each.site for each in cancers):
        cancers = [each for each in cancers if each.name != ORIGIN_UNKNOWN]
    if is_in_both_breasts(chart):
        cancers = [
            replace(each, is_bilateral=True) if each.site == "breast" else each for each in cancers
        ]
    return Person(
        key="patient",
        label="patient",
        path=PATIENT,
        sex=person.sex,
        cancers=each_once(cancers),
        traits=tuple(dict.fromkeys(traits)),
        is_health_known=not chart.lacks("Condition"),
        is_deceased=person.deceased,
        age=person.age_on(today),
        birth_year=birth_year(person.birth),
        references=(person.reference,),
        breasts=own_breasts(chart, today),
    )


def is_in_both_breasts(chart: Chart) -> bool:
    """Whether cancer was found in both breasts; one side on file says nothing of the other."""
    sides = {
        each.side
        for each in chart.diagnoses
        if each.cancer == "breast" and each.verification.is_usable
    }
    return "both" in sides or {"left", "right"} <= sides


def _is_told_by_code(diagnosis: Diagnosis, chart: Chart) -> bool:
    """Whether a cancer in words alone, with no day or age of its own, is on file by a code."""
    if diagnosis.verification is not Verification.UNKNOWN or diagnosis not in chart.others:
        return False
    tells_more = diagnosis.onset is not None or diagnosis.onset_age != UNKNOWN_AGE
    coded = {each.cancer.split(":")[0] for each in chart.diagnoses}
    return not tells_more and diagnosis.cancer in coded


def _cancer(
    diagnosis: Diagnosis,
    chart: Chart,
    terminology: Terminology,
    today: PartialDate,
    by_display: dict[str, str],
) -> Cancer:
    # Ureter and renal pelvis are urothelial for testing, and sites of their own in a family.
    site = by_display.get(diagnosis.display) or diagnosis.cancer.split(":")[0] or None
    known = terminology.family_sites.get(site or "")
    name = known.name if known else (site or SITE_UNKNOWN).replace("_", " ")
    if site is None and says_spread(diagnosis.words):
        name = ORIGIN_UNKNOWN
    return Cancer(
        site,
        age_at_diagnosis(chart.person, diagnosis, today),
        diagnosis.verification.is_usable and diagnosis.certainty is not Certainty.CONFLICT,
        histology=diagnosis.histology,
        name=name,
        reference=diagnosis.reference,
    )


def _in_situ(
    item: HistoryItem, chart: Chart, terminology: Terminology, today: PartialDate
) -> Cancer:
    known = terminology.family_sites.get(item.cancer)
    found_by = until(item.date) or today
    return Cancer(
        item.cancer,
        Span(0, chart.person.age_on(found_by).high),
        item.is_certain,
        is_in_situ=True,
        name=f"{known.name if known else item.cancer} in situ",
        reference=item.reference,
    )
