"""One suite for public FHIR sandboxes, and for HAPI and our own sandbox, which stand in for them.

`make test-sandboxes` asks the public ones; every other run asks the stand-ins alone.
"""

from __future__ import annotations

import os
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from cds_hooks.fhir_client import FhirClient
from cds_hooks.services import services
from oncocue.settings import Settings
from oncocue.wiring import load_guidance_of
from sandbox.app import create_app
from sandbox.conduct import standard
from sandbox.smart.context import LaunchContext
from smartapp.launch.discovery import Discovery
from smartapp.registration import Ehr, SmartTable
from tests.sandbox.conftest import running
from tests.sandbox.dance import DOCTOR, FLAGSHIP
from tests.servers.hapi import Hapi
from tests.support.hook_calls import CHARTS, call, product, request_for

pytestmark = [pytest.mark.hapi, pytest.mark.timeout(600)]
PUBLIC: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "sandboxes.toml").read_text(encoding="utf-8")
)
_ASKED = "ONCOCUE_PUBLIC_SANDBOXES"
_SECONDS = 60.0
SERVICES = services(load_guidance_of(Settings()).terminology)
QUERIES = {item.key: item for each in SERVICES.values() for item in each.prefetch}


@dataclass(frozen=True)
class Endpoint:
    """One FHIR server: where it is, a patient of it, and a token where it wants one."""

    base: str
    patient: str = ""
    token: str = ""
    signs_in: bool = False

    def get(self, path: str) -> Any:
        """A resource; the assertion fails for anything but 200."""
        headers = {"Accept": "application/fhir+json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        answer = requests.get(f"{self.base}/{path}", headers=headers, timeout=_SECONDS)
        assert answer.status_code == 200, answer.status_code
        return answer.json()


@pytest.fixture(scope="module", params=["HAPI", "our sandbox", *PUBLIC])
def endpoint(request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    """A stand-in, or a public server if those are asked for and there is a network."""
    if request.param == "HAPI":
        hapi: Hapi = request.getfixturevalue("charts_on_file")
        yield Endpoint(hapi.base, FLAGSHIP)
    elif request.param == "our sandbox":
        app = create_app("http://127.0.0.1:9", CHARTS)
        ledger = app.extensions["sandbox"].smart.ledger
        grant = ledger.hook_grant(LaunchContext(DOCTOR, FLAGSHIP), "user/*.rs", standard())
        with running(app) as address:
            yield Endpoint(f"{address}/fhir", FLAGSHIP, grant.access_token, signs_in=True)
    else:
        yield _public(request.param)


def _public(name: str) -> Endpoint:
    if not os.environ.get(_ASKED):
        pytest.skip(f"{name}: public sandboxes are asked by `make test-sandboxes` alone")
    told = {
        key: os.environ.get(f"ONCOCUE_SANDBOX_{name.upper()}_{key.upper()}", "")
        for key in ("base", "patient", "token")
    }
    base = (told["base"] or PUBLIC[name].get("base", "")).rstrip("/")
    if not base:
        pytest.skip(f"{name}: set ONCOCUE_SANDBOX_{name.upper()}_BASE")
    try:
        requests.get(f"{base}/metadata", timeout=_SECONDS)
    except requests.RequestException as fault:
        pytest.skip(f"{name}: NOT TESTED, {base} cannot be reached ({type(fault).__name__})")
    return Endpoint(base, told["patient"], told["token"], PUBLIC[name].get("signs_in", False))


@pytest.fixture
def chart(endpoint: Endpoint, request: pytest.FixtureRequest) -> Endpoint:
    """The server with a patient whose chart may be read."""
    name = request.node.callspec.params["endpoint"]
    if PUBLIC.get(name, {}).get("needs_token") and not endpoint.token:
        pytest.skip(f"{name}: set ONCOCUE_SANDBOX_{name.upper()}_TOKEN and _PATIENT")
    if endpoint.patient:
        return endpoint
    found = endpoint.get("Patient?_count=1")
    patient = str(found["entry"][0]["resource"]["id"])
    return Endpoint(endpoint.base, patient, endpoint.token, endpoint.signs_in)


def test_it_speaks_r4_and_has_what_we_search(endpoint: Endpoint) -> None:
    """Its CapabilityStatement names every type of the services' queries."""
    told = endpoint.get("metadata")

    held = {each["type"] for rest in told["rest"] for each in rest["resource"]}
    assert told["fhirVersion"].startswith("4.0.")
    assert {item.resource_type for item in QUERIES.values()} <= held


def test_its_launch_documents_can_be_used(endpoint: Endpoint) -> None:
    """Where it signs people in, as the app itself looks it up; PKCE by S256."""
    if not endpoint.signs_in:
        pytest.skip("an open server: nobody signs in")
    smart = SmartTable(issuer=endpoint.base, client_id="oncocue", auth="public")

    found = Discovery(time.time).endpoints(Ehr("one", smart, "https://oncocue.example"))

    assert found.authorize.startswith("http")
    assert found.token.startswith("http")
    assert "S256" in found.challenge_methods


@pytest.mark.parametrize("key", sorted(QUERIES))
def test_a_query_of_the_services_is_answered_whole(chart: Endpoint, key: str) -> None:
    """Every page comes, within a minute, by the client that hook calls use."""
    query = QUERIES[key].query.replace("{{context.patientId}}", chart.patient)
    client = FhirClient(chart.base, chart.token or None, _SECONDS)

    fetched = client.fetch({key: query})[key]

    assert fetched.problem == ""
    assert fetched.pages


@pytest.mark.parametrize(
    "service", [each.id for each in SERVICES.values() if each.hook == "patient-view"]
)
def test_a_hook_call_fetches_what_it_needs(chart: Endpoint, service: str) -> None:
    """200 without any prefetch: the chart comes from the server."""
    granted = {"access_token": chart.token, "token_type": "Bearer"}
    request = request_for(FLAGSHIP, prefetch={}, fhirServer=chart.base)
    request["context"]["patientId"] = chart.patient
    if chart.token:
        request["fhirAuthorization"] = granted

    answer = call(product(fetch_seconds=_SECONDS, fhir_servers=[chart.base]), service, request)

    assert answer.status == 200, answer.body
