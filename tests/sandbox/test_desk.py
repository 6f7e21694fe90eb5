"""The desk: signed calls, feedback, order hooks, signing, and apps opened from cards."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet

from sandbox.conduct import faults, moods
from tests.sandbox.conftest import ScriptedService
from tests.sandbox.dance import DOCTOR, query_of
from tests.sandbox.test_pages import FLAGSHIP, _card, _text

SLUG = FLAGSHIP.rpartition("/")[2]
ORDER = {"resourceType": "MedicationRequest", "status": "draft"}
Scripted = tuple[ScriptedService, FlaskClient]


def _smart_card(script: ScriptedService, client: FlaskClient, **changes: Any) -> dict[str, Any]:
    app = client.application.extensions["sandbox"].smart.registry.find("oncocue")
    link = {"label": "See facts", "url": app.launch_url, "type": "smart", "appContext": "topic=ONE"}
    return _card(links=[{**link, **changes}])


def _launch(client: FlaskClient, address: str) -> Any:
    return client.application.extensions["sandbox"].smart.ledger.launches.get(
        query_of(address)["launch"]
    )


def _ids(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


# ------------------------------------------------------------------ signed calls


def test_every_call_of_a_service_is_signed_for_its_address_once(scripted: Scripted) -> None:
    """Discovery, hook and feedback: ES384 by the published key, aud the address, a new jti."""
    script, client = scripted
    script.take_feedback()
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    client.post(f"{FLAGSHIP}/dismiss", data={"card": "card-1", "reason": "patient-refuses"})
    keys = KeySet.import_key_set(client.get("/.well-known/jwks.json").get_json())
    read = [(url, jwt.decode(token, keys, algorithms=["ES384"])) for url, token in script.tokens]

    assert len(read) == 3
    for url, token in read:
        assert token.header["typ"] == "JWT"
        assert token.header["jku"] == "http://localhost/.well-known/jwks.json"
        assert token.claims["iss"] == "http://localhost/fhir"
        assert token.claims["aud"] == url
        assert time.time() < token.claims["exp"] <= token.claims["iat"] + 300
    assert len({token.claims["jti"] for _, token in read}) == 3


def test_the_key_of_hook_calls_is_published_without_its_private_part(client: FlaskClient) -> None:
    """kty, crv, x, y, kid, alg, use; no d."""
    [key] = client.get("/.well-known/jwks.json").get_json()["keys"]
    assert set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"}


def test_a_hook_call_brings_a_token_that_reads_this_patient_alone(scripted: Scripted) -> None:
    """fhirAuthorization as CDS Hooks 2.0 has it; not shown on the page."""
    script, client = scripted
    page = client.get(FLAGSHIP).get_data(as_text=True)
    [sent] = script.requests
    granted = sent["fhirAuthorization"]
    bearer = {"Authorization": f"Bearer {granted['access_token']}"}

    assert granted["token_type"] == "Bearer"
    assert granted["patient"] == SLUG
    assert {"expires_in", "scope", "subject"} <= set(granted)
    assert granted["access_token"] not in page
    assert client.get(f"/fhir/Patient/{SLUG}", headers=bearer).status_code == 200
    assert client.get("/fhir/Patient/diabetes-only", headers=bearer).status_code == 403


# ------------------------------------------------------------------ feedback


def test_a_suggestion_that_is_taken_is_told_to_the_service(scripted: Scripted) -> None:
    """outcome accepted, with the suggestion's id and the time in UTC."""
    script, client = scripted
    told = script.take_feedback()
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    reply = client.post(
        f"{FLAGSHIP}/accept",
        data={"card": "card-1", "suggestion": "offer-1"},
        follow_redirects=True,
    )
    [said] = told
    [entry] = said["feedback"]

    assert said["service"] == "one"
    assert entry["card"] == "card-1"
    assert entry["outcome"] == "accepted"
    assert entry["acceptedSuggestions"] == [{"id": "offer-1"}]
    assert entry["outcomeTimestamp"].endswith("Z")
    assert "Feedback sent to the service: taken." in _text(reply.get_data(as_text=True))


def test_a_card_that_is_put_aside_is_told_with_its_reason(scripted: Scripted) -> None:
    """outcome overridden; the page keeps the card although the service sends it no more."""
    script, client = scripted
    told = script.take_feedback()
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    client.post(f"{FLAGSHIP}/dismiss", data={"card": "card-1", "reason": "patient-refuses"})
    script.body = {"cards": []}
    put_aside = _text(client.get(FLAGSHIP).get_data(as_text=True))
    client.post(f"{FLAGSHIP}/restore", data={"topic": "ONE"})
    again = _text(client.get(FLAGSHIP).get_data(as_text=True))

    [entry] = told[0]["feedback"]
    assert entry["outcome"] == "overridden"
    assert entry["overrideReason"]["reason"]["code"] == "patient-refuses"
    assert "Dismissed: Patient declined" in put_aside
    assert "Dismissed:" not in again
    assert "One thing is due" in again
    assert "lets this card rest" in again


def test_a_service_without_feedback_is_no_fault(scripted: Scripted) -> None:
    """404: said on the page, and the suggestion is taken all the same."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    form = {"card": "card-1", "suggestion": "offer-1"}
    page = _text(
        client.post(f"{FLAGSHIP}/accept", data=form, follow_redirects=True).get_data(as_text=True)
    )
    assert "it takes none" in page
    assert "Added: Draft order: panel" in page


# ------------------------------------------------------------------ orders


def test_composing_an_order_fires_order_select_with_it_selected(scripted: Scripted) -> None:
    """The draft is in draftOrders, and selections names it."""
    script, client = scripted
    script.hooks = {"select": "order-select"}
    client.post(f"{FLAGSHIP}/draft", data={"order": "capecitabine"}, follow_redirects=True)
    sent = next(each for each in script.requests if each["hook"] == "order-select")
    [entry] = sent["context"]["draftOrders"]["entry"]
    drug = entry["resource"]

    assert sent["context"]["selections"] == [f"MedicationRequest/{drug['id']}"]
    assert drug["status"] == "draft"
    assert drug["subject"]["reference"] == f"Patient/{SLUG}"
    assert drug["medicationCodeableConcept"]["coding"][0]["code"] == "194000"
    assert sent["context"]["userId"] == drug["requester"]["reference"]


def test_before_signing_order_sign_gets_every_draft_and_no_selections(scripted: Scripted) -> None:
    """The context of order-sign."""
    script, client = scripted
    for order in ("capecitabine", "blood-count"):
        client.post(f"{FLAGSHIP}/draft", data={"order": order})
    page = client.get(f"{FLAGSHIP}?hook=order-sign").get_data(as_text=True)
    sent = next(each for each in script.requests if each["hook"] == "order-sign")

    assert "selections" not in sent["context"]
    assert len(sent["context"]["draftOrders"]["entry"]) == 2
    assert "Before signing" in page


def test_answering_a_card_of_an_order_hook_keeps_its_panel(scripted: Scripted) -> None:
    """The suggestion's order joins the drafts, and the hook fires again."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.post(f"{FLAGSHIP}/draft", data={"order": "capecitabine"})
    page = client.get(f"{FLAGSHIP}?hook=order-sign").get_data(as_text=True)
    form = {"card": "card-1", "suggestion": "offer-1"}
    reply = client.post(f"{FLAGSHIP}/accept?hook=order-sign", data=form)
    client.get(reply.headers["Location"])

    assert f"{FLAGSHIP}/accept?hook=order-sign" in page
    assert len(script.requests[-1]["context"]["draftOrders"]["entry"]) == 2


@pytest.mark.parametrize(
    ("user", "reference"),
    [("patient", f"Patient/{SLUG}"), ("role", "PractitionerRole/sandbox-oncology"), ("x", DOCTOR)],
)
def test_the_services_are_told_who_is_signed_in(
    scripted: Scripted, user: str, reference: str
) -> None:
    """context.userId, and the user behind the token."""
    script, client = scripted
    client.get(f"{FLAGSHIP}?user={user}")
    assert script.requests[-1]["context"]["userId"] == reference


def test_an_order_hook_nobody_offers_is_said_so(scripted: Scripted) -> None:
    """No service, no call."""
    script, client = scripted
    script.hooks = {}
    page = client.post(f"{FLAGSHIP}/draft", data={"order": "irinotecan"}, follow_redirects=True)
    assert "No service of this hook" in page.get_data(as_text=True)


def test_signed_orders_are_on_file_and_apps_read_them(scripted: Scripted) -> None:
    """Drafts leave the desk, the order list shows them, the hook's own token finds them."""
    script, client = scripted
    client.post(f"{FLAGSHIP}/draft", data={"order": "ngs-lung"})
    listed = client.post(f"{FLAGSHIP}/sign", follow_redirects=True).get_data(as_text=True)
    chart = client.get(FLAGSHIP).get_data(as_text=True)
    token = script.requests[-1]["fhirAuthorization"]["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    found = client.get(f"/fhir/ServiceRequest?patient={SLUG}&status=active", headers=bearer)

    assert "Lung NGS panel, tissue" in listed
    assert not _ids(chart, "draft")
    assert "NGS-LUNG" in found.get_data(as_text=True)


@pytest.mark.parametrize(
    ("action", "left"),
    [
        ({"type": "delete", "resourceId": "MedicationRequest/{id}"}, []),
        (
            {"type": "update", "resource": {"resourceType": "MedicationRequest", "id": "{id}"}},
            ["{id}"],
        ),
    ],
)
def test_a_suggestion_may_change_the_drafts(
    scripted: Scripted, action: dict[str, Any], left: list[str]
) -> None:
    """delete takes a draft away, update puts another version in its place."""
    script, client = scripted
    client.post(f"{FLAGSHIP}/draft", data={"order": "irinotecan"})
    [name] = _ids(client.get(FLAGSHIP).get_data(as_text=True), "draft")
    from flask import json

    made = json.loads(json.dumps({**action, "description": "x"}).replace("{id}", name))
    offer = {"uuid": "offer-1", "label": "Change it", "actions": [made]}
    script.body = {"cards": [_card(suggestions=[offer])]}
    client.get(FLAGSHIP)
    client.post(f"{FLAGSHIP}/accept", data={"card": "card-1", "suggestion": "offer-1"})
    drafts = _ids(client.get(FLAGSHIP).get_data(as_text=True), "draft")

    assert drafts == [each.replace("{id}", name) for each in left]


# ------------------------------------------------------------------ apps


def test_a_link_to_a_registered_app_launches_it_with_its_context(scripted: Scripted) -> None:
    """appContext reaches the launch; in a tab the app shows the banner, in a frame the EHR does."""
    script, client = scripted
    script.body = {"cards": [_smart_card(script, client)]}
    page = client.get(FLAGSHIP).get_data(as_text=True)
    form = {"app": "oncocue", "card": _ids(page, "card")[0], "link": "0"}
    tab = client.post(f"{FLAGSHIP}/launch", data=form).headers["Location"]
    framed = client.post(f"{FLAGSHIP}/app", data=form)
    address = re.search(r'<iframe[^>]* src="([^"]+)"', framed.get_data(as_text=True))

    assert _launch(client, tab).context.app_context == "topic=ONE"
    assert _launch(client, tab).context.need_patient_banner is True
    assert address
    framed_launch = _launch(client, address[1].replace("&amp;", "&"))
    assert framed_launch.context.need_patient_banner is False
    assert framed_launch.context.app_context == "topic=ONE"


def test_a_link_to_an_unknown_app_is_not_shown(scripted: Scripted) -> None:
    """EHRs drop the SMART links they did not register."""
    script, client = scripted
    url = "http://elsewhere.example/launch"
    script.body = {"cards": [_smart_card(script, client, url=url)]}
    page = client.get(FLAGSHIP).get_data(as_text=True)
    assert url not in page.partition('<section class="wire"')[0]
    assert "One thing is due" in page


def test_what_the_launch_says_is_chosen_on_the_page(scripted: Scripted) -> None:
    """User, intent, report, withheld types; mood and faults by the page's address."""
    _, client = scripted
    form = {
        "app": "oncocue",
        "intent": "trials",
        "report": "r1",
        "withheld": ["Observation", "Spaceship"],
    }
    query = "user=relative&mood=epic&fault=slow&fault=no-configuration&fault=nonsense"
    address = client.post(f"{FLAGSHIP}/launch?{query}", data=form).headers["Location"]
    launch = _launch(client, address)

    assert query_of(address)["iss"] == "http://localhost/sim/epic/fhir"
    assert launch.conduct == "epic"
    assert launch.context.user == f"RelatedPerson/related-to-{SLUG}"
    assert launch.context.intent == "trials"
    assert launch.context.fhir_context == ({"reference": "DiagnosticReport/r1"},)
    assert launch.context.withheld == {"Observation"}
    assert launch.context.faults == {"slow"}


@pytest.mark.parametrize("form", [{}, {"app": "nobody"}, {"app": "oncocue", "card": "gone"}])
def test_a_launch_of_nothing_is_refused(scripted: Scripted, form: dict[str, str]) -> None:
    """An unknown app, an old card."""
    _, client = scripted
    for path in ("launch", "app"):
        assert client.post(f"{FLAGSHIP}/{path}", data=form).status_code in (404, 410)


@pytest.mark.parametrize("name", moods())
def test_the_chart_works_in_every_mood(scripted: Scripted, name: str) -> None:
    """The hooks name the mood's FHIR server, and the token is one of its."""
    script, client = scripted
    page = client.get(f"{FLAGSHIP}?mood={name}").get_data(as_text=True)
    [sent] = script.requests
    path = sent["fhirServer"].partition("localhost")[2]
    bearer = {"Authorization": f"Bearer {sent['fhirAuthorization']['access_token']}"}

    assert client.get(f"{path}/Patient/{SLUG}", headers=bearer).status_code == 200
    assert set(sent["prefetch"]) == {"patient", "conditions"}
    assert moods()[name].words in page.replace("&#39;", "'")


def test_every_fault_a_launch_can_carry_is_offered(scripted: Scripted) -> None:
    """Those of discovery have addresses of their own."""
    _, client = scripted
    offered = set(_ids(client.get(FLAGSHIP).get_data(as_text=True), "fault"))
    assert offered == {name for name, fault in faults().items() if fault.place != "discovery"}


def test_the_page_may_show_the_app_and_nothing_else(scripted: Scripted) -> None:
    """The policy names the app's origin; authorisation pages may be framed by this EHR alone."""
    _, client = scripted
    app = client.application.extensions["sandbox"].smart.registry.find("oncocue")
    chart = client.get(FLAGSHIP).headers["Content-Security-Policy"]
    sign_in = client.get("/auth/authorize").headers["Content-Security-Policy"]

    assert f"frame-src 'self' {app.origins[0]};" in chart
    assert "frame-ancestors 'none'" in chart
    assert "frame-ancestors 'self'" in sign_in
