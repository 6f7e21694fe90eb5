"""Strategies for realistic FHIR R4 charts of one patient, as lists of Python dicts.

A chart is one story (a cancer, or a family without one) with what hospitals send about it:
mostly clean, now and then half-recorded. Facts of one resource do not contradict each other;
two resources may.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tests.property.codes import (
    AJCC,
    BIRTH_SEX,
    CANCERS,
    DRUGS,
    FAMILY_CANCERS,
    FEMALE_RELATIONS,
    HISTOLOGIES,
    HISTOLOGY,
    ICD,
    LOCAL,
    LOINC,
    MALE_RELATIONS,
    ME,
    ORDERS,
    PAST_CANCERS,
    PATIENT,
    PROBLEMS,
    RELATIONS,
    ROLE,
    RXNORM,
    SECONDARIES,
    SNOMED,
    STAGES,
    UCUM,
    WORK_UPS,
    Resource,
    concept,
    present,
    resource,
    status,
)
from tests.property.results import CODES_BY_READS, DATES, disease_statuses, results, variants

Chart = list[Resource]

_CANCER_STORIES = ("lung", "breast", "colorectal", "ovarian", "other")
# Doubled words are drawn more often.
_STORIES = ("lung", "lung", "breast", "breast", "colorectal", "ovarian", "other", "family")
_CLINICAL = ("active",) * 8 + ("recurrence", "relapse", "remission", "resolved", "inactive")
_VERIFICATION = ("confirmed",) * 9 + ("unconfirmed", "provisional", "refuted", "entered-in-error")


def usually(value: Any, *others: Any) -> SearchStrategy[Any]:
    """`value` most of the time, else one of `others`."""
    return st.sampled_from((value,) * 5 + others)


@st.composite
def patients(draw: DrawFn, story: str) -> Resource:
    """The patient; sex goes with the cancer."""
    sex = "female" if story == "ovarian" else draw(usually("female", "male", "unknown"))
    birth_sex = {"female": "F", "male": "M"}.get(sex)
    told = birth_sex is not None and draw(st.booleans())
    return resource(
        "Patient",
        PATIENT,
        gender=sex if draw(usually(True, False)) or told else None,
        birthDate=draw(usually("1964-05-20", "1983-02-11", "1949-08-30", "1957", "2015-01-02")),
        extension=[{"url": BIRTH_SEX, "valueCode": birth_sex}] if told else [],
    )


@st.composite
def diagnoses(draw: DrawFn, cancer: str, identifier: str, clean: bool = False) -> Resource:
    """A Condition that names a cancer of `cancer`'s list; `clean`: active and confirmed."""
    system, code = draw(st.sampled_from(CANCERS[cancer]))
    histology = draw(st.sampled_from([None, None, *HISTOLOGIES[cancer]]))
    stage = draw(st.sampled_from([None, None, *STAGES, *([] if clean else ["odd"])]))
    return resource(
        "Condition",
        identifier,
        extension=[{"url": HISTOLOGY, "valueCodeableConcept": concept(*histology)}]
        if histology and not clean
        else [],
        **(_statuses("active", "confirmed") if clean else draw(_drawn_statuses())),
        code=concept(system, code, draw(usually("", "metastatic", "carcinoma"))),
        subject=ME,
        recordedDate=draw(st.sampled_from([None, "2026-11-01", "2026-11-02T08:00:00Z"])),
        stage=[{"summary": _spelled(stage)}] if stage else [],
        **draw(_onsets()),
    )


def _spelled(stage: str) -> Resource:
    is_text = stage in ("4", "Stage 2", "odd")
    return {"text": stage} if is_text else concept(AJCC, stage)


def _statuses(clinical: str | None, verification: str | None) -> Resource:
    return present(
        clinicalStatus=clinical and status("condition-clinical", clinical),
        verificationStatus=verification and status("condition-ver-status", verification),
    )


def _drawn_statuses() -> SearchStrategy[Resource]:
    return st.builds(
        _statuses, st.sampled_from((*_CLINICAL, None)), st.sampled_from((*_VERIFICATION, None))
    )


def _onsets() -> SearchStrategy[Resource]:
    """Onset as a date, a period or an age; consistent with every birth date drawn."""
    return st.sampled_from(
        [
            {},
            {"onsetDateTime": "2026-10-20"},
            {"onsetDateTime": "2019-03"},
            {"onsetDateTime": "2023"},
            {"onsetPeriod": {"start": "2023-06-01"}},
        ]
    )


@st.composite
def other_conditions(draw: DrawFn, identifier: str) -> Resource:
    """A metastasis, a past cancer, or a problem that says something of cancer."""
    system, code = draw(st.sampled_from([*SECONDARIES, *SECONDARIES, *PAST_CANCERS, *PROBLEMS]))
    return resource(
        "Condition",
        identifier,
        **draw(_drawn_statuses()),
        code=concept(system, code),
        subject=ME,
        onsetDateTime=draw(st.sampled_from(DATES)),
    )


@st.composite
def stage_observations(draw: DrawFn, identifier: str, conditions: list[str]) -> Resource:
    """A stage group or M category, linked to a Condition or to none."""
    code = draw(
        st.sampled_from([*CODES_BY_READS["stage-group"][:3], *CODES_BY_READS["m-category"][:2]])
    )
    categories = ["M0", "cM0", "M1", "cM1a", "MX"]
    text = draw(st.sampled_from(categories if code in CODES_BY_READS["m-category"] else STAGES))
    value = draw(st.sampled_from([concept(AJCC, text), {"text": text}, concept(LOCAL, "S-9")]))
    focus = draw(st.sampled_from([None, *conditions])) if conditions else None
    return resource(
        "Observation",
        identifier,
        status=draw(usually("final", "amended", "preliminary", "entered-in-error", "unknown")),
        code=concept(LOINC, code),
        subject=ME,
        focus=[{"reference": f"Condition/{focus}"}] if focus else [],
        effectiveDateTime=draw(st.sampled_from(DATES)),
        valueCodeableConcept=value,
    )


@st.composite
def service_requests(draw: DrawFn, identifier: str) -> Resource:
    """An order of a test or a genetics referral."""
    return resource(
        "ServiceRequest",
        identifier,
        status=draw(
            st.sampled_from(
                ("active", "active", "on-hold", "completed", "revoked", "unknown", "draft")
            )
        ),
        intent="order",
        doNotPerform=draw(usually(None, True)),
        code=draw(st.sampled_from(ORDERS)),
        subject=ME,
        authoredOn=draw(st.sampled_from(DATES)),
    )


@st.composite
def procedures(draw: DrawFn, identifier: str) -> Resource:
    """A visit or test that was done, is under way or was not done."""
    when = draw(st.sampled_from(DATES))
    period = draw(st.booleans())
    return resource(
        "Procedure",
        identifier,
        status=draw(
            st.sampled_from(
                ("completed", "completed", "in-progress", "preparation", "not-done", "unknown")
            )
        ),
        code=draw(st.sampled_from(ORDERS)),
        subject=ME,
        performedDateTime=None if period else when,
        performedPeriod=present(start=when) if period else None,
    )


@st.composite
def reports(draw: DrawFn, identifier: str) -> Resource:
    """A DiagnosticReport; now and then the result lies inside it."""
    contained = [draw(results("r1"))] if draw(usually(False, True)) else []
    for inside in contained:
        del inside["subject"]
    return resource(
        "DiagnosticReport",
        identifier,
        status=draw(
            st.sampled_from(
                ("final", "final", "amended", "registered", "preliminary", "entered-in-error")
            )
        ),
        code=draw(st.sampled_from(ORDERS)),
        subject=ME,
        effectiveDateTime=draw(st.sampled_from(DATES)),
        contained=contained,
        result=[{"reference": "#r1"}] if contained else [],
    )


@st.composite
def drugs(draw: DrawFn, identifier: str) -> Chart:
    """A request, administration or statement of a drug; its Medication may stand apart."""
    kind = draw(
        st.sampled_from(["MedicationRequest", "MedicationAdministration", "MedicationStatement"])
    )
    statuses = {
        "MedicationRequest": ["active", "completed", "stopped", "cancelled", "draft"],
        "MedicationAdministration": ["completed", "in-progress", "not-done"],
        "MedicationStatement": ["active", "completed", "not-taken", "intended"],
    }[kind]
    code, name = draw(st.sampled_from(list(DRUGS.items())))
    drug = draw(st.sampled_from([concept(RXNORM, code), {"text": f"{name} 80 mg"}]))
    shape = draw(st.sampled_from(["code", "code", "apart", "contained", "named"]))
    dated = "authoredOn" if kind == "MedicationRequest" else "effectiveDateTime"
    medication = {"resourceType": "Medication", "id": f"{identifier}m", "code": drug}
    references = {
        "apart": {"reference": f"Medication/{identifier}m"},
        "contained": {"reference": f"#{identifier}m"},
        "named": {"reference": "Medication/elsewhere", "display": f"{name} 80 mg"},
    }
    use = resource(
        kind,
        identifier,
        status=draw(st.sampled_from([*statuses, statuses[0], "entered-in-error", "unknown"])),
        intent="order" if kind == "MedicationRequest" else None,
        subject=ME,
        medicationCodeableConcept=drug if shape == "code" else None,
        medicationReference=references.get(shape),
        contained=[medication] if shape == "contained" else [],
        **present(**{dated: draw(st.sampled_from(DATES))}),
    )
    return [use, medication] if shape == "apart" else [use]


_EARLY_ONSETS: list[Resource] = [
    {"onsetAge": {"value": 44, "unit": "years", "system": UCUM, "code": "a"}},
    {"onsetAge": {"value": 540, "unit": "months", "system": UCUM, "code": "mo"}},
    {"onsetAge": {"value": 50, "comparator": "<", "unit": "a", "system": UCUM, "code": "a"}},
    {"onsetRange": {"low": {"value": 40, "code": "a"}, "high": {"value": 49, "code": "a"}}},
    {"onsetString": "47"},
    {"onsetString": "in her forties"},
    {},
]
_ONSETS: list[Resource] = [
    *_EARLY_ONSETS,
    {"onsetAge": {"value": 61, "unit": "yr"}},
    {"onsetAge": {"value": 50, "comparator": ">=", "code": "a"}},
    {"onsetRange": {"low": {"value": 45, "code": "a"}, "high": {"value": 55, "code": "a"}}},
    {"onsetRange": {"low": {"value": 52, "code": "a"}}},
    {"onsetPeriod": {"start": "1989-05-01"}},
]
# A life, and the onsets that fit into it.
_LIVES: list[tuple[Resource, list[Resource]]] = [
    ({}, _ONSETS),
    ({"ageAge": {"value": 70, "code": "a"}}, _ONSETS),
    ({"ageAge": {"value": 49, "code": "a"}}, _EARLY_ONSETS),
    ({"bornDate": "1940"}, _ONSETS),
    ({"bornDate": "1940-01-02", "deceasedDate": "2003"}, _ONSETS),
    ({"deceasedAge": {"value": 66, "unit": "years", "code": "a"}}, _ONSETS),
    ({"bornDate": "1940", "deceasedAge": {"value": 66, "code": "a"}}, _ONSETS),
    ({"deceasedBoolean": True}, _ONSETS),
]


@st.composite
def relatives(draw: DrawFn, identifier: str) -> Resource:
    """A FamilyMemberHistory with cancers of all shapes of age."""
    relation = draw(st.sampled_from(list(RELATIONS)))
    sexes = {"male": MALE_RELATIONS, "female": FEMALE_RELATIONS}
    sex = next((name for name, codes in sexes.items() if relation in codes), None)
    sex = sex or draw(st.sampled_from([None, "female", "male"]))
    told = sex and draw(st.booleans())
    listed = draw(st.lists(st.sampled_from(FAMILY_CANCERS), max_size=2))
    life, onsets = draw(st.sampled_from(_LIVES))
    return resource(
        "FamilyMemberHistory",
        identifier,
        status=draw(usually("completed", "partial", "health-unknown", "entered-in-error")),
        patient=ME,
        relationship=concept(ROLE, relation),
        sex=status("administrative-gender", sex) if told and sex else None,
        condition=[{"code": code, **draw(st.sampled_from(onsets))} for code in listed],
        **life,
    )


def noise(identifier: str) -> SearchStrategy[Resource]:
    """A resource that has nothing to do with any guidance."""
    n = identifier
    return st.sampled_from(
        [
            resource("Encounter", n, status="finished", subject=ME),
            resource("Claim", n, status="active", patient=ME),
            resource("Coverage", n, status="active", beneficiary=ME),
            resource("AllergyIntolerance", n, patient=ME, code={"text": "penicillin"}),
            resource(
                "Observation",
                n,
                status="final",
                code=concept(LOINC, "8867-4", "Heart rate"),
                subject=ME,
                valueQuantity={"value": 72, "unit": "/min"},
            ),
            resource("Observation", n, code=concept(LOCAL, "85337-4"), subject=ME),
            resource("Observation", n, code={"text": "Wound care"}, subject=ME, status="final"),
            resource("Condition", n, code=concept(SNOMED, "44054006", "Diabetes"), subject=ME),
            resource("Condition", n, code=concept(ICD, "I10"), subject=ME),
            resource("Condition", n, code=concept(LOCAL, "C34.11"), subject=ME),
            resource("Procedure", n, status="completed", code={"text": "Hip repair"}, subject=ME),
            resource("ServiceRequest", n, status="active", code={"text": "X-ray"}, subject=ME),
            resource(
                "DiagnosticReport", n, status="final", code=concept(LOINC, "58410-2"), subject=ME
            ),
            resource(
                "MedicationRequest",
                n,
                status="active",
                intent="order",
                medicationCodeableConcept=concept(RXNORM, "860975", "metformin"),
                subject=ME,
            ),
            resource("Practitioner", n, active=True),
            resource("Specimen", n, subject=ME, type={"text": "blood"}),
        ]
    )


@st.composite
def work_ups(draw: DrawFn, story: str) -> Chart:
    """The results on file: none, some, or the whole work-up of this cancer."""
    codes, genes = WORK_UPS[story]
    depth = draw(st.sampled_from(["none", "some", "all", "all"]))
    wanted = {"none": st.just(False), "some": st.booleans(), "all": usually(True, True, False)}
    found: Chart = []
    for code in codes:
        if draw(wanted[depth]):
            found.append(draw(results(f"o{len(found)}", code=code, clean=depth == "all")))
    for gene in genes:
        if draw(wanted[depth]):
            found.append(draw(variants(f"o{len(found)}", gene=gene, clean=depth == "all")))
    return found


@st.composite
def charts(draw: DrawFn) -> Chart:
    """The resources of one patient, the Patient first."""
    story = draw(st.sampled_from(_STORIES))
    chart = [draw(patients(story))]
    conditions: list[str] = []
    if story in _CANCER_STORIES:
        for number in range(draw(st.sampled_from([1, 1, 1, 2]))):
            conditions.append(f"c{number}")
            tidy = number == 0 and draw(usually(True, False))
            chart.append(draw(diagnoses(story, conditions[-1], tidy)))
        if draw(usually(False, True)):
            second = draw(st.sampled_from(_CANCER_STORIES))
            conditions.append("second")
            chart.append(draw(diagnoses(second, "second")))
        chart += draw(work_ups(story))
        stages = draw(st.integers(0, 2))
        chart += [draw(stage_observations(f"s{n}", conditions)) for n in range(stages)]
        chart += [draw(disease_statuses(f"d{n}")) for n in range(draw(st.integers(0, 2)))]
        chart += [draw(results(f"x{n}")) for n in range(draw(st.integers(0, 2)))]
        for number in range(draw(st.integers(0, 2))):
            chart += draw(drugs(f"m{number}"))
    chart += [draw(other_conditions(f"k{n}")) for n in range(draw(st.integers(0, 2)))]
    many = 4 if story == "family" else 1
    chart += [draw(relatives(f"f{n}")) for n in range(draw(st.integers(0, many)))]
    chart += [draw(service_requests(f"q{n}")) for n in range(draw(st.sampled_from([0, 0, 1, 2])))]
    chart += [draw(procedures(f"v{n}")) for n in range(draw(st.sampled_from([0, 0, 1])))]
    chart += [draw(reports(f"r{n}")) for n in range(draw(st.sampled_from([0, 0, 1])))]
    return chart
