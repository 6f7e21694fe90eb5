"""MLH1 promoter methylation, read by the words of its test."""

from __future__ import annotations

import json

import pytest

from oncology.chart.methylation import is_methylation
from oncology.chart.read import read_chart
from oncology.reading.decode import read_records
from tests.family.builders import PATIENT, TERMINOLOGY


@pytest.mark.parametrize(
    ("words", "is_one"),
    [
        ("MLH1 promoter methylation, tumour", True),
        ("MLH-1 hypermethylation analysis", True),
        ("MLH1 by immunohistochemistry", False),
        ("MGMT promoter methylation", False),
        ("Constitutional MLH1 methylation", False),
        ("MLH1 methylation, blood", False),
    ],
)
def test_the_test_is_known_by_its_words(words: str, is_one: bool) -> None:
    """In blood methylation is another question, and MGMT another gene."""
    assert is_methylation(words) is is_one


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ({"valueString": "Methylation detected"}, "positive"),
        ({"valueString": "MLH1 promoter is hypermethylated"}, "positive"),
        ({"valueCodeableConcept": {"text": "Methylated"}}, "positive"),
        ({"valueCodeableConcept": {"text": "not methylated"}}, "negative"),
        ({"valueString": "No MLH1 promoter methylation detected"}, "negative"),
        ({"valueString": "unmethylated"}, "negative"),
        ({"valueBoolean": False}, "negative"),
        ({"valueString": "partially methylated"}, "indeterminate"),
        ({"valueString": "see report"}, "unknown"),
        (
            {"valueString": "Methylated in part of the tumour; not methylated in the rest"},
            "unknown",
        ),
        ({"valueString": "Methylation detected", "status": "preliminary"}, "pending"),
    ],
)
def test_only_a_clear_value_is_a_verdict(value: dict, outcome: str) -> None:
    """What is partial, contradictory or elsewhere is no verdict; a preliminary one is pending."""
    observation = {
        "resourceType": "Observation",
        "id": "m",
        "status": "final",
        "code": {"text": "MLH1 promoter methylation, tumour tissue"},
        "subject": {"reference": "Patient/p"},
        **value,
    }
    entries = [{"resource": each} for each in (PATIENT, observation)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    chart = read_chart(read_records(json.dumps(bundle).encode()), TERMINOLOGY)
    (result,) = [each for each in chart.results if "MLH1 methylation" in each.biomarkers]
    assert result.outcome.name.lower() == outcome
