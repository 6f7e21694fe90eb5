"""`/openapi.json` says what the service does: real answers and refusals fit it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from cds_hooks.openapi import openapi
from oncocue.bruno import bruno_collection
from oncocue.wiring import create_dev_app
from tests.feedback.test_parse import CARD, EPIC, REASON, TAKEN
from tests.support.hook_calls import product, request_for, stories
from tests.support.product import entry


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """The service of development."""
    return create_dev_app().test_client()


@pytest.fixture(scope="module")
def described(client: FlaskClient) -> dict[str, Any]:
    """Its description."""
    found: dict[str, Any] = client.get("/openapi.json").json
    return found


def _fits(described: dict[str, Any], name: str, content: Any) -> bool:
    schema = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return bool(validator.is_valid(content))


def test_it_names_every_service_with_its_feedback(described: dict[str, Any]) -> None:
    """And the addresses of operations."""
    ids = product().services
    expected = {"/cds-services", "/healthz", "/readyz"}
    expected |= {f"/cds-services/{name}{end}" for name in ids for end in ("", "/feedback")}

    assert described["openapi"].startswith("3.1") and set(described["paths"]) == expected


def test_its_schemas_are_schemas(described: dict[str, Any]) -> None:
    """JSON Schema 2020-12, as OpenAPI 3.1 uses it."""
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_token_is_described_where_one_is_asked(described: dict[str, Any]) -> None:
    """Not in development, where none is."""
    assert "security" not in described
    told = openapi(product().services.values(), "https://oncocue.example", "1", signed=True)

    assert told["security"] == [{"ehr": []}]
    assert told["components"]["securitySchemes"]["ehr"]["scheme"] == "bearer"


@pytest.mark.parametrize("story", stories())
def test_answers_fit(client: FlaskClient, described: dict[str, Any], story: str) -> None:
    """The cards of every synthetic chart."""
    answer = client.post("/cds-services/biomarker-testing", json=request_for(story))

    assert answer.status_code == 200
    assert _fits(described, "Cards", answer.json)


def test_discovery_and_refusals_fit(client: FlaskClient, described: dict[str, Any]) -> None:
    """OperationOutcome whenever it is not 200, with a status that is described."""
    assert _fits(described, "Services", client.get("/cds-services").json)
    for path, body in (("biomarker-testing", {}), ("biomarker-testing/feedback", {"feedback": 1})):
        refused = client.post(f"/cds-services/{path}", json=body)
        told = described["paths"][f"/cds-services/{path}"]["post"]["responses"]
        assert str(refused.status_code) in told
        assert _fits(described, "OperationOutcome", refused.json)


def _overridden(**changes: Any) -> Any:
    return {"feedback": [entry(CARD, **changes)]}


@pytest.mark.parametrize(
    ("body", "is_taken"),
    [
        ({"feedback": []}, True),
        (_overridden(), True),
        (_overridden(overrideReason={"reason": REASON}), True),
        (_overridden(overrideReasons={"extension": EPIC, "userComment": "x"}), True),
        (_overridden(outcome="accepted", acceptedSuggestions=TAKEN), True),
        ({}, False),
        (_overridden(card="x"), False),
        (_overridden(outcome="ignored"), False),
        (_overridden(outcome="accepted"), False),
        (_overridden(acceptedSuggestions=TAKEN), False),
        (_overridden(overrideReason={}), False),
        (_overridden(overrideReason={"reason": REASON}, overrideReasons={}), False),
        (_overridden(overrideReason={"reason": {}}), False),
    ],
)
def test_feedback_is_taken_as_described(
    client: FlaskClient, described: dict[str, Any], body: Any, is_taken: bool
) -> None:
    """What fits is 200, what does not is 400."""
    answer = client.post("/cds-services/biomarker-testing/feedback", json=body)

    assert (answer.status_code == 200) is is_taken, answer.text
    assert answer.status_code in (200, 400)
    assert _fits(described, "Feedback", body) is is_taken


def test_the_bruno_collection_runs(client: FlaskClient) -> None:
    """Each of its requests is answered as it says."""
    asked = 0
    for name, text in bruno_collection(product().services.values()):
        if not name.endswith(".bru") or name.startswith("environments"):
            continue
        [line] = [each for each in text.splitlines() if each.startswith("  url: ")]
        path = line.removeprefix("  url: {{address}}")
        _, is_body, body = text.partition("body:json {\n")
        if is_body:
            answer = client.post(path, json=json.loads(body.partition("\n}\n\nassert")[0]))
        else:
            answer = client.get(path)
        assert answer.status_code == 200, (name, answer.text)
        asked += 1
    assert asked == 1 + 2 * len(product().services)
