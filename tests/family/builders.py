"""A patient and relatives as FHIR resources, and the pedigree read from them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from oncocue.folders import guidance_folder
from oncology.chart.read import read_chart
from oncology.dates import PartialDate
from oncology.family.model import Pedigree
from oncology.family.read import read_pedigree
from oncology.reading.decode import read_records
from oncology.terminology import load_terminology

Resource = dict[str, Any]
TODAY = PartialDate(date(2026, 11, 22), date(2026, 11, 22))
TERMINOLOGY = load_terminology(guidance_folder() / "terminology")
SNOMED, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
LINK = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-observation"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p",
    "gender": "female",
    "birthDate": "1980-05-01",
}
BREAST = {"coding": [{"system": SNOMED, "code": "254837009"}]}
OVARIAN = {"coding": [{"system": SNOMED, "code": "363443007"}]}
COLON = {"coding": [{"system": SNOMED, "code": "363406005"}]}


def icd(code: str) -> Resource:
    """A concept by ICD-10-CM code."""
    return {"coding": [{"system": ICD, "code": code}]}


def snomed(code: str) -> Resource:
    """A concept by SNOMED CT code."""
    return {"coding": [{"system": SNOMED, "code": code}]}


def years(value: int) -> Resource:
    """An age in years."""
    return {"value": value, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"}


def relative(identifier: str, relation: str | Resource, *cancers: Any, **more: Any) -> Resource:
    """A relative by RoleCode or by a whole concept; cancers are (concept, age or onset words)."""
    conditions = []
    for cancer in cancers:
        code, age = cancer if isinstance(cancer, tuple) else (cancer, None)
        onset: Resource = {}
        if isinstance(age, int):
            onset = {"onsetAge": years(age)}
        elif isinstance(age, str):
            onset = {"onsetString": age}
        elif isinstance(age, dict):
            onset = age
        conditions.append({"code": code, **onset})
    concept = (
        {"coding": [{"system": ROLE, "code": relation}]} if isinstance(relation, str) else relation
    )
    return {
        "resourceType": "FamilyMemberHistory",
        "id": identifier,
        "status": "completed",
        "patient": {"reference": "Patient/p"},
        "relationship": concept,
        "condition": conditions,
        **more,
    }


def own_problem(identifier: str, code: Resource, onset: str | None = None) -> Resource:
    """A confirmed problem of the patient."""
    found = {
        "resourceType": "Condition",
        "id": identifier,
        "subject": {"reference": "Patient/p"},
        "code": code,
    }
    return {**found, "onsetDateTime": onset} if onset else found


def observed(identifier: str, code: str, answer: str, **more: Any) -> Resource:
    """A LOINC result with the patient as its subject, as senders write a relative's too."""
    value = {"coding": [{"system": "http://loinc.org", "code": answer}]}
    return {
        "resourceType": "Observation",
        "id": identifier,
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueCodeableConcept": value,
        **more,
    }


def linked(*references: str) -> Resource:
    """The extension of a relative's record that names the relative's results."""
    return {
        "extension": [
            {"url": LINK, "valueReference": {"reference": reference}} for reference in references
        ]
    }


def kin_of(kind: str, *references: str) -> Resource:
    """The extension of a relative's record that names a `parent` or `sibling` of the relative."""
    url = f"http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-{kind}"
    return {
        "extension": [
            {
                "url": url,
                "extension": [{"url": "reference", "valueReference": {"reference": reference}}],
            }
            for reference in references
        ]
    }


def bundle(*resources: Resource) -> bytes:
    """The resources as a Bundle's bytes."""
    entries = [{"resource": each} for each in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def pedigree(*resources: Resource, patient: Resource = PATIENT) -> Pedigree:
    """The pedigree of a patient with these resources."""
    chart = read_chart(read_records(bundle(patient, *resources)), TERMINOLOGY)
    return read_pedigree(chart, TERMINOLOGY, TODAY)
