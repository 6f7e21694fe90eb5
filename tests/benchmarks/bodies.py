"""Hook request bodies of several sizes, in the shape EHRs send, made from a seed."""

from __future__ import annotations

import json
import random
from typing import Any

PATIENT = "bench-1"
_LABS = (
    ("8867-4", "Heart rate", "/min"),
    ("8480-6", "Systolic blood pressure", "mm[Hg]"),
    ("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL"),
    ("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%"),
    ("29463-7", "Body weight", "kg"),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL"),
)
_PROBLEMS = (
    ("44054006", "Diabetes mellitus type 2 (disorder)"),
    ("38341003", "Hypertensive disorder, systemic arterial (disorder)"),
    ("55822004", "Hyperlipidemia (disorder)"),
    ("40055000", "Chronic sinusitis (disorder)"),
    ("162864005", "Body mass index 30+ - obesity (finding)"),
)
_META = {
    "versionId": "1",
    "lastUpdated": "2026-03-01T10:00:00.000+00:00",
    "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-observation-lab"],
}
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def request_body(observations: int, conditions: int = 20, relatives: int = 10) -> bytes:
    """A biomarker-testing request: active colon cancer among `conditions`, no MSI result."""
    rng = random.Random(observations)
    prefetch = {
        "patient": {
            "resourceType": "Patient",
            "id": PATIENT,
            "gender": "female",
            "birthDate": "1961-04-12",
        },
        "conditions": _bundle([_condition(number, rng) for number in range(conditions)]),
        "observations": _bundle([_observation(number, rng) for number in range(observations)]),
        "family": _bundle([_relative(number, rng) for number in range(relatives)]),
        "reports": None,
        "orders": None,
        "medications": None,
    }
    request = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": PATIENT},
        "prefetch": prefetch,
    }
    return json.dumps(request, separators=(",", ":")).encode()


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [
        {
            "fullUrl": f"https://ehr.example/fhir/{each['resourceType']}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in resources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}


def _condition(number: int, rng: random.Random) -> dict[str, Any]:
    code, display = rng.choice(_PROBLEMS)
    if number == 7:
        code, display = "363406005", "Malignant neoplasm of colon (disorder)"
    return {
        "resourceType": "Condition",
        "id": f"condition-{number}",
        "meta": _META,
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _VERIFICATION, "code": "confirmed"}]},
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/condition-category",
                        "code": "problem-list-item",
                        "display": "Problem List Item",
                    }
                ]
            }
        ],
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}],
            "text": display,
        },
        "subject": {"reference": f"Patient/{PATIENT}"},
        "encounter": {"reference": f"Encounter/e{number}"},
        "onsetDateTime": "2026-05-01T09:30:00-05:00",
        "recordedDate": "2026-05-01T09:30:00-05:00",
    }


def _observation(number: int, rng: random.Random) -> dict[str, Any]:
    code, display, unit = rng.choice(_LABS)
    return {
        "resourceType": "Observation",
        "id": f"observation-{number}",
        "meta": _META,
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "laboratory",
                        "display": "Laboratory",
                    }
                ]
            }
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": code, "display": display}],
            "text": display,
        },
        "subject": {"reference": f"Patient/{PATIENT}"},
        "encounter": {"reference": f"Encounter/e{number}"},
        "effectiveDateTime": "2026-04-01T09:30:00-05:00",
        "issued": "2026-04-01T09:30:00.000-05:00",
        "performer": [{"reference": "Practitioner/1", "display": "Dr. Testcase"}],
        "valueQuantity": {
            "value": round(rng.random() * 100, 4),
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
        "referenceRange": [
            {"low": {"value": 10, "unit": unit}, "high": {"value": 90, "unit": unit}}
        ],
    }


def _relative(number: int, rng: random.Random) -> dict[str, Any]:
    return {
        "resourceType": "FamilyMemberHistory",
        "id": f"relative-{number}",
        "status": "completed",
        "patient": {"reference": f"Patient/{PATIENT}"},
        "relationship": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
                    "code": rng.choice(("MTH", "FTH", "SIS", "MAUNT", "PGRMTH")),
                }
            ]
        },
        "condition": [
            {
                "code": {
                    "coding": [
                        {"system": "http://snomed.info/sct", "code": "38341003", "display": "HT"}
                    ]
                },
                "onsetAge": {
                    "value": 50,
                    "unit": "a",
                    "system": "http://unitsofmeasure.org",
                    "code": "a",
                },
            }
        ],
    }
