"""A relative's known variant: which test is due, and who is tested first."""

from __future__ import annotations

from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Criterion
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.family.builders import PATIENT, SNOMED, TODAY, bundle, icd, relative

GUIDANCE = load_guidance(guidance_folder())
BRCA1 = {"coding": [{"system": SNOMED, "code": "412734009"}]}
LYNCH = {"coding": [{"system": SNOMED, "code": "716318002"}]}
FAP = icd("D13.91")
FOUNDER = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": "http://loinc.org", "code": "21637-4"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6577-6"}]},
}


def _cascade(*resources: dict[str, Any]) -> Criterion:
    chart = read_chart(read_records(bundle(PATIENT, *resources)), GUIDANCE.terminology)
    found = evaluate(chart, GUIDANCE, TODAY.earliest, frozenset({"genetic-counseling"}))
    finding = next(each for each in found if each.guidance == "cascade-family")
    return finding.criteria[0]


@pytest.mark.parametrize(
    ("relation", "variant", "due"),
    [
        ("SIS", BRCA1, "variant-specific test of BRCA1 by the relative's report"),
        ("FTH", FAP, "variant-specific test of APC; without the relative's report the whole gene"),
        (
            "MTH",
            LYNCH,
            "variant-specific test by the relative's report; "
            "without it a panel of MLH1, MSH2, MSH6, PMS2, EPCAM",
        ),
        (
            "MAUNT",
            BRCA1,
            "variant-specific test of BRCA1 by the relative's report; "
            "the mother first, if that can be",
        ),
        (
            "PCOUSN",
            BRCA1,
            "variant-specific test of BRCA1 by the relative's report; "
            "the father first, if that can be",
        ),
        (
            "ITWINSIS",
            BRCA1,
            "an identical twin has the same germline: confirm by one variant-specific test",
        ),
        ("TWINSIS", BRCA1, "variant-specific test of BRCA1 by the relative's report"),
    ],
)
def test_the_test_follows_from_what_is_known(relation: str, variant: Any, due: str) -> None:
    """A named gene, a syndrome of one gene or of several; the connecting relative; a twin."""
    assert _cascade(relative("a", relation, variant)).text == due


def test_a_founder_test_is_no_test_for_another_variant() -> None:
    """BRCA1 185delAG not found tells of that variant alone."""
    criterion = _cascade(relative("a", "SIS", BRCA1), FOUNDER)
    assert criterion.answer == "met"
    assert criterion.text.endswith(
        "the founder test on file answers only if it is one of those variants"
    )


def test_the_nearest_relative_decides() -> None:
    """Mother and cousin carry: the mother's variant is tested, nobody stands between."""
    criterion = _cascade(relative("a", "MCOUSN", BRCA1), relative("b", "MTH", BRCA1))
    assert criterion.text == "variant-specific test of BRCA1 by the relative's report"
