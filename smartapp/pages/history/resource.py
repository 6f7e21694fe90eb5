"""A typed relative as a FamilyMemberHistory: strict FHIR R4, checked by fhir.resources."""

from __future__ import annotations

from typing import Any

from oncology.dates import Span
from oncology.terminology import Terminology
from smartapp.opened import OpenedChart
from smartapp.pages.drafts.request import DRAFTS
from smartapp.pages.history.typed import (
    ALL,
    NONE,
    SOME,
    UNKNOWN,
    Typed,
    TypedCancer,
    age_of,
    code_of,
    findings,
    is_premenopausal,
)

_ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
_GENDER = "http://hl7.org/fhir/administrative-gender"
_ABSENT = "http://terminology.hl7.org/CodeSystem/history-absent-reason"
_OBSERVATION = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-observation"
_URLS = {"snomed": "http://snomed.info/sct", "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm"}
# FamilyMemberHistory.status: completed where all was told, partial where more may be to tell.
_STATUS = {NONE: "completed", ALL: "completed", SOME: "partial", UNKNOWN: "health-unknown"}
# ICD-10-CM has no code of both breasts: the right and the left one, by sex.
BOTH_BREASTS = {
    "female": (
        ("C50.911", "Malignant neoplasm of unspecified site of right female breast"),
        ("C50.912", "Malignant neoplasm of unspecified site of left female breast"),
    ),
    "male": (
        ("C50.921", "Malignant neoplasm of unspecified site of right male breast"),
        ("C50.922", "Malignant neoplasm of unspecified site of left male breast"),
    ),
}


def family_member_history(
    opened: OpenedChart, typed: Typed, terminology: Terminology
) -> dict[str, Any]:
    """The resource. Its identifier is the entry's own, so that sent twice it is created once."""
    from fhir.resources.R4B.familymemberhistory import (  # noqa: PLC0415  heavy, lazy
        FamilyMemberHistory,
    )

    resource: dict[str, Any] = {
        "resourceType": "FamilyMemberHistory",
        "identifier": [{"system": DRAFTS, "value": typed.id}],
        "status": _STATUS[typed.health],
        "patient": {"reference": opened.chart.person.reference},
        "date": opened.today.isoformat(),
        "relationship": _relationship(typed, terminology),
        **_life(typed),
        "note": [{"text": each} for each in _notes(typed)],
    }
    if typed.born:
        resource["bornDate"] = typed.born
    if observed := _observed(typed):
        resource["contained"] = observed
        resource["extension"] = [
            {"url": _OBSERVATION, "valueReference": {"reference": f"#{each['id']}"}}
            for each in observed
        ]
    if typed.health == UNKNOWN:
        reason = {"system": _ABSENT, "code": "subject-unknown", "display": "Subject Unknown"}
        resource["dataAbsentReason"] = {"coding": [reason]}
    sex = typed.kin.sex or typed.sex
    if sex:
        resource["sex"] = {"coding": [{"system": _GENDER, "code": sex, "display": sex.title()}]}
    conditions = [*_conditions(typed, terminology), *_hereditary(typed, terminology)]
    if conditions:
        resource["condition"] = conditions
    FamilyMemberHistory.model_validate(resource)
    return resource


def _observed(typed: Typed) -> list[dict[str, Any]]:
    """What R4 says of a relative by an Observation beside the record: ancestry, kinship.

    Without a subject: it is not the patient's, and R4 has no other to name. Ancestry stays words:
    what is told seldom fits a code, and nothing is judged by it.
    """
    made: list[dict[str, Any]] = []
    if typed.ancestry:
        told = {"code": {"text": "Ancestry, as told"}, "valueString": typed.ancestry}
        made.append({"resourceType": "Observation", "id": "ancestry", "status": "final", **told})
    if typed.related:
        coding = {"system": _URLS["snomed"], "code": "842009", "display": "Consanguinity"}
        text = "Related by blood to the patient's other parent"
        code = {"coding": [coding], "text": text}
        answer = {"code": code, "valueBoolean": typed.related == "yes"}
        made.append({"resourceType": "Observation", "id": "related", "status": "final", **answer})
    return made


def _relationship(typed: Typed, terminology: Terminology) -> dict[str, Any]:
    code = typed.kin.code_on(typed.side)
    concept: dict[str, Any] = {"text": typed.kin.words_on(typed.side)}
    if code:
        display = terminology.relationships[code].display
        concept["coding"] = [{"system": _ROLE, "code": code, "display": display}]
    return concept


def _life(typed: Typed) -> dict[str, Any]:
    """Living or dead and at which age; what is not known is left out."""
    age = age_of(typed.age) or Span()
    is_open = age == Span()
    if typed.living == "no":
        return {"deceasedBoolean": True} if is_open else _age("deceased", typed.age)
    told: dict[str, Any] = {"deceasedBoolean": False} if typed.living == "yes" else {}
    if is_open:
        return told
    # A string as age is allowed by FHIR, and read by few: its bounds say the same.
    exact = age.low == age.high
    told |= {"ageAge": _years(age.low)} if exact else {"ageRange": _range(age)}
    return told if exact else told | {"estimatedAge": True}


def _age(element: str, typed: str) -> dict[str, Any]:
    """`deceasedAge` for one year, `deceasedRange` for two, else the words as typed."""
    age = age_of(typed)
    if age is not None and age.low is not None and age.low == age.high:
        return {f"{element}Age": _years(age.low)}
    if age is not None and age.low and age.high is not None and typed.strip()[:1].isdigit():
        return {f"{element}Range": _range(age)}
    return {f"{element}String": " ".join(typed.split())}


def _years(value: int | None) -> dict[str, Any]:
    system = "http://unitsofmeasure.org"
    return {"value": value, "unit": "years", "system": system, "code": "a"}


def _range(age: Span) -> dict[str, Any]:
    bounds = {"low": age.low or None, "high": age.high}
    return {key: _years(value) for key, value in bounds.items() if value is not None}


def _conditions(typed: Typed, terminology: Terminology) -> list[dict[str, Any]]:
    made = []
    for cancer in typed.cancers:
        known = is_premenopausal(cancer.age) or age_of(cancer.age) != Span()
        onset = _age("onset", cancer.age) if known else {}
        made += [{"code": each, **onset} for each in _codes(cancer, typed, terminology)]
    return made


def _codes(cancer: TypedCancer, typed: Typed, terminology: Terminology) -> list[dict[str, Any]]:
    code = code_of(cancer, terminology)
    if code is None:
        # Words alone; that it is a cancer must stand among them.
        return [{"text": f"{cancer.words} (cancer)"}]
    if cancer.both:
        return [
            {"coding": [{"system": _URLS["icd-10-cm"], "code": icd, "display": display}]}
            for icd, display in BOTH_BREASTS[typed.kin.sex or typed.sex]
        ]
    coding = {"system": _URLS[code.system], "code": code.code, "display": code.display}
    return [{"coding": [coding], "text": code.name}]


def _hereditary(typed: Typed, terminology: Terminology) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    if typed.finding:
        display = findings(terminology)[typed.finding]
        coding = {"system": _URLS["snomed"], "code": typed.finding, "display": display}
        made.append({"code": {"coding": [coding]}})
    if typed.gene:
        made.append({"code": {"text": f"{typed.gene} pathogenic variant, as told"}})
    return made


def _notes(typed: Typed) -> list[str]:
    notes = ["No cancer in this relative, as told."] if typed.health == NONE else []
    # Its beginning is how the pedigree knows it again.
    notes += ["Adopted out of the family; related by blood."] if typed.adopted_out else []
    notes += [typed.note] if typed.note else []
    return [*notes, "Typed in OncoCue's family-history form from what was told."]
