"""A resource that came twice counts once; in two versions it is not believed at all."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.chart.builders import ABSENT, ME, PRESENT, SNOMED, chart_of, concept, loinc, observed

CANCER = {
    "resourceType": "Condition",
    "id": "c",
    "subject": ME,
    "clinicalStatus": {"coding": [{"code": "active"}]},
    "verificationStatus": {"coding": [{"code": "confirmed"}]},
    "code": concept(SNOMED, "254626006", "Adenocarcinoma of lung"),
    "onsetDateTime": "2026-09-01",
}
RESULT = observed("75974-6", valueCodeableConcept=loinc(PRESENT))
STAGE = observed(
    "21908-9",
    "s",
    valueCodeableConcept=concept(SNOMED, "1222805004"),
    focus=[{"reference": "Condition/c"}],
)
ORDER = {
    "resourceType": "ServiceRequest",
    "id": "r",
    "status": "active",
    "intent": "order",
    "subject": ME,
    "code": loinc("51969-4"),
    "authoredOn": "2026-11-01",
}
DRUG = {
    "resourceType": "MedicationRequest",
    "id": "d",
    "status": "active",
    "intent": "order",
    "subject": ME,
    "medicationCodeableConcept": concept("http://www.nlm.nih.gov/research/umls/rxnorm", "194000"),
    "authoredOn": "2026-11-01",
}
RELATIVE = {
    "resourceType": "FamilyMemberHistory",
    "id": "f",
    "status": "completed",
    "patient": ME,
    "relationship": concept("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "MTH"),
    "condition": [{"code": concept(SNOMED, "254837009"), "onsetAge": {"value": 44, "unit": "a"}}],
}
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "diagnoses": (CANCER, {"onsetDateTime": "2020-01-01"}),
    "results": (RESULT, {"valueCodeableConcept": loinc(ABSENT)}),
    "stages": (STAGE, {"valueCodeableConcept": concept(SNOMED, "1222766008")}),
    "orders": (ORDER, {"authoredOn": "2026-01-01"}),
    "drugs": (DRUG, {"authoredOn": "2026-01-01"}),
    "family": (RELATIVE, {"condition": []}),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_copy_counts_once(part: str) -> None:
    """Overlapping searches send the same resource again."""
    resource, _ = CHANGES[part]
    assert len(getattr(chart_of(resource, copy.deepcopy(resource)), part)) == 1


@pytest.mark.parametrize("part", CHANGES)
def test_two_versions_are_not_used_and_told(part: str) -> None:
    """Which of them holds is not known: neither is used, and what they hide is kept in mind."""
    resource, change = CHANGES[part]
    chart = chart_of(resource, {**resource, **change})
    assert getattr(chart, part) == ()
    reference = f"{resource['resourceType']}/{resource['id']}"
    assert any(each.reference == reference and "versions" in each.problem for each in chart.notes)
    assert chart.hides(resource["resourceType"])


@pytest.mark.parametrize("part", ["diagnoses", "results", "family"])
def test_a_version_entered_in_error_makes_the_other_doubtful(part: str) -> None:
    """A resource withdrawn in one of its versions is not used from the other."""
    resource, _ = CHANGES[part]
    if part == "diagnoses":
        wrong = {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}}
    else:
        wrong = {"status": "entered-in-error"}
    chart = chart_of(resource, {**resource, **wrong})
    assert getattr(chart, part) == ()
    assert chart.hides(resource["resourceType"])
