"""The sandbox's FHIR server: it answers what the services ask for, as an EHR would."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhir.resources.R4B.operationoutcome import OperationOutcome
from flask.testing import FlaskClient

from sandbox.conduct import standard
from sandbox.smart.context import LaunchContext
from tests.sandbox.dance import DOCTOR, FLAGSHIP
from tests.support.hook_calls import chart, product

# How many resources of the flagship's chart each prefetch key brings, counted by hand.
COUNTED = {
    "conditions": 3,
    "observations": 6,
    "reports": 2,
    "orders": 1,
    "medications": 2,
    "procedures": 0,
    "family": 1,
    "administrations": 0,
}


def _queries() -> dict[str, str]:
    services = product().services.values()
    every: dict[str, str] = {}
    for item in (item for service in services for item in service.prefetch):
        every.setdefault(item.key, item.query)  # order hooks ask for other codes by the same key
    return {key: query.replace("{{context.patientId}}", FLAGSHIP) for key, query in every.items()}


@pytest.fixture
def client(client: FlaskClient) -> FlaskClient:
    """A browser whose every request carries a token for all charts."""
    ledger = client.application.extensions["sandbox"].smart.ledger
    grant = ledger.hook_grant(LaunchContext(DOCTOR, FLAGSHIP), "user/*.rs", standard())
    bearer = client.application.test_client()
    bearer.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {grant.access_token}"
    return bearer


def _get(client: FlaskClient, path: str) -> dict[str, Any]:
    reply = client.get(f"/fhir/{path}")
    assert reply.status_code == 200, reply.get_data(as_text=True)
    assert reply.content_type.startswith("application/fhir+json")
    found: dict[str, Any] = reply.get_json()
    return found


def _matches(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    entries = bundle.get("entry", [])
    return [entry["resource"] for entry in entries if entry["search"]["mode"] == "match"]


@pytest.mark.parametrize("key", COUNTED)
def test_a_prefetch_query_brings_the_patients_resources(client: FlaskClient, key: str) -> None:
    """Every query of the services table is answered in full."""
    query = _queries()[key]
    bundle = _get(client, query)

    assert Bundle.model_validate(bundle).total == len(_matches(bundle)) == COUNTED[key]
    assert {each["resourceType"] for each in _matches(bundle)} <= {query.partition("?")[0]}
    assert bundle["link"][0]["relation"] == "self"


def test_every_prefetch_key_of_the_services_is_tried_here() -> None:
    """A new prefetch key needs its count above."""
    assert set(_queries()) - {"patient"} <= set(COUNTED)


def test_the_patient_is_read_by_id(client: FlaskClient) -> None:
    """The patient query is a read."""
    assert _get(client, _queries()["patient"])["id"] == FLAGSHIP


def test_the_full_url_of_an_entry_leads_to_its_resource(client: FlaskClient) -> None:
    """fullUrl is an address of this server."""
    for entry in _get(client, f"Condition?patient={FLAGSHIP}")["entry"]:
        assert client.get(urlsplit(entry["fullUrl"]).path).get_json() == entry["resource"]


def test_only_resources_of_the_patient_come_back(client: FlaskClient) -> None:
    """What was filed into a chart for someone else does not come with the patient."""
    slug = "other-patients-resources-mixed-in"
    held = [entry["resource"] for entry in chart(slug)["entry"]]
    observed = [
        each["subject"]["reference"] for each in held if each["resourceType"] == "Observation"
    ]
    mine = [reference for reference in observed if reference.endswith(f"Patient/{slug}")]
    found = _matches(_get(client, f"Observation?patient={slug}"))

    assert 0 < len(mine) < len(observed)
    assert [each["subject"]["reference"] for each in found] == mine


@pytest.mark.parametrize(
    ("token", "count"),
    [
        ("http://loinc.org|83053-9", 1),
        ("83053-9", 1),
        ("http://loinc.org|", 15),
        ("|83053-9", 0),
        ("http://snomed.info/sct|83053-9", 0),
        ("http://loinc.org|83053-9,http://loinc.org|21908-9", 2),
    ],
)
def test_a_token_names_system_code_or_both(client: FlaskClient, token: str, count: int) -> None:
    """FHIR R4 search, 3.1.1.4.10: code, system|code, |code, system|, and any of a list."""
    every = len(_matches(_get(client, f"Observation?patient={FLAGSHIP}")))
    wanted = every if token.endswith("|") else count

    assert len(_matches(_get(client, f"Observation?patient={FLAGSHIP}&code={token}"))) == wanted


def test_parameters_are_combined_with_and(client: FlaskClient) -> None:
    """A repeated or second parameter narrows the search."""
    query = f"Observation?patient={FLAGSHIP}&category=vital-signs"
    assert _matches(_get(client, query))
    assert not _matches(_get(client, f"{query}&code=83053-9"))
    assert not _matches(_get(client, f"{query}&patient=diabetes-only"))


def test_pages_follow_each_other_and_hold_everything_once(client: FlaskClient) -> None:
    """With _count the next links lead through all matches; total is of all pages."""
    whole = _get(client, f"Observation?patient={FLAGSHIP}")
    path, found = f"Observation?patient={FLAGSHIP}&_count=4", []
    while path:
        page = _get(client, path)
        assert page["total"] == whole["total"]
        assert len(_matches(page)) <= 4
        found += [each["id"] for each in _matches(page)]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        path = following[0].partition("/fhir/")[2] if following else ""

    assert found == [each["id"] for each in _matches(whole)]
    assert len(set(found)) == whole["total"] > 4


def test_an_unknown_parameter_is_ignored_and_named(client: FlaskClient) -> None:
    """A lenient server says what it did not look at (FHIR R4 search, 3.1.1.3.1)."""
    bundle = _get(client, f"Condition?patient={FLAGSHIP}&colour=green")

    assert Bundle.model_validate(bundle).total == 3
    [outcome] = [e["resource"] for e in bundle["entry"] if e["search"]["mode"] == "outcome"]
    assert "colour" in outcome["issue"][0]["diagnostics"]
    assert "colour" not in bundle["link"][0]["url"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Condition", 400),
        (f"Condition?patient={FLAGSHIP}&_count=none", 400),
        ("Patient/nobody", 404),
        ("Spaceship?patient=1", 404),
        ("Spaceship/1", 404),
        ("Condition/1/_history/2", 404),
    ],
)
def test_what_cannot_be_answered_is_an_operation_outcome(
    client: FlaskClient, path: str, status: int
) -> None:
    """Refusals are FHIR too."""
    reply = client.get(f"/fhir/{path}")

    assert reply.status_code == status
    assert OperationOutcome.model_validate(reply.get_json())


def test_an_unknown_patient_has_nothing_on_file(client: FlaskClient) -> None:
    """A search for nobody finds nothing; it is no error."""
    assert _get(client, "Condition?patient=nobody")["total"] == 0


def test_the_capability_statement_is_valid_and_names_what_is_asked_for(client: FlaskClient) -> None:
    """Every type and parameter the services use is announced."""
    statement = _get(client, "metadata")
    assert CapabilityStatement.model_validate(statement)
    announced = {
        each["type"]: {param["name"] for param in each.get("searchParam", [])}
        for each in statement["rest"][0]["resource"]
    }
    for query in _queries().values():
        kind, _, parameters = query.partition("?")
        used = {part.partition("=")[0] for part in parameters.split("&") if part}
        assert used <= announced[kind.partition("/")[0]]
