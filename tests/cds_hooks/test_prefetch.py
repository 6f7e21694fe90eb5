"""Missing, null, empty, OperationOutcome and paged prefetch each mean something else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from tests.support.hook_calls import call, cards, product, request_for, searchset

STORY = "lung-adenocarcinoma-partial-results"


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The CDS Hooks face without a FHIR server to ask."""
    return product()


def _with(key: str, value: Any, story: str = STORY) -> dict[str, Any]:
    request = request_for(story)
    request["prefetch"][key] = value
    return request


def _without(key: str, story: str = STORY) -> dict[str, Any]:
    request = request_for(story)
    del request["prefetch"][key]
    return request


def _outcome(severity: str, code: str, detail: str = "") -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": severity, "code": code}
    if detail:
        issue["details"] = {"coding": [{"system": "urn:oid:1.2.840.114350", "code": detail}]}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


@pytest.mark.conformance("cds-hooks", 41, 54)
@pytest.mark.parametrize("key", ["patient", "conditions", "observations"])
def test_a_required_key_that_cannot_be_had_is_a_412(answers: HookAnswers, key: str) -> None:
    """412 with an OperationOutcome that names the key and the usual cause."""
    answer = call(answers, "biomarker-testing", _without(key))

    body = json.loads(answer.body)
    assert answer.status == 412
    assert body["resourceType"] == "OperationOutcome"
    assert key in body["issue"][0]["diagnostics"]


@pytest.mark.conformance("cds-hooks", 38, 41)
def test_a_required_key_that_is_an_outcome_is_a_412(answers: HookAnswers) -> None:
    """An OperationOutcome says nothing of what is on file."""
    request = _with("observations", _outcome("error", "forbidden"))

    assert call(answers, "biomarker-testing", request).status == 412


@pytest.mark.conformance("cds-hooks", 37)
def test_null_means_searched_and_empty(answers: HookAnswers) -> None:
    """The EHR ran the search and found nothing: every due biomarker is missing."""
    [card] = cards(call(answers, "biomarker-testing", _with("observations", None)))
    [same] = cards(call(answers, "biomarker-testing", _with("observations", searchset([]))))

    assert card["summary"] == same["summary"]
    assert card["summary"].startswith("Is the lung cancer advanced")


@pytest.mark.conformance("cds-hooks", 38)
def test_epics_empty_search_is_an_empty_search(answers: HookAnswers) -> None:
    """A Bundle whose only entry is the outcome 4101 means no hits, not no knowledge."""
    empty = searchset([_outcome("warning", "processing", "4101")])

    [card] = cards(call(answers, "biomarker-testing", _with("orders", empty)))

    assert "none open for these" in card["detail"]


@pytest.mark.conformance("cds-hooks", 42)
def test_an_optional_key_that_is_lacking_is_named_on_the_card(answers: HookAnswers) -> None:
    """The card fires and says that orders were not visible."""
    [card] = cards(call(answers, "biomarker-testing", _without("orders")))

    assert "**Not read:**" in card["detail"]
    assert "orders" in card["detail"]
    assert "none open for these" not in card["detail"]


@pytest.mark.conformance("cds-hooks", 42)
def test_an_unread_family_history_is_a_gap_card_not_silence(answers: HookAnswers) -> None:
    """Nothing fires, and the gap could change that: one card says what was not read."""
    request = _without("family", "family-history-pat-met")

    [card] = cards(call(answers, "genetic-counseling", request))

    assert card["summary"] == "Not assessed: family history could not be read"
    assert "not an all-clear" in card["detail"]


def test_a_site_may_turn_gap_cards_off() -> None:
    """The switch silences the gap card alone."""
    quiet = product(gap_cards=False)

    request = _without("family", "family-history-pat-met")

    assert cards(call(quiet, "genetic-counseling", request)) == []


@pytest.mark.conformance("cds-hooks", 39)
def test_a_further_page_that_cannot_be_had_takes_back_what_is_missing(
    answers: HookAnswers,
) -> None:
    """With a page unread no result is called missing: the answer is a stated gap."""
    request = request_for(STORY)
    link = {"relation": "next", "url": "https://ehr.example/fhir?page=2"}
    request["prefetch"]["observations"]["link"] = [link]

    [card] = cards(call(answers, "biomarker-testing", request))

    assert card["summary"] == "Not assessed: results could not be read"


@pytest.mark.conformance("cds-hooks", 30)
def test_a_malformed_resource_in_the_prefetch_hides_no_other(answers: HookAnswers) -> None:
    """One broken heart rate among the results changes nothing."""
    request = request_for(STORY)
    [before] = cards(call(answers, "biomarker-testing", request))
    broken = {
        "resourceType": "Observation",
        "id": "broken",
        "status": 7,
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    }
    request["prefetch"]["observations"]["entry"].append({"resource": broken})

    [after] = cards(call(answers, "biomarker-testing", request))

    assert after["summary"] == before["summary"]
    assert after["detail"] == before["detail"]


def test_another_patients_prefetch_is_not_used(answers: HookAnswers) -> None:
    """Conditions of somebody else make no card for this patient."""
    request = request_for("diabetes-only")
    other = request_for(STORY)
    request["prefetch"]["conditions"] = other["prefetch"]["conditions"]

    assert cards(call(answers, "biomarker-testing", request)) == []


def test_the_wrong_type_under_a_key_is_nothing(answers: HookAnswers) -> None:
    """A Patient where the conditions belong says nothing of the conditions."""
    request = request_for(STORY)
    request["prefetch"]["conditions"] = request["prefetch"]["patient"]

    assert call(answers, "biomarker-testing", request).status == 412


def test_a_patient_that_is_null_is_a_412(answers: HookAnswers) -> None:
    """There is a patient, or nothing can be judged."""
    assert call(answers, "biomarker-testing", _with("patient", None)).status == 412


@pytest.mark.parametrize(
    ("key", "name"), [("conditions", "diagnoses"), ("observations", "results")]
)
def test_a_malformed_entry_does_not_hide_that_there_is_a_further_page(
    answers: HookAnswers, key: str, name: str
) -> None:
    """On the tolerant path an unread page is a gap as well, never an all-clear."""
    request = request_for(STORY)
    bundle = request["prefetch"][key]
    bundle["link"] = [{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]
    bundle["entry"].append({"resource": {"resourceType": bundle_type(bundle), "status": 7}})

    [card] = cards(call(answers, "biomarker-testing", request))

    assert name in card["summary"] + card["detail"]


def bundle_type(bundle: dict[str, Any]) -> str:
    """The type of a search result's resources."""
    kind: str = bundle["entry"][0]["resource"]["resourceType"]
    return kind


@pytest.mark.conformance("cds-hooks", 38)
def test_a_search_that_withholds_results_is_a_gap(answers: HookAnswers) -> None:
    """Results suppressed for privacy may be the missing ones."""
    request = request_for(STORY)
    request["prefetch"]["observations"]["entry"].append(
        {"resource": _outcome("information", "suppressed"), "search": {"mode": "outcome"}}
    )

    [card] = cards(call(answers, "biomarker-testing", request))

    assert card["summary"].startswith("Not assessed:")


def test_drugs_that_were_not_read_are_not_drugs_that_were_not_given(
    answers: HookAnswers,
) -> None:
    """Whether an EGFR inhibitor was given is unknown: a gap, not "nothing to add"."""
    request = _without("medications", "lung-egfr-progression-on-osimertinib")

    [card] = cards(call(answers, "biomarker-testing", request))

    assert "medications" in card["summary"] + card["detail"]
