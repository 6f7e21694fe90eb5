"""The app launched at an EHR whose records HAPI FHIR serves: real sockets, a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page, Playwright, expect

from cds_hooks.front import HookFront
from oncocue.flask_app import Parts, create_flask_app
from oncocue.settings import AppSection, HooksSection, Settings
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.reading.decode import read_records
from sandbox.app import create_app
from sandbox.conduct import standard
from sandbox.smart.context import LaunchContext
from smartapp.opened import Reading
from tests.sandbox.conftest import ARGUMENTS, CHROMIUM, running, write_chart
from tests.sandbox.dance import DOCTOR
from tests.servers.charts import patient_id, resources_of, transaction
from tests.servers.gateway import Gateway
from tests.servers.hapi import Hapi, errors
from tests.servers.test_hapi_searches import MANY_RESULTS
from tests.support.hook_calls import CHARTS, TODAY, chart, product
from tests.support.smart_launches import browser_of, charts_of

pytestmark = [pytest.mark.hapi, pytest.mark.timeout(600)]
LUNG = "lung-adenocarcinoma-partial-results"
_STORIES = (LUNG, MANY_RESULTS, "family-history-pat-met", "colon-at-forty-four", "diabetes-only")
_OWN = "launched-"


class Hospital:
    """The EHR's address, what stands before its records, and the product's Flask app."""

    def __init__(self, ehr: str, gateway: Gateway, host: Flask) -> None:
        self.ehr, self.gateway, self.host = ehr, gateway, host

    def launch(self, patient: str) -> str:
        """The path that the EHR sends a browser to."""
        ledger = self.gateway.sandbox.extensions["sandbox"].smart.ledger
        launch = ledger.launch("oncocue", LaunchContext(DOCTOR, patient), "")
        return f"/launch?iss={self.ehr}/fhir&launch={launch}"


@contextmanager
def _running(hapi: Hapi, charts: Path) -> Iterator[Hospital]:
    """EHR and product on two hosts, each knowing the other."""
    held: dict[str, Flask] = {}

    def late(environ: Any, start_response: Any) -> Any:
        return held["product"](environ, start_response)

    with running(late) as service:
        sandbox = create_app(service, charts, today=lambda: TODAY)
        gateway = Gateway(sandbox, hapi)
        with running(sandbox, "localhost") as ehr:
            settings = Settings(
                hooks=HooksSection(profile="sandbox", public_url=service),
                app=AppSection(issuers=[f"{ehr}/fhir"]),
            )
            front = HookFront(product(public_url=service, fetch_seconds=60.0))
            held["product"] = create_flask_app(Parts(settings, front.answers.guidance, front))
            yield Hospital(ehr, gateway, held["product"])


@pytest.fixture(scope="module")
def hospital(charts_on_file: Hapi) -> Iterator[Hospital]:
    """With every synthetic chart in HAPI."""
    with _running(charts_on_file, CHARTS) as running_hospital:
        yield running_hospital


@pytest.mark.parametrize("story", _STORIES)
def test_the_app_says_of_hapi_s_records_what_the_core_says(hospital: Hospital, story: str) -> None:
    """Signed in at the sandbox, read from HAPI in full, and judged the same."""
    hospital.gateway.asked.clear()
    app = browser_of(hospital.host)
    path = app.get(app.sign_in(app.get(hospital.launch(patient_id(story))))).location
    opened = charts_of(app, path)

    guidance = product().guidance
    whole = read_chart(read_records(json.dumps(chart(story)).encode()), guidance.terminology)
    assert list(opened.findings) == evaluate(whole, guidance, TODAY, explain=True)
    assert {each.state for each in opened.loaded} == {Reading.READ}
    assert any("_getpages=" in each for each in hospital.gateway.asked)


def test_a_token_for_one_patient_opens_no_other(hospital: Hospital) -> None:
    """The gateway is no hole: HAPI itself would tell everything to everybody."""
    ledger = hospital.gateway.sandbox.extensions["sandbox"].smart.ledger
    grant = ledger.hook_grant(LaunchContext(DOCTOR, LUNG), "patient/*.rs", standard())
    mine = {"Authorization": f"Bearer {grant.access_token}"}

    def status(query: str, **headers: str) -> int:
        return requests.get(f"{hospital.ehr}/fhir/{query}", headers=headers, timeout=60).status_code

    assert status(f"Condition?patient={LUNG}", **mine) == 200
    assert status(f"Condition?patient={LUNG}") == 401
    assert status("Condition?patient=diabetes-only", **mine) == 403
    assert status("Patient/diabetes-only", **mine) == 403


def _own_chart(story: str) -> list[dict[str, Any]]:
    """The chart under ids of its own, since what is written would show in other tests."""
    text = json.dumps(resources_of(story))
    for resource in resources_of(story):
        kind, identifier = resource["resourceType"], resource["id"]
        text = text.replace(f'"{kind}/{identifier}"', f'"{kind}/{_OWN}{identifier}"')
    resources: list[dict[str, Any]] = json.loads(text)
    return [{**each, "id": f"{_OWN}{each['id']}"} for each in resources]


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    """A page of Debian's Chromium."""
    started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield started.new_page()
    started.close()


@pytest.mark.chromium
def test_from_a_card_to_a_draft_order_in_hapi(hapi: Hapi, page: Page, tmp_path: Path) -> None:
    """Card and app have their data from HAPI; the draft is stored there and ends the card."""
    resources = _own_chart(LUNG)
    hapi.transact(transaction(resources))
    write_chart(tmp_path, f"{_OWN}{LUNG}", resources, (CHARTS / LUNG / "story.md").read_text())
    with _running(hapi, tmp_path) as hospital:
        chart_page = f"{hospital.ehr}/patients/{_OWN}{LUNG}?prefetch=none"
        page.goto(chart_page)
        expect(page.get_by_role("heading", name="Stage IV lung adenocarcinoma")).to_be_visible()
        page.get_by_role("button", name="See facts and options", exact=True).click()
        app = page.frame_locator("iframe")
        app.get_by_role("link", name="Draft order: lung NGS panel, tissue").first.click()
        app.get_by_role("button", name="Send to the record as a draft").click()
        expect(app.get_by_text("Created ServiceRequest/")).to_be_visible()
        page.goto(chart_page)
        expect(page.get_by_text("No card: nothing to add")).to_have_count(3)

    search = f"ServiceRequest?patient={_OWN}{LUNG}&status=draft"
    [order] = [entry["resource"] for entry in hapi.get(search)["entry"]]
    [origin] = hapi.get(f"Provenance?target=ServiceRequest/{order['id']}")["entry"]
    assert order["intent"] == "proposal"
    assert [errors(hapi.validate(each)) for each in (order, origin["resource"])] == [[], []]
