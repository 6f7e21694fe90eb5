"""What is not prefetched is fetched: over real sockets, in time, from the right server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cds_hooks.answer import Answer
from tests.support.fhir_server import FhirServer, running_fhir_server
from tests.support.hook_calls import TYPES, call, cards, chart, product, request_for, searchset

STORY = "lung-adenocarcinoma-partial-results"
TOKEN = "canary-token-1234"


@pytest.fixture
def ehr() -> Iterator[FhirServer]:
    """An EHR that has the story's chart."""
    with running_fhir_server() as server:
        resources = [entry["resource"] for entry in chart(STORY)["entry"]]
        for kind in TYPES.values():
            found = [each for each in resources if each["resourceType"] == kind]
            server.answers[kind] = searchset(found)
        patient = next(each for each in resources if each["resourceType"] == "Patient")
        server.answers[f"Patient/{patient['id']}"] = patient
        yield server


def _ask(ehr: FhirServer, *prefetched: str, **hooks: Any) -> Answer:
    request = request_for(
        STORY,
        fhirServer=ehr.base,
        fhirAuthorization={
            "access_token": TOKEN,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "user/*.rs",
            "subject": "oncocue",
        },
    )
    request["prefetch"] = {key: request["prefetch"][key] for key in prefetched}
    return call(product(**{"fetch_seconds": 5.0, **hooks}), "biomarker-testing", request)


@pytest.mark.conformance("cds-hooks", 40)
def test_a_chart_fetched_gives_the_card_of_a_chart_prefetched(ehr: FhirServer) -> None:
    """Both roads read the same data, so both say the same."""
    [fetched] = cards(_ask(ehr))
    [prefetched] = cards(call(product(), "biomarker-testing", request_for(STORY)))

    assert fetched["summary"] == prefetched["summary"]
    assert fetched["detail"] == prefetched["detail"]


@pytest.mark.conformance("cds-hooks", 37, 45, 50)
def test_only_what_is_lacking_is_asked_for_with_the_token(ehr: FhirServer) -> None:
    """Prefetched keys are not fetched again; every call carries the hook's token."""
    _ask(ehr, "patient", "conditions", "reports", "medications")

    assert sorted(ehr.calls) == ["Observation", "ServiceRequest"]
    assert ehr.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.conformance("cds-hooks", 41)
@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_required_search_that_fails_is_a_412(ehr: FhirServer, status: int) -> None:
    """The EHR refused the results: no card can be right."""
    ehr.statuses["Observation"] = status

    answer = _ask(ehr)

    assert answer.status == 412
    told = json.loads(answer.body)["issue"][0]["diagnostics"]
    assert f"observations (the FHIR server answered {status}" in told
    assert TOKEN not in told


@pytest.mark.conformance("cds-hooks", 42)
def test_an_optional_search_that_fails_is_named_on_the_card(ehr: FhirServer) -> None:
    """Orders were refused: the card fires and says so."""
    ehr.statuses["ServiceRequest"] = 403

    [card] = cards(_ask(ehr))

    assert "orders" in card["detail"]


def test_an_ehr_too_slow_for_the_budget_is_a_412(ehr: FhirServer) -> None:
    """The time is up before the required data came."""
    ehr.delay = 1.0

    answer = _ask(ehr, fetch_seconds=0.2)

    assert answer.status == 412
    assert b"out of time" in answer.body


@pytest.mark.conformance("cds-hooks", 41)
def test_a_dead_server_is_a_412() -> None:
    """Nothing listens at fhirServer."""
    with running_fhir_server() as server:
        base = server.base
    request = request_for(STORY, fhirServer=base, prefetch={})

    answer = call(product(), "biomarker-testing", request)

    assert answer.status == 412
    assert b"could not be reached" in answer.body


@pytest.mark.conformance("cds-hooks", 39)
def test_pages_are_followed_on_the_same_server(ehr: FhirServer) -> None:
    """The results of the second page count like those of the first."""
    entries = ehr.answers["Observation"]["entry"]
    ehr.answers["Observation"] = {
        **searchset([]),
        "entry": entries[:3],
        "link": [{"relation": "next", "url": f"{ehr.base}/Observation?page=2"}],
    }
    ehr.answers["Observation?page=2"] = {**searchset([]), "entry": entries[3:]}

    [card] = cards(_ask(ehr))
    [whole] = cards(call(product(), "biomarker-testing", request_for(STORY)))

    assert card["detail"] == whole["detail"]


@pytest.mark.conformance("cds-hooks", 39, 49)
def test_a_next_page_on_another_server_is_not_asked(ehr: FhirServer) -> None:
    """The token goes to no other host; the part unread becomes a stated gap."""
    with running_fhir_server() as elsewhere:
        ehr.answers["Observation"]["link"] = [
            {"relation": "next", "url": f"{elsewhere.base}/Observation?page=2"}
        ]

        [card] = cards(_ask(ehr))

        assert elsewhere.calls == []
    assert card["summary"] == "Not assessed: results could not be read"


@pytest.mark.conformance("cds-hooks", 49)
def test_redirects_are_not_followed(ehr: FhirServer) -> None:
    """A redirect is an answer that brings no data."""
    with running_fhir_server() as elsewhere:
        ehr.statuses["Observation"] = 302
        ehr.headers["Observation"] = {"Location": f"{elsewhere.base}/Observation"}

        assert _ask(ehr).status == 412
        assert elsewhere.calls == []


@pytest.mark.conformance("cds-hooks", 21, 49)
@pytest.mark.parametrize(
    "server",
    [
        "https://ehr.example/fhir",
        "http://169.254.169.254/latest",
        "http://127.0.0.1@evil.example/fhir",
        "file:///etc/passwd",
        "http://localhost.evil.example/fhir",
        "not a url",
        "http://[::1",
    ],
)
def test_a_server_that_is_not_configured_is_never_asked(server: str) -> None:
    """Only configured servers, and loopback in development."""
    request = request_for(STORY, fhirServer=server, prefetch={})

    answer = call(product(), "biomarker-testing", request)

    assert answer.status == 412
    assert b"not one of those configured" in answer.body


def test_a_body_that_is_not_fhir_is_a_gap_not_an_all_clear(ehr: FhirServer) -> None:
    """An HTML page with status 200 is no result."""
    ehr.answers["Observation"] = "<html>Log in</html>"

    answer = _ask(ehr)

    assert answer.status == 412 or "Not assessed" in cards(answer)[0]["summary"]


def test_an_incomplete_authorisation_is_not_used(ehr: FhirServer) -> None:
    """Without a Bearer token in fhirAuthorization nothing is fetched."""
    request = request_for(STORY, fhirServer=ehr.base, prefetch={})
    request["fhirAuthorization"] = {"access_token": TOKEN, "token_type": "mac"}

    answer = call(product(), "biomarker-testing", request)

    assert answer.status == 412
    assert ehr.calls == []


@pytest.mark.conformance("cds-hooks", 38)
@pytest.mark.parametrize("code", ["forbidden", "suppressed"])
def test_an_outcome_with_status_200_brings_no_data(ehr: FhirServer, code: str) -> None:
    """The EHR refuses politely: that is not an empty search."""
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code}],
    }
    ehr.answers["Condition"] = outcome
    assert _ask(ehr).status == 412

    ehr.answers["Condition"] = searchset([outcome])
    assert _ask(ehr).status == 412


def test_a_malformed_entry_does_not_stop_the_paging(ehr: FhirServer) -> None:
    """The next page is read although the first holds a broken resource."""
    entries = ehr.answers["Condition"]["entry"]
    broken = {"resource": {"resourceType": "Condition", "id": "broken", "onsetDateTime": 7}}
    ehr.answers["Condition"] = {
        **searchset([]),
        "entry": [broken],
        "link": [{"relation": "next", "url": f"{ehr.base}/Condition?page=2"}],
    }
    ehr.answers["Condition?page=2"] = {**searchset([]), "entry": entries}

    answer = _ask(ehr)

    assert answer.status == 200
    assert "Condition?page=2" in ehr.calls
