"""One cancer on the problem list twice is told once, and two that may be two stay two."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.repeats import first_told
from oncology.evaluate import evaluate
from oncology.findings import Finding, telling
from oncology.guidance.load import load_guidance
from tests.chart.builders import ME, chart_of, concept

_GUIDANCE = load_guidance(guidance_folder())
_ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def _cancer(identifier: str, code: str = "C50.911", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identifier,
        "subject": ME,
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": concept(_ICD, code),
        **more,
    }


def _born(year: int) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": f"{year}-01-01"}


def _kept(*conditions: dict[str, Any]) -> list[str]:
    return [each.reference for each in first_told(chart_of(*conditions).diagnoses)[0]]


@pytest.mark.parametrize(
    ("second", "is_repeat"),
    [
        (_cancer("b", recordedDate="2020-05-02"), True),
        (_cancer("b"), True),
        (_cancer("b", onsetDateTime="2019-03-01", recordedDate="2021-01-01"), True),
        (_cancer("b", onsetDateTime="2021-02-01"), False),
        (_cancer("b", recordedDate="2012-02-01"), False),
        (_cancer("b", onsetAge={"value": 30, "code": "a"}), False),
        (_cancer("b", "C50.912", recordedDate="2020-05-02"), False),
        (_cancer("b", "C18.9", recordedDate="2020-05-02"), False),
    ],
)
def test_a_record_that_only_repeats(second: dict[str, Any], is_repeat: bool) -> None:
    """Without a day, age or side of its own; what was recorded before it was found tells more."""
    first = _cancer("a", onsetDateTime="2019-03-01")
    assert (_kept(first, second) == ["Condition/a"]) is is_repeat
    assert (_kept(second, first) == ["Condition/a"]) is is_repeat


def _finding(artifact: str, *conditions: dict[str, Any]) -> Finding:
    found = evaluate(chart_of(_born(1980), *conditions), _GUIDANCE, date(2026, 11, 22))
    return next(each for each in found if each.guidance == artifact)


@pytest.mark.parametrize(
    ("artifact", "code"), [("breast-germline", "C50.911"), ("colorectal-germline", "C18.7")]
)
def test_the_referral_names_it_once_with_the_earliest_date(artifact: str, code: str) -> None:
    """Two entries of a problem list, a year apart, that say only when they were written."""
    two = (_cancer("a", code, recordedDate="2019-03-01"), _cancer("b", code, recordedDate="2020"))
    facts = telling(_finding(artifact, *two).because)
    assert [(each.reference, str(each.date and each.date.earliest)) for each in facts] == [
        ("Condition/a", "2019-03-01")
    ]
