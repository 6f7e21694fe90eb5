"""The side of a breast cancer, by its code, its body site or the qualifier of that."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncology.chart.read import read_chart
from oncology.family.read import read_pedigree
from oncology.reading.decode import read_records
from tests.family.builders import BREAST, PATIENT, SNOMED, TERMINOLOGY, TODAY, icd

LEFT_BREAST = {"coding": [{"system": SNOMED, "code": "80248007"}]}
RIGHT_BREAST = {"coding": [{"system": SNOMED, "code": "73056007"}]}


MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition"


def _qualified(code: str, name: str = "mcode-laterality-qualifier", site: str = "76752008") -> Any:
    """A body site as mCODE writes it: the breast, and its side in an extension."""
    value = {"coding": [{"system": SNOMED, "code": code}]}
    return {
        "extension": [{"url": f"{MCODE}/{name}", "valueCodeableConcept": value}],
        "coding": [{"system": SNOMED, "code": site}],
    }


def _chart(*conditions: dict[str, Any]) -> Any:
    resources = [
        {
            "resourceType": "Condition",
            "id": f"c{number}",
            "subject": {"reference": "Patient/p"},
            **each,
        }
        for number, each in enumerate(conditions)
    ]
    entries = [{"resource": each} for each in (PATIENT, *resources)]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return read_chart(read_records(body.encode()), TERMINOLOGY)


@pytest.mark.parametrize(
    ("condition", "side"),
    [
        ({"code": icd("C50.911")}, "right"),
        ({"code": icd("C50.412")}, "left"),
        ({"code": icd("C50.919")}, ""),
        ({"code": BREAST, "bodySite": [LEFT_BREAST]}, "left"),
        ({"code": BREAST, "bodySite": [LEFT_BREAST, RIGHT_BREAST]}, ""),
        ({"code": icd("C50.911"), "bodySite": [LEFT_BREAST]}, ""),
        ({"code": BREAST}, ""),
        ({"code": BREAST, "bodySite": [_qualified("7771000")]}, "left"),
        ({"code": BREAST, "bodySite": [_qualified("24028007", "mcode-laterality")]}, "right"),
        ({"code": BREAST, "bodySite": [_qualified("51440002")]}, "both"),
        ({"code": BREAST, "bodySite": [_qualified("7771000", site="80248007")]}, "left"),
        ({"code": BREAST, "bodySite": [_qualified("24028007", site="80248007")]}, ""),
        ({"code": BREAST, "bodySite": [_qualified("7771000", "body-structure")]}, ""),
        ({"code": BREAST, "bodySite": [_qualified("66459002")]}, ""),
    ],
)
def test_the_side_is_read_where_codes_agree(condition: dict[str, Any], side: str) -> None:
    """Codes that disagree, or none, leave the side open; mCODE qualifies the body site."""
    (diagnosis,) = _chart(condition).diagnoses
    assert diagnosis.side == side


@pytest.mark.parametrize(
    ("codes", "both"),
    [
        (("C50.911", "C50.912"), True),
        (("C50.911", "C50.411"), None),
        (("C50.911",), None),
    ],
)
def test_cancer_in_both_breasts_of_the_patient_is_bilateral(codes: tuple, both: bool) -> None:
    """One side on file says nothing of the other."""
    chart = _chart(*({"code": icd(code)} for code in codes))
    patient = read_pedigree(chart, TERMINOLOGY, TODAY).patient
    assert {each.is_bilateral for each in patient.cancers} == {both}


def test_one_condition_of_both_breasts_is_bilateral() -> None:
    """MCODE's qualifier says right and left."""
    chart = _chart({"code": BREAST, "bodySite": [_qualified("51440002")]})
    patient = read_pedigree(chart, TERMINOLOGY, TODAY).patient
    assert {each.is_bilateral for each in patient.cancers} == {True}
