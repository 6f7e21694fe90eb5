"""What a search of the records looks at: parameters by type, and how a resource fits them."""

from __future__ import annotations

import re
from typing import Any

from sandbox.words import codings, items, text

Params = list[tuple[str, str]]
Resource = dict[str, Any]

# Search parameters by resource type: the name, and the element it looks at.
_COMMON = {"status": "status"}
SEARCH_PARAMETERS: dict[str, dict[str, str]] = {
    "Condition": {
        "category": "category",
        "clinical-status": "clinicalStatus",
        "code": "code",
        "verification-status": "verificationStatus",
    },
    "DiagnosticReport": {"category": "category", "code": "code", **_COMMON},
    "DocumentReference": {"category": "category", "type": "type", **_COMMON},
    "Encounter": {**_COMMON},
    "FamilyMemberHistory": {"relationship": "relationship", **_COMMON},
    "MedicationAdministration": {"code": "medicationCodeableConcept", **_COMMON},
    "MedicationRequest": {
        "category": "category",
        "code": "medicationCodeableConcept",
        "intent": "intent",
        **_COMMON,
    },
    "MedicationStatement": {"code": "medicationCodeableConcept", **_COMMON},
    "Observation": {"category": "category", "code": "code", **_COMMON},
    "Patient": {},
    "Procedure": {"category": "category", "code": "code", **_COMMON},
    "ServiceRequest": {"category": "category", "code": "code", "intent": "intent", **_COMMON},
    "Specimen": {"type": "type", **_COMMON},
}
# The people who use this EHR: read by reference, never searched.
USER_KINDS = ("Practitioner", "PractitionerRole", "RelatedPerson", "Person")
# What apps may write. Provenance is about what was written, and found by nobody but its id.
CREATED_KINDS = ("ServiceRequest", "FamilyMemberHistory", "DocumentReference", "Provenance")
SCOPED_KINDS = (*SEARCH_PARAMETERS, "Provenance")
KINDS = (*SCOPED_KINDS, *USER_KINDS)


def patient_names(kind: str) -> tuple[str, ...]:
    """The parameters that name the patient in a search of a type."""
    return ("_id",) if kind == "Patient" else ("patient", "subject")


def patient_id(value: str) -> str:
    """The id in `Patient/1`, `1` or an address."""
    return value.rpartition("/")[2]


def belongs_to(resource: Resource, patient: str) -> bool:
    """Whether a resource is that patient, or about them."""
    if resource.get("resourceType") == "Patient":
        return resource.get("id") == patient
    for element in ("subject", "patient"):
        reference = resource.get(element)
        if isinstance(reference, dict):
            return f"/{text(reference.get('reference'))}".endswith(f"/Patient/{patient}")
    # A Provenance names its patient among its targets (R4, compartment of Patient).
    targets = [f"/{text(each.get('reference'))}" for each in items(resource.get("target"))]
    return any(target.endswith(f"/Patient/{patient}") for target in targets)


def matches(resource: Resource, name: str, wanted: str) -> bool:
    """Whether a resource has one of the tokens: `code`, `system|code`, `|code`, `system|`."""
    if name == "_id":
        return resource.get("id") in wanted.split(",")
    element = SEARCH_PARAMETERS.get(text(resource.get("resourceType")), {}).get(name)
    value = resource.get(element) if element else None
    held = [("", value)] if isinstance(value, str) else _tokens(value)
    return any(_is_token(token, held) for token in re.split(r"(?<!\\),", wanted))


def _tokens(concept: Any) -> list[tuple[str, str]]:
    return [(text(each.get("system")), text(each.get("code"))) for each in codings(concept)]


def _is_token(wanted: str, held: list[tuple[str, str]]) -> bool:
    system, bar, code = wanted.rpartition("|")
    if not bar:
        return any(code == held_code for _, held_code in held)
    return any(system == held_system and code in ("", held_code) for held_system, held_code in held)
