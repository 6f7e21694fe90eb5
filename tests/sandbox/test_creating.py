"""Writing into the chart: scope, patient, validity, and trying again without doing it twice."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.app import create_app
from tests.sandbox.conftest import DEAD_SERVICE
from tests.sandbox.dance import FLAGSHIP, PUBLIC, Dance
from tests.support.hook_calls import CHARTS, TODAY

IDENTIFIER = {"system": "urn:example:orders", "value": "one"}
ONCE = {"If-None-Exist": "identifier=urn:example:orders|one"}
WRITING = (
    "launch patient/ServiceRequest.cruds patient/FamilyMemberHistory.c patient/Observation.cruds "
    "patient/Provenance.c patient/DocumentReference.c"
)


def _order(**changes: Any) -> dict[str, Any]:
    good = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": f"Patient/{FLAGSHIP}"},
        "identifier": [IDENTIFIER],
        "code": {"text": "Lung NGS panel"},
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


@pytest.fixture
def dance() -> Dance:
    """An app at a sandbox of its own, since these tests write."""
    app = create_app(DEAD_SERVICE, CHARTS, today=lambda: TODAY, apps=(PUBLIC,))
    return Dance(app.test_client())


@pytest.fixture
def token(dance: Dance) -> str:
    """A token that may write."""
    found: str = dance.tokens(scope=WRITING)["access_token"]
    return found


def _post(
    browser: FlaskClient, token: str | None, body: Any, path: str = "ServiceRequest", **headers: str
) -> TestResponse:
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    kind = {"Content-Type": "application/fhir+json"}
    from flask import json

    data = body if isinstance(body, str) else json.dumps(body)
    return browser.post(f"/fhir/{path}", data=data, headers={**kind, **bearer, **headers})


def test_an_order_that_was_written_is_on_file(dance: Dance, token: str) -> None:
    """201 with its address; found by reading and by searching."""
    answer = _post(dance.browser, token, _order())
    made = answer.get_json()

    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{dance.base}/ServiceRequest/{made['id']}"
    assert made["meta"]["versionId"] == "1"
    assert dance.get(f"ServiceRequest/{made['id']}", token).get_json() == made
    found = dance.get(f"ServiceRequest?patient={FLAGSHIP}&status=draft", token).get_json()
    assert made["id"] in [entry["resource"]["id"] for entry in found["entry"]]


def test_trying_again_writes_nothing_twice(dance: Dance, token: str) -> None:
    """If-None-Exist: the second answer is 200 with the first resource."""
    first = _post(dance.browser, token, _order(), **ONCE)
    second = _post(dance.browser, token, _order(), **ONCE)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    _post(dance.browser, token, _order())
    assert _post(dance.browser, token, _order(), **ONCE).status_code == 412


@pytest.mark.parametrize(
    ("body", "path", "status"),
    [
        (_order(subject={"reference": "Patient/diabetes-only"}), "ServiceRequest", 403),
        (_order(subject=None), "ServiceRequest", 422),
        (_order(status=7), "ServiceRequest", 422),
        (_order(colour="green"), "ServiceRequest", 422),
        (_order(resourceType="Observation"), "ServiceRequest", 400),
        ([_order()], "ServiceRequest", 400),
        ("{", "ServiceRequest", 400),
        (_order(), "Observation", 405),
        (_order(), "Spaceship", 404),
        (_order(), "Practitioner", 403),
    ],
)
def test_what_may_not_be_written_is_refused(
    dance: Dance, token: str, body: Any, path: str, status: int
) -> None:
    """Another patient's, not valid, not this type, not a type one writes."""
    answer = _post(dance.browser, token, body, path)
    assert answer.status_code == status
    assert answer.get_json()["resourceType"] == "OperationOutcome"


def test_writing_needs_its_scope_and_a_token(dance: Dance) -> None:
    """Reading scopes write nothing."""
    reading = dance.tokens(scope="launch patient/ServiceRequest.rs")["access_token"]
    assert _post(dance.browser, reading, _order()).status_code == 403
    assert _post(dance.browser, None, _order()).status_code == 401


def test_the_body_is_fhir_json(dance: Dance, token: str) -> None:
    """A form is not."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert _post(dance.browser, token, _order(), **kind).status_code == 415


def test_a_provenance_is_about_its_targets(dance: Dance, token: str) -> None:
    """It names the patient among them, or it is not theirs."""
    target = {"reference": f"Patient/{FLAGSHIP}"}
    good = {
        "resourceType": "Provenance",
        "target": [{"reference": "ServiceRequest/1"}, target],
        "recorded": "2026-11-22T10:00:00Z",
        "agent": [{"who": {"reference": "Practitioner/sandbox-oncologist"}}],
    }
    assert _post(dance.browser, token, good, "Provenance").status_code == 201
    others = {**good, "target": [{"reference": "Patient/diabetes-only"}]}
    assert _post(dance.browser, token, others, "Provenance").status_code == 403


@pytest.mark.parametrize("conduct", ["meditech", "oracle"])
def test_some_vendors_take_no_orders(dance: Dance, conduct: str) -> None:
    """The CapabilityStatement does not offer it, and the server refuses."""
    at = dance.at(conduct)
    bearer = {"Authorization": f"Bearer {at.tokens(scope=WRITING)['access_token']}"}
    answer = at.browser.post(f"{at.root}/fhir/ServiceRequest", json=_order(), headers=bearer)
    statement = at.browser.get(f"{at.root}/fhir/metadata").get_json()
    [about] = [r for r in statement["rest"][0]["resource"] if r["type"] == "ServiceRequest"]

    assert answer.status_code == 405
    assert "create" not in [each["code"] for each in about["interaction"]]
