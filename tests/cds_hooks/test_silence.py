"""When there is nothing to do the service says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from tests.support.hook_calls import call, cards, product, request_for

SERVICES = ("biomarker-testing", "genetic-counseling", "trial-search")


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The CDS Hooks face."""
    return product()


@pytest.mark.conformance("cds-hooks", 52)
@pytest.mark.parametrize("service", SERVICES)
def test_no_card_without_cancer(answers: HookAnswers, service: str) -> None:
    """Diabetes is none of our business."""
    assert cards(call(answers, service, request_for("diabetes-only"))) == []


@pytest.mark.conformance("cds-hooks", 52)
@pytest.mark.parametrize("service", SERVICES)
def test_no_card_for_the_dead(answers: HookAnswers, service: str) -> None:
    """A deceased patient gets no card."""
    request = request_for("lung-adenocarcinoma-partial-results")
    request["prefetch"]["patient"]["deceasedDateTime"] = "2026-11-20"

    answer = call(answers, service, request)

    assert cards(answer) == []
    assert answer.silence == "deceased"


def test_silent_mode_evaluates_and_shows_nothing() -> None:
    """A site in silent mode gets answers without cards, and the record says why."""
    answer = call(
        product(silent=True),
        "biomarker-testing",
        request_for("lung-adenocarcinoma-partial-results"),
    )

    assert cards(answer) == []
    assert answer.silence == "silent"


def test_a_referral_on_file_silences_counselling(answers: HookAnswers) -> None:
    """The patient was referred: no card."""
    assert cards(call(answers, "genetic-counseling", request_for("genetics-referral-placed"))) == []


def test_one_question_is_asked_by_one_service(answers: HookAnswers) -> None:
    """Biomarker testing asks for the histology; the trial search stays silent."""
    request = request_for("lung-histology-not-recorded")

    [card] = cards(call(answers, "biomarker-testing", request))

    assert card["summary"] == "Is the lung cancer small-cell or non-small-cell?"
    assert cards(call(answers, "trial-search", request)) == []


def _diagnosed(day: str) -> dict[str, Any]:
    request = request_for("colon-stage-two-without-mmr")
    for entry in request["prefetch"]["conditions"]["entry"]:
        entry["resource"]["onsetDateTime"] = day
    return request


@pytest.mark.parametrize(("day", "shown"), [("2026-11-08", 0), ("2026-11-07", 1)])
def test_a_fresh_diagnosis_rests_for_fourteen_days(
    answers: HookAnswers, day: str, shown: int
) -> None:
    """Reflex testing may be under way: on the fifteenth day the gap is said."""
    assert len(cards(call(answers, "biomarker-testing", _diagnosed(day)))) == shown


@pytest.mark.parametrize(("status", "shown"), [("active", 0), ("completed", 0), ("revoked", 1)])
def test_hospice_care_silences_everything(answers: HookAnswers, status: str, shown: int) -> None:
    """No testing card for a patient in hospice or comfort care."""
    request = request_for("colon-stage-two-without-mmr")
    hospice = {
        "resourceType": "ServiceRequest",
        "id": "hospice",
        "status": status,
        "intent": "order",
        "subject": {"reference": f"Patient/{request['context']['patientId']}"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "385763009"}]},
    }
    request["prefetch"]["orders"]["entry"].append({"resource": hospice})

    assert len(cards(call(answers, "biomarker-testing", request))) == shown
