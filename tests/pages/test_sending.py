"""Sending a draft order: shown before, strict, once, only where site and EHR allow it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fhir.resources.R4B.servicerequest import ServiceRequest
from flask.testing import FlaskClient
from msgspec.structs import replace

from cds_hooks.profiles import load_profiles
from oncocue.judge import cards_of, judge
from smartapp.opened import Sent
from smartapp.pages.drafts.catalog import ORDERS, drafts
from smartapp.pages.drafts.request import service_request
from smartapp.pages.drafts.sending import sending
from tests.pages.opened_charts import (
    LUNG,
    PANEL,
    TODAY,
    FixtureCharts,
    app_of,
    guidance,
    lung_panel,
    opened_story,
)
from tests.smartapp.conftest import OTHER
from tests.support.hook_calls import request_for, stories
from tests.support.smart_ehr import SmartEhr, outcome, reply, running_writable_ehr
from tests.support.smart_launches import app_for, browser_of, token_of


class TakingCharts(FixtureCharts):
    """Charts of an EHR that takes drafts, or refuses them with words."""

    def __init__(self, problem: str = "") -> None:
        super().__init__()
        self.problem = problem
        self.created: list[dict[str, object]] = []
        self.added[LUNG] = opened_story(LUNG, may_write=True)

    def create(self, launch: str, resource: dict[str, object]) -> Sent:
        """Keep what is sent."""
        if self.problem:
            return Sent(problem=self.problem)
        self.created.append(resource)
        return Sent(f"{resource['resourceType']}/new")


def order_page(client: FlaskClient) -> str:
    """The address of the lung panel's draft."""
    (order,) = [each for each in drafts(opened_story(LUNG), guidance()) if each.group == ORDERS]
    return f"/l/{LUNG}/orders/{order.id}"


def test_every_order_of_every_story_is_valid_fhir() -> None:
    """Draft and proposal, about the patient, with its facts, its rule and one identifier each."""
    seen: dict[str, str] = {}
    for story in stories():
        opened = opened_story(story)
        for draft in drafts(opened, guidance()):
            if draft.order is None:
                continue
            resource = service_request(opened, *draft.order, PANEL)
            request = ServiceRequest.model_validate(resource)
            assert (request.status, request.intent) == ("draft", "proposal")
            assert resource["subject"]["reference"] == opened.chart.person.reference
            assert draft.order[0].guidance in resource["note"][0]["text"]
            value = resource["identifier"][0]["value"]
            assert seen.setdefault(value, f"{story} {draft.id}") == f"{story} {draft.id}"
            assert service_request(opened, *draft.order, PANEL) == resource


def test_the_order_is_shown_then_created_with_its_provenance() -> None:
    """The page tells what will be sent; after sending, the reference it got."""
    charts = TakingCharts()
    client = app_of(charts, codes=lung_panel).test_client()
    address = order_page(client)
    before = client.get(address).text
    assert (
        "Send to the record as a draft" in before and "Lung NGS panel, tissue (NGS-LUNG)" in before
    )
    assert charts.created == []
    after = client.post(f"{address}/send").text
    assert "ServiceRequest/new" in after and "It still needs a signature" in after
    order, origin = charts.created
    assert order["code"] == {
        "coding": [{"system": PANEL.system, "code": PANEL.code, "display": PANEL.display}],
        "text": PANEL.display,
    }
    assert origin["resourceType"] == "Provenance"
    assert origin["target"] == [{"reference": "ServiceRequest/new"}, order["subject"]]


def test_a_refusal_is_said_and_the_text_is_kept() -> None:
    """The draft stays on the page, to be copied or sent again."""
    client = app_of(
        TakingCharts("The EHR did not take the draft (422)."), codes=lung_panel
    ).test_client()
    after = client.post(f"{order_page(client)}/send").text
    assert "Not created" in after and "did not take the draft (422)" in after
    assert "Send again" in after and "Must cover" in after


@pytest.mark.parametrize(
    ("may_write", "mapped", "words"),
    [
        (False, True, "takes no drafts from OncoCue"),
        (True, False, "named no code for this order"),
    ],
)
def test_without_leave_or_code_nothing_can_be_sent(
    may_write: bool, mapped: bool, words: str
) -> None:
    """Copy and print are always there; a request to send all the same creates nothing."""
    charts = TakingCharts()
    charts.added[LUNG] = opened_story(LUNG, may_write=may_write)
    client = app_of(charts, codes=lung_panel if mapped else lambda *_: None).test_client()
    address = order_page(client)
    page = client.get(address).text
    assert words in page and "Copy text" in page and "Send to the record" not in page
    assert words in client.post(f"{address}/send").text
    assert charts.created == []


def test_a_letter_is_never_sent() -> None:
    """Only orders go back; a letter or handout has no such page."""
    charts = TakingCharts()
    client = app_of(charts, codes=lung_panel).test_client()
    for draft in drafts(charts.added[LUNG], guidance()):
        if draft.order is None:
            assert sending(charts.added[LUNG], draft, lung_panel) is None
            assert client.post(f"/l/{LUNG}/orders/{draft.id}/send").status_code == 404


@pytest.fixture
def ehr() -> Iterator[SmartEhr]:
    """An EHR with two patients that says it takes orders."""
    kinds = (
        "Patient",
        "Condition",
        "Observation",
        "DiagnosticReport",
        *("ServiceRequest", "Provenance"),
    )
    with running_writable_ehr(kinds, stories=(LUNG, OTHER)) as running:
        yield running


def test_from_a_launch_to_an_order_in_the_ehr(ehr: SmartEhr) -> None:
    """Launch, draft, send: the EHR holds one draft order of this patient, however often sent."""
    browser = browser_of(app_for(ehr))
    path = browser.launch(ehr, LUNG)
    listed = browser.get(f"{path}orders").text
    address = re.findall(rf'href="({re.escape(path)}orders/[0-9a-f]+)"', listed)[0]
    page = browser.get(address).text
    refused = browser.client.post(f"{address}/send")
    assert refused.status_code in (400, 403) and ehr.created == []
    for _ in range(2):
        sent = browser.client.post(f"{address}/send", data={"csrf_token": token_of(page)})
        assert "ServiceRequest/made-1" in sent.text, sent.text
    order, origin = ehr.created
    assert (order["resourceType"], origin["resourceType"]) == ("ServiceRequest", "Provenance")
    assert order["subject"]["reference"] == f"Patient/{ehr.patient(LUNG)}"
    assert order["code"]["coding"][0]["code"] == "NGS-LUNG"


def test_an_ehr_that_refuses_leaves_the_draft(ehr: SmartEhr) -> None:
    """An error of the EHR becomes words on the page."""
    ehr.faults["/fhir/ServiceRequest"] = lambda request: (
        reply(outcome("processing"), 422) if request.method == "POST" else None
    )
    browser = browser_of(app_for(ehr))
    path = browser.launch(ehr, LUNG)
    listed = browser.get(f"{path}orders").text
    address = re.findall(rf'href="({re.escape(path)}orders/[0-9a-f]+)"', listed)[0]
    token = token_of(browser.get(address).text)
    after = browser.client.post(f"{address}/send", data={"csrf_token": token}).text
    assert "The EHR did not take the draft (422)." in after
    assert "Must cover" in after


def test_a_card_s_link_leads_to_its_finding(ehr: SmartEhr) -> None:
    """What the card puts in its link comes back through the launch and opens that finding."""
    judged = judge(json.dumps(request_for(LUNG)).encode(), guidance(), TODAY)
    profile = replace(load_profiles()["sandbox"], link_url="https://app.example/launch.html")
    (card,) = cards_of(judged, guidance(), profile)
    (link,) = card["links"]
    ehr.changes = {"appContext": link["appContext"]}
    browser = browser_of(app_for(ehr))
    page = browser.get(f"{browser.launch(ehr, LUNG)}summary").text
    assert "From the card you opened" in page
    assert LUNG not in link["appContext"]


def test_what_the_ehr_opened_the_app_on_is_shown(ehr: SmartEhr) -> None:
    """A report in focus: what was read of it, and which rule looks at it."""
    report = f"DiagnosticReport/{LUNG}-outside-report"
    ehr.changes = {"fhirContext": [{"reference": report}, {"reference": "Observation/elsewhere"}]}
    browser = browser_of(app_for(ehr))
    path = browser.launch(ehr, LUNG)
    page = browser.get(f"{path}summary").text
    assert "Opened from" in page, page
    assert "Possible result on file: check the report" in page
    assert "Nothing was read of it" in page
    assert 'id="Observation/elsewhere"' in browser.get(f"{path}data").text
