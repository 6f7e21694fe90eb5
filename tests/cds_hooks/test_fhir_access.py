"""The hook's token at the EHR's FHIR server: what each scope, refusal and delay comes to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from cds_hooks.answer import Answer
from cds_hooks.fhir_client import FhirClient, FhirServers
from cds_hooks.request import HookContext, resolve
from cds_hooks.scopes import may_read
from tests.support.fhir_server import FhirServer, running_fhir_server
from tests.support.hook_calls import TYPES, call, cards, chart, product, request_for, searchset

STORY = "lung-adenocarcinoma-partial-results"
GRANTED = {
    "access_token": "canary-token-1234",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "user/*.rs",
    "subject": "oncocue",
}


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


def _ask(ehr: FhirServer, seconds: float = 5.0, **granted: Any) -> Answer:
    authorization = {**GRANTED, **granted}
    request = request_for(
        STORY,
        fhirServer=ehr.base,
        fhirAuthorization={key: value for key, value in authorization.items() if value != ""},
        prefetch={},
    )
    return call(product(fetch_seconds=seconds), "biomarker-testing", request)


def _told(answer: Answer) -> str:
    told: str = json.loads(answer.body)["issue"][0]["diagnostics"]
    return told


# ------------------------------------------------------------------------- scopes


@pytest.mark.conformance("cds-hooks", 47)
@pytest.mark.parametrize(
    "scope",
    [
        "patient/*.read",
        "user/*.*",
        "patient/Patient.read patient/Observation.read patient/Condition.read"
        " patient/DiagnosticReport.read patient/ServiceRequest.read user/MedicationRequest.read",
        "user/*.rs",
        "user/*.cruds",
        "system/*.r",
        "patient/*.rs?category=laboratory",
        "launch openid fhirUser",
        "Patient.Read (R4) Condition.Search (Problems) (R4)",
        "https://ehr.example/scopes/all",
        "",
        None,
    ],
)
def test_scopes_of_every_spelling_let_us_ask(ehr: FhirServer, scope: str | None) -> None:
    """SMART 1.0 and 2.x, an EHR's own texts, or none: the server decides, not our reading."""
    assert len(cards(_ask(ehr, scope=scope))) == 1


@pytest.mark.conformance("cds-hooks", 47, 50)
def test_what_the_scopes_surely_refuse_is_not_asked_for(ehr: FhirServer) -> None:
    """Every word is understood and none lets results be read: 412 says so, no call is wasted."""
    answer = _ask(ehr, scope="launch patient/Patient.rs patient/Condition.read")

    assert answer.status == 412
    assert "observations (its scope was not granted)" in _told(answer)
    assert "Observation" not in ehr.calls


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        ("patient/Observation.read", True),
        ("patient/Observation.write", False),
        ("patient/Observation.cud", False),
        ("patient/Observation.crs", True),
        ("patient/Observation.s", True),
        ("patient/Condition.read", False),
        ("patient/Condition.read something", True),
        ("patient/*.write", False),
        ("patient/*.*", True),
        ("openid", True),
        ("", True),
        (None, True),
    ],
)
def test_a_scope_says_yes_no_or_nothing(scope: str | None, may: bool) -> None:
    """Only words that are all understood can say no."""
    assert may_read(scope, "Observation") is may


# ------------------------------------------------------------------------- refusals


@pytest.mark.conformance("cds-hooks", 41, 45)
@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "401: it did not take the token"),
        (403, "403: it does not let this user or scope"),
        (404, "404: it has no such resource"),
        (410, "answered 410"),
        (429, "429: it is busy"),
        (500, "answered 500"),
        (502, "answered 502"),
        (503, "answered 503"),
        (302, "answered 302"),
    ],
)
def test_each_refusal_of_required_data_is_a_412_that_names_it(
    ehr: FhirServer, status: int, says: str
) -> None:
    """The integrator reads which key, which status, and where to look."""
    ehr.statuses["Observation"] = status

    answer = _ask(ehr)

    assert answer.status == 412
    assert "observations (" in _told(answer) and says in _told(answer)
    assert ehr.tokens == {f"Bearer {GRANTED['access_token']}"}


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_each_refusal_of_optional_data_is_told_on_the_card(ehr: FhirServer, status: int) -> None:
    """The card fires and says what it did not see."""
    ehr.statuses["ServiceRequest"] = status

    [card] = cards(_ask(ehr))

    assert "orders" in card["detail"]


@pytest.mark.conformance("cds-hooks", 44)
@pytest.mark.parametrize(
    "authorization",
    [
        {"token_type": "Bearer"},
        {"access_token": "x"},
        {"access_token": "", "token_type": "Bearer"},
        {"access_token": "x", "token_type": "mac"},
        {"access_token": 7, "token_type": "Bearer"},
        {"access_token": "x", "token_type": "Bearer", "expires_in": "soon"},
        "Bearer x",
        [],
        {},
    ],
)
def test_an_authorisation_that_is_not_whole_is_not_used(
    ehr: FhirServer, authorization: object
) -> None:
    """Nothing is asked, with or without a token."""
    request = request_for(STORY, fhirServer=ehr.base, fhirAuthorization=authorization, prefetch={})

    answer = call(product(), "biomarker-testing", request)

    assert answer.status == 412
    assert ehr.calls == []


@pytest.mark.conformance("cds-hooks", 20)
def test_an_authorisation_without_a_server_is_of_no_use() -> None:
    """There is nobody to show it to: 412, no fault of ours."""
    request = request_for(STORY, fhirAuthorization=GRANTED, prefetch={})

    answer = call(product(), "biomarker-testing", request)

    assert answer.status == 412
    assert "no FHIR server to ask" in _told(answer)


# ------------------------------------------------------------------------- waiting


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_server_that_was_busy_for_a_moment_is_asked_again(ehr: FhirServer, status: int) -> None:
    """Once is a hiccup: the card is that of a server that answers."""
    ehr.first["Observation"] = [status]

    assert len(cards(_ask(ehr))) == 1
    assert ehr.calls.count("Observation") == 2


def test_a_server_that_stays_busy_is_asked_three_times(ehr: FhirServer) -> None:
    """And no more."""
    ehr.statuses["Observation"] = 503

    assert _ask(ehr).status == 412
    assert ehr.calls.count("Observation") == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_refusal_is_not_asked_again(ehr: FhirServer, status: int) -> None:
    """It would be refused again."""
    ehr.statuses["Observation"] = status

    assert _ask(ehr).status == 412
    assert ehr.calls.count("Observation") == 1


def test_retry_after_is_waited_for_within_the_budget(
    ehr: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's own word for the pause, neither shorter nor longer."""
    waited: list[float] = []
    monkeypatch.setattr("cds_hooks.fhir_client.time.sleep", waited.append)
    ehr.first["Observation"] = [429]
    ehr.headers["Observation"] = {"Retry-After": "2"}

    assert len(cards(_ask(ehr, seconds=60))) == 1
    assert 2.0 in waited


@pytest.mark.parametrize("after", ["30", "Fri, 31 Dec 2100 23:59:59 GMT", "soon", "-1"])
def test_a_pause_beyond_the_budget_is_not_waited_for(ehr: FhirServer, after: str) -> None:
    """The answer comes at once: nobody waits for a server that will not be ready."""
    ehr.statuses["Observation"] = 503
    ehr.headers["Observation"] = {"Retry-After": after}

    assert _ask(ehr).status == 412
    assert ehr.calls.count("Observation") == 1


@pytest.mark.conformance("cds-hooks", 53)
def test_the_slowest_answer_cannot_hold_the_call_up(ehr: FhirServer) -> None:
    """The time for fetching ends for all queries together, whatever each still waits for."""
    released = threading.Event()
    ehr.wait_for = released
    try:
        answer = _ask(ehr, seconds=0.2)
    finally:
        released.set()

    assert answer.status == 412
    assert "out of time" in _told(answer)


@pytest.mark.conformance("cds-hooks", 40)
def test_queries_go_out_together(ehr: FhirServer) -> None:
    """No query waits for another: all six arrive before the first is answered."""
    everybody = threading.Barrier(6)
    ehr.meet = everybody

    assert len(cards(_ask(ehr, seconds=20))) == 1
    assert not everybody.broken


# ------------------------------------------------------------------------- where


@pytest.mark.conformance("cds-hooks", 21, 49)
@pytest.mark.parametrize(
    ("base", "may"),
    [
        ("https://ehr.example/fhir", True),
        ("https://ehr.example/fhir/", True),
        ("https://ehr.example:443/fhir", False),
        ("https://ehr.example/fhir/../admin", False),
        ("https://ehr.example/fhir?x=1", False),
        ("https://ehr.example/fhir#x", False),
        ("https://ehr.example.evil.example/fhir", False),
        ("https://u:p@ehr.example/fhir", False),
        ("http://ehr.example/fhir", False),
        ("http://10.0.0.7/fhir", False),
        ("http://169.254.169.254/latest", False),
        ("http://[::1]/fhir", False),
        ("http://localhost/fhir", False),
        ("gopher://ehr.example/fhir", False),
        ("//ehr.example/fhir", False),
        ("", False),
    ],
)
def test_only_the_issuers_listed_servers_are_asked(base: str, may: bool) -> None:
    """To the letter, by https; private addresses and loopback only where they are listed."""
    servers = FhirServers(frozenset({"https://ehr.example/fhir", "http://ehr.example/fhir"}))

    assert servers.may_ask(base) is may


@pytest.mark.conformance("cds-hooks", 39)
@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:1/fhir/Observation?page=2",
        "https://127.0.0.1/fhir/Observation?page=2",
        "//evil.example/Observation?page=2",
        "http://evil.example/Observation?page=2",
        "file:///etc/passwd",
        "http://[::1",
    ],
)
def test_the_next_page_is_fetched_from_the_same_origin_alone(ehr: FhirServer, link: str) -> None:
    """Scheme, host and port are those of `fhirServer`; what is not read is told."""
    ehr.answers["Observation"]["link"] = [{"relation": "next", "url": link}]

    answer = _ask(ehr)

    assert "Observation?page=2" not in ehr.calls
    assert answer.status == 412 or "results could not be read" in cards(answer)[0]["summary"]


def test_pages_without_end_are_a_gap(ehr: FhirServer) -> None:
    """A server that links each page to the next for ever does not keep us."""
    ehr.answers["Observation"]["link"] = [{"relation": "next", "url": "Observation"}]

    [card] = cards(_ask(ehr))

    assert card["summary"] == "Not assessed: results could not be read"
    assert ehr.calls.count("Observation") == 20


def test_an_id_cannot_break_out_of_its_query() -> None:
    """Whatever the EHR sends as patientId, it stays one value of one query."""
    context = HookContext(patient_id="1&_count=1#/../?x=../y z")

    query = resolve("Condition?patient={{context.patientId}}&status=a", context)

    assert query == "Condition?patient=1%26_count%3D1%23%2F..%2F%3Fx%3D..%2Fy%20z&status=a"


def test_a_budget_that_is_used_up_asks_nobody(ehr: FhirServer) -> None:
    """No time, no request."""
    client = FhirClient(ehr.base, None, 0.0)

    assert client.fetch({"a": "Observation"})["a"].problem == "out of time"
    assert ehr.calls == []


def test_nothing_is_fetched_when_everything_came(ehr: FhirServer) -> None:
    """The quick road stays quick: no connection is made."""
    request = request_for(STORY, fhirServer=ehr.base, fhirAuthorization=GRANTED)

    assert len(cards(call(product(), "biomarker-testing", request))) == 1
    assert ehr.calls == []
