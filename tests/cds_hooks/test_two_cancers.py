"""A result counts for the tumour it is about."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from oncocue.folders import guidance_folder
from oncocue.judge import judge
from oncology.guidance.load import load_guidance

PATIENT = {"reference": "Patient/p"}
_ACTIVE = {"coding": [{"code": "active"}]}


def _condition(identifier: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identifier,
        "clinicalStatus": _ACTIVE,
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]},
        "subject": PATIENT,
        "onsetDateTime": "2026-09-01",
    }


def _msi_stable(*focus: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "msi",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "81695-9"}]},
        "subject": PATIENT,
        "focus": [{"reference": each} for each in focus],
        "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA14122-8"}]},
        "effectiveDateTime": "2026-10-01",
    }


def _answer(*resources: dict[str, Any]) -> dict[str, list[str]]:
    person = {
        "resourceType": "Patient",
        "id": "p",
        "gender": "female",
        "birthDate": "1960-01-01",
    }
    entries = [{"resource": each} for each in (person, *resources)]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    guidance = load_guidance(guidance_folder())
    judged = judge(body.encode(), guidance, date(2026, 11, 22))
    finding = next(each for each in judged.findings if each.guidance == "colorectal-biomarkers")
    assert finding.biomarkers is not None
    return {
        place: [entry.row for entry in getattr(finding.biomarkers, place)]
        for place in ("missing", "resulted", "unknown")
    }


COLON, BREAST = _condition("colon", "363406005"), _condition("breast", "254837009")


def test_the_only_cancers_result_needs_no_link() -> None:
    """With one cancer on file the stable result answers."""
    assert "crc-mmr" in _answer(COLON, _msi_stable())["resulted"]


def test_a_result_about_the_other_tumour_does_not_count() -> None:
    """MSI of the breast cancer leaves the colon cancer untested."""
    assert "crc-mmr" in _answer(COLON, BREAST, _msi_stable("Condition/breast"))["missing"]


def test_a_result_about_this_tumour_counts() -> None:
    """MSI of the colon cancer answers for the colon cancer."""
    assert "crc-mmr" in _answer(COLON, BREAST, _msi_stable("Condition/colon"))["resulted"]


def test_a_result_that_could_be_of_either_is_unknown() -> None:
    """Both cancers have MSI on their lists: without a link nobody knows whose it is."""
    assert "crc-mmr" in _answer(COLON, BREAST, _msi_stable())["unknown"]
