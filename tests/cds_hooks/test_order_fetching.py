"""A drug that an order only points to: its Medication is fetched, in time, from its server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.answer import Answer
from tests.support.fhir_server import FhirServer, running_fhir_server
from tests.support.hook_calls import call, cards, product

STORY = "order-select-capecitabine-no-dpyd"
HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
TOKEN = "canary-token-1234"
OUTSIDE = "Medication/xeloda-500"


def _request() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HOOKS / f"{STORY}.json").read_bytes())
    return found


@pytest.fixture
def ehr() -> Iterator[FhirServer]:
    """An EHR that holds the Medication of the order."""
    with running_fhir_server() as server:
        [entry] = _request()["context"]["draftOrders"]["entry"]
        code = entry["resource"]["medicationCodeableConcept"]
        server.answers[OUTSIDE] = {
            "resourceType": "Medication",
            "id": "xeloda-500",
            "code": code,
        }
        yield server


def _sign(ehr: FhirServer, reference: str = OUTSIDE, scope: str = "user/*.rs", **hooks: Any) -> Any:
    """The answer to the order, which points to its drug by this reference."""
    request = _request()
    [entry] = request["context"]["draftOrders"]["entry"]
    del entry["resource"]["medicationCodeableConcept"]
    entry["resource"]["medicationReference"] = {"reference": reference}
    request["fhirServer"] = ehr.base
    request["fhirAuthorization"] = {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": scope,
        "subject": "oncocue",
    }
    face = product(**{"fetch_seconds": 5.0, **hooks})
    return call(face, "oncology-order-select", request)


def _is_gap(answer: Answer) -> bool:
    [card] = cards(answer)
    summary: str = card["summary"]
    return summary.startswith("Not assessed") and "an order on the screen" in summary


def test_a_medication_outside_the_orders_is_fetched(ehr: FhirServer) -> None:
    """The card is that of the order that names the drug itself; the token goes with the call."""
    [fetched] = cards(_sign(ehr))
    [named] = cards(call(product(), "oncology-order-select", _request()))

    assert (fetched["summary"], fetched["detail"]) == (named["summary"], named["detail"])
    assert ehr.calls == [OUTSIDE] and ehr.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize("spelling", ["{base}/Medication/xeloda-500", "Medication/xeloda-500"])
def test_the_servers_own_absolute_reference_is_one_too(ehr: FhirServer, spelling: str) -> None:
    """However the EHR writes it."""
    [card] = cards(_sign(ehr, spelling.format(base=ehr.base)))

    assert "capecitabine" in card["summary"].lower()


@pytest.mark.parametrize(
    "reference",
    [
        "https://elsewhere.example/fhir/Medication/xeloda-500",
        "Medication/../Patient/1",
        "Medication/xeloda-500?_include=*",
        "Medication/xeloda 500",
        "MedicationKnowledge/xeloda-500",
        "#contained",
        "urn:uuid:d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    ],
)
def test_nothing_else_is_followed(ehr: FhirServer, reference: str) -> None:
    """Not to another server, nor out of its place: the order is told as not assessed."""
    assert _is_gap(_sign(ehr, reference))
    assert ehr.calls == []


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_a_medication_that_cannot_be_had_is_a_gap(ehr: FhirServer, status: int) -> None:
    """Never an all-clear: it may be any drug."""
    ehr.statuses[OUTSIDE] = status

    assert _is_gap(_sign(ehr))


def test_a_scope_that_refuses_it_spares_the_call(ehr: FhirServer) -> None:
    """As for every type."""
    assert _is_gap(_sign(ehr, scope="user/Observation.rs"))
    assert ehr.calls == []


def test_what_it_takes_is_part_of_the_time_there_is(ehr: FhirServer) -> None:
    """Nothing is left for data that was not prefetched: required data is then a 412."""
    ehr.delay = 0.4
    request = _request()
    [entry] = request["context"]["draftOrders"]["entry"]
    entry["resource"]["medicationReference"] = {"reference": OUTSIDE}
    del entry["resource"]["medicationCodeableConcept"], request["prefetch"]["observations"]
    request["fhirServer"] = ehr.base

    answer = call(product(fetch_seconds=0.3), "oncology-order-select", request)

    assert answer.status == 412 and answer.ran_out_of_time
    assert ehr.calls == [OUTSIDE]
