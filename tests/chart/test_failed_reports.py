"""A report of a test that was cancelled, or whose sample did not do."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.evaluate import evaluate
from oncology.findings import Verdict
from oncology.guidance.load import load_guidance
from tests.chart.builders import ME, chart_of, concept, region, report

_GUIDANCE = load_guidance(guidance_folder())


@pytest.mark.parametrize(
    ("told", "is_failed"),
    [
        (report(status="cancelled"), True),
        (report(conclusion="QNS"), True),
        (report(conclusion="Test not performed."), True),
        (report(conclusion="Quantity not sufficient", status="preliminary"), False),
        (report(conclusion="No mutation detected"), False),
        (report(), False),
        (report("region", conclusion="QNS"), False),
    ],
)
def test_by_status_or_by_a_plain_word(told: dict[str, Any], is_failed: bool) -> None:
    """With results sent beside it, they tell."""
    (read,) = chart_of(told, region("KRAS")).reports
    assert read.is_failed is is_failed


def test_one_in_error_says_nothing() -> None:
    """Not even that a test failed."""
    assert chart_of(report(status="entered-in-error")).reports == ()


@pytest.mark.parametrize(
    ("conclusion", "answer"),
    [("QNS", Verdict.ADVISE), ("No pathogenic variant", Verdict.NOTHING_TO_ADD)],
)
def test_a_germline_test_that_failed_is_not_done(conclusion: str, answer: Verdict) -> None:
    """Breast cancer at 40 still calls for genetics."""
    cancer = {
        "resourceType": "Condition",
        "id": "c",
        "subject": ME,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": concept("http://hl7.org/fhir/sid/icd-10-cm", "C50.911"),
        "onsetAge": {"value": 40, "code": "a"},
    }
    germline = report(conclusion=conclusion, code={"text": "Hereditary cancer panel (germline)"})
    found = evaluate(chart_of(cancer, germline), _GUIDANCE, date(2026, 11, 22))
    assert [each.answer for each in found if each.guidance == "breast-germline"] == [answer]
