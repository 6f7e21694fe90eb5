"""Bad requests get one clear answer; odd but legal ones are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from tests.support.hook_calls import call, cards, product, request_for, searchset

STORY = "lung-adenocarcinoma-partial-results"
HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
MARK = "not-utf-8-here"
NOT_UTF8 = b"\xefn"


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The CDS Hooks face."""
    return product()


@pytest.mark.conformance("cds-hooks", 18, 22, 54, 55)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not a JSON object"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe", "not a JSON object"),
        (b"{", "not a JSON object"),
        (b"{}", "hook, hookInstance, context"),
        (b'{"hook":"patient-view","hookInstance":"x","context":{}}', "context.patientId"),
        (
            b'{"hook":"order-sign","hookInstance":"x","context":{"patientId":"1","userId":"u"}}',
            "names another one",
        ),
        (b'{"hook":7,"hookInstance":"x","context":{}}', "wrong kind"),
        (
            b'{"hook":"patient-view","hookInstance":"x","context":{"patientId":"1","userId":"u"},'
            b'"prefetch":[]}',
            "wrong kind",
        ),
    ],
)
def test_a_bad_request_is_a_400_that_says_why(answers: HookAnswers, body: bytes, says: str) -> None:
    """400, an OperationOutcome, a sentence for the integrator."""
    answer = answers.answer("biomarker-testing", body)

    outcome = json.loads(answer.body)
    assert answer.status == 400
    assert outcome["resourceType"] == "OperationOutcome"
    assert says in outcome["issue"][0]["diagnostics"]


@pytest.mark.conformance("cds-hooks", 23)
def test_an_unknown_service_is_a_404(answers: HookAnswers) -> None:
    """The id of a service that does not exist."""
    assert call(answers, "no-such-service", request_for(STORY)).status == 404


@pytest.mark.conformance("cds-hooks", 7)
@pytest.mark.parametrize(
    "extra",
    [
        {"extension": {"com.epic.cdshooks.request.bpa-trigger-action": "60"}},
        {"fhirServer": None},
        {"fhirAuthorization": {"access_token": 1}},
        {"somethingNew": [1, 2, {"deep": None}]},
    ],
)
def test_unknown_and_odd_fields_do_not_disturb(answers: HookAnswers, extra: dict[str, Any]) -> None:
    """Extensions of a vendor and unusable authorisation leave a prefetched call alone."""
    [card] = cards(call(answers, "biomarker-testing", request_for(STORY, **extra)))

    assert "have no result on file" in card["summary"]


def test_deep_nesting_is_refused_not_crashed(answers: HookAnswers) -> None:
    """A body nested past any sense is a bad request."""
    body = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

    assert answers.answer("biomarker-testing", body).status == 400


def test_the_chart_is_never_repeated_in_a_refusal(answers: HookAnswers) -> None:
    """A value of the wrong kind is named by its kind and place alone."""
    request = request_for(STORY, hook={"secret": "Testcase-Name"})

    answer = call(answers, "biomarker-testing", request)

    assert answer.status == 400
    assert b"Testcase-Name" not in answer.body


def test_a_code_without_a_letter_is_no_code(answers: HookAnswers) -> None:
    """FHIR forbids an empty code; an EHR that sends one gets its cards."""
    request = request_for(STORY)
    empty = {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": ""}
    request["prefetch"]["conditions"]["entry"].append(
        {"resource": {"resourceType": "Condition", "id": "x", "code": {"coding": [empty]}}}
    )

    assert len(cards(call(answers, "biomarker-testing", request))) == 1


def test_selections_that_are_no_text_are_a_400(answers: HookAnswers) -> None:
    """Parts of a request are looked at late; a byte that is no UTF-8 may hide in one."""
    request = json.loads((HOOKS / "order-select-capecitabine-no-dpyd.json").read_bytes())
    request["context"]["selections"] = [f"MedicationRequest/{MARK}"]
    body = json.dumps(request).encode().replace(MARK.encode(), NOT_UTF8)

    answer = answers.answer("oncology-order-select", body)

    assert answer.status == 400
    assert "selections" in json.loads(answer.body)["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        (
            "reports",
            {
                "resourceType": "DiagnosticReport",
                "id": "r",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "51969-4"}]},
                "contained": [{"resourceType": "Observation", "id": MARK}],
                "result": [{"reference": "#o"}],
            },
        ),
        (
            "medications",
            {
                "resourceType": "MedicationRequest",
                "id": "m",
                "status": "active",
                "intent": "order",
                "medicationReference": {"reference": "#m"},
                "contained": [{"resourceType": "Medication", "id": MARK}],
            },
        ),
    ],
)
def test_a_contained_resource_that_is_no_text_is_not_used(
    answers: HookAnswers, key: str, resource: dict[str, Any]
) -> None:
    """It makes no fault: the rest is judged."""
    request = request_for(STORY)
    resource["subject"] = {"reference": f"Patient/{request['context']['patientId']}"}
    request["prefetch"][key] = searchset([resource])
    body = json.dumps(request).encode().replace(MARK.encode(), NOT_UTF8)

    answer = answers.answer("biomarker-testing", body)

    assert answer.status == 200 and len(cards(answer)) == 1
