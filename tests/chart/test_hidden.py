"""A Condition that cannot be read opens what its code may be of, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.family.read import read_pedigree
from oncology.findings import Verdict
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.family.builders import (
    BREAST,
    COLON,
    PATIENT,
    ROLE,
    SNOMED,
    TERMINOLOGY,
    TODAY,
    icd,
    years,
)

GUIDANCE = load_guidance(guidance_folder())
_ACTIVE = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
    ]
}
KINDS = frozenset({"genetic-counseling", "family-history"})


def _broken(code: Any, **more: Any) -> dict[str, Any]:
    """A Condition whose onset is no date: the whole record is malformed."""
    return {"resourceType": "Condition", "id": "b", "code": code, "onsetDateTime": 7, **more}


def _chart(*resources: dict[str, Any]) -> Chart:
    entries = [{"resource": each} for each in (PATIENT, *resources)]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return read_chart(read_records(body.encode()), TERMINOLOGY)


def _own_hidden(*resources: dict[str, Any]) -> frozenset[str] | None:
    return read_pedigree(_chart(*resources), TERMINOLOGY, TODAY).own_hidden


@pytest.mark.parametrize(
    ("code", "may_be", "may_not_be"),
    [
        (BREAST, "breast", "crc"),
        (icd("C50.911"), "breast", "ovarian"),
        (icd("D05.11"), "breast", "crc"),
        (icd("C66.1"), "upper_urinary", "breast"),
        (icd("C66.1"), "urothelial", "breast"),
        (icd("C64.1"), "kidney", "crc"),
        (icd("C81.90"), "lymphoma", "crc"),
        (icd("C71.9"), "glioma", "crc"),
        (icd("D13.91"), "fap", "crc"),
        (icd("C78.00"), "", "breast"),
        (icd("Z80.3"), "", "breast"),
        ({"coding": [*BREAST["coding"], *COLON["coding"]]}, "crc", "ovarian"),
        ({"coding": [{"system": "urn:x", "code": "1"}, *BREAST["coding"]]}, "breast", "crc"),
    ],
)
def test_a_code_that_was_read_says_what_it_can_be(code: Any, may_be: str, may_not_be: str) -> None:
    """By the code as the guidance knows it, and as the family criteria do."""
    hidden = _own_hidden(_broken(code))
    assert hidden is not None
    assert may_be in hidden or not may_be
    assert may_not_be not in hidden


@pytest.mark.parametrize(
    "code",
    [
        7,
        None,
        {"text": "Breast cancer"},
        {"coding": [{"system": SNOMED, "code": "363346000"}]},
        {"coding": "C50.911"},
    ],
)
def test_a_code_that_says_no_site_may_be_of_any(code: Any) -> None:
    """Not readable, in words alone, or a cancer without a site."""
    assert _own_hidden(_broken(code)) is None


def test_one_that_says_nothing_beside_one_that_does_may_be_of_any() -> None:
    """The wider of two holds."""
    assert _own_hidden(_broken(BREAST), _broken(None, id="c")) is None
    assert _own_hidden(_broken(BREAST), _broken(COLON, id="c")) >= {"breast", "crc"}


def test_a_condition_that_is_no_cancer_hides_nothing() -> None:
    """Diabetes that cannot be read is no reason to ask about cancer."""
    assert _own_hidden(_broken(icd("E11.9"))) == frozenset()


def _answers(*resources: dict[str, Any]) -> dict[str, Verdict]:
    found = evaluate(_chart(*resources), GUIDANCE, TODAY.earliest, KINDS)
    return {each.guidance: each.answer for each in found}


def _relative(identifier: str, relation: str, code: Any, age: int) -> dict[str, Any]:
    return {
        "resourceType": "FamilyMemberHistory",
        "id": identifier,
        "status": "completed",
        "patient": {"reference": "Patient/p"},
        "relationship": {"coding": [{"system": ROLE, "code": relation}]},
        "condition": [{"code": code, "onsetAge": years(age)}],
    }


def test_own_breast_cancer_that_cannot_be_read_leaves_amsterdam_alone() -> None:
    """Two relatives with colon cancer: a third Lynch-type cancer would meet it, a breast cancer
    would not."""
    family = (
        _relative("m", "MTH", COLON, 45),
        _relative("u", "MUNCLE", COLON, 60),
    )
    assert "family-amsterdam" not in _answers(*family)
    assert "family-amsterdam" not in _answers(*family, _broken(BREAST))
    assert _answers(*family, _broken(COLON))["family-amsterdam"] is Verdict.CANNOT_TELL
    assert _answers(*family, _broken(None))["family-amsterdam"] is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    ("code", "is_open"),
    [
        (icd("Z15.01"), True),
        (icd("Q85.83"), True),
        (icd("E11.9"), False),
        (COLON, False),
    ],
)
def test_a_carrier_that_cannot_be_read_leaves_the_germline_open(code: Any, is_open: bool) -> None:
    """Of any gene: who carries one is not asked for the next. Another illness opens nothing."""
    cancer = {
        **_broken(BREAST, id="a", subject={"reference": "Patient/p"}, clinicalStatus=_ACTIVE),
        "onsetDateTime": "2020-05-01",
    }
    found = evaluate(_chart(cancer, _broken(code)), GUIDANCE, TODAY.earliest)
    [finding] = [each for each in found if each.guidance == "breast-biomarkers"]
    assert finding.biomarkers is not None
    open_rows = {each.row for each in finding.biomarkers.unknown}
    assert ("breast-gbrca" in open_rows) is is_open
