"""The pages of the sandbox EHR: every story, every switch, hostile text, faults of the service."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from sandbox.app import create_app
from sandbox.charts import load_charts
from tests.sandbox.conftest import DEAD_SERVICE, ScriptedService, write_chart
from tests.support.hook_calls import CHARTS

FLAGSHIP = "/patients/lung-adenocarcinoma-partial-results"
APPROVAL = "Demonstration content, not clinically approved"
HELD = [slug for slug, chart in load_charts(CHARTS).items() if chart.fhir == "R4"]
HOSTILE = "<script>alert('x')</script>"
Scripted = tuple[ScriptedService, FlaskClient]


class Addresses(HTMLParser):
    """The addresses a browser asks for without a click, and what is inline."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        names = ("src", "srcset", "data", "poster", "action", "href" if tag == "link" else "src")
        self.loaded += [given[name] or "" for name in names if name in given]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def _card(**changes: Any) -> dict[str, Any]:
    order = {"resourceType": "ServiceRequest", "status": "draft", "subject": {"reference": "x"}}
    action = {"type": "create", "description": "Draft", "resource": order}
    card = {
        "uuid": "card-1",
        "summary": "One thing is due",
        "indicator": "info",
        "detail": "- **Due:** ALK",
        "source": {"label": "A guideline", "url": "https://example.org/", "topic": {"code": "ONE"}},
        "suggestions": [{"uuid": "offer-1", "label": "Draft order: panel", "actions": [action]}],
        "overrideReasons": [{"code": "patient-refuses", "display": "Patient declined"}],
    }
    return {**card, **changes}


@pytest.mark.parametrize("slug", HELD)
def test_every_story_has_a_page(ehr: str, slug: str) -> None:
    """Chart, cards and the approval notice; nothing inline, nothing loaded from elsewhere."""
    reply = requests.get(f"{ehr}/patients/{slug}", timeout=60)
    found = Addresses()
    found.feed(reply.text)

    assert reply.status_code == 200
    assert APPROVAL in reply.text
    assert "Synthetic patient" in reply.text
    assert reply.text.count('class="timing"') == 3
    assert found.loaded
    assert all(address.startswith("/") and "//" not in address for address in found.loaded)
    assert not found.inline


@pytest.mark.parametrize(
    "path", ["/", FLAGSHIP, "/nowhere", "/static/sandbox.css", "/fhir/metadata"]
)
def test_every_answer_has_a_strict_policy(client: FlaskClient, path: str) -> None:
    """No script, style or picture but our own files."""
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_list_names_every_patient(client: FlaskClient) -> None:
    """Each chart is one link."""
    page = client.get("/").get_data(as_text=True)
    assert {f'href="/patients/{slug}"' in page for slug in HELD} == {True}
    assert APPROVAL in page
    assert "2 charts in other versions of FHIR" in page


def test_the_filter_works_without_scripts(client: FlaskClient) -> None:
    """All words must be found, in any order, in name, story or expectation."""
    page = client.get("/?q=OSIMERTINIB+growth").get_data(as_text=True)
    assert "Growth on osimertinib" in page
    assert "Diabetes only" not in page
    assert f"1 of {len(HELD)} patients" in page
    nothing = client.get("/?q=%3Cb%3Ezebra").get_data(as_text=True)
    assert "No patient matches “&lt;b&gt;zebra”" in nothing


def test_text_of_a_chart_is_never_markup(tmp_path: Path) -> None:
    """A script in a name, a display or a story arrives as text."""
    code = {"coding": [{"code": "1", "display": HOSTILE}], "text": HOSTILE}
    resources = [
        {"resourceType": "Patient", "id": "p", "name": [{"family": HOSTILE, "given": [HOSTILE]}]},
        {"resourceType": "Condition", "id": "c", "code": code, "onsetDateTime": HOSTILE},
        {"resourceType": "Observation", "id": "o", "code": code, "valueString": HOSTILE},
    ]
    write_chart(tmp_path, "odd", resources, f"# {HOSTILE}\n\n{HOSTILE}\n\n**Why:** {HOSTILE}\n")
    client = create_app(DEAD_SERVICE, tmp_path).test_client()

    for path in ("/", "/patients/odd", f"/?q={HOSTILE}"):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_chart_with_odd_shapes_is_shown_as_far_as_it_goes(tmp_path: Path) -> None:
    """Strings where objects belong, missing codes, empty parts: a page all the same."""
    resources: list[dict[str, Any]] = [
        {"resourceType": "Patient", "id": "p", "name": "Ann", "birthDate": "1980-13-45x"},
        {"resourceType": "Condition", "id": "c", "code": "lung", "clinicalStatus": []},
        {"resourceType": "Observation", "id": "o", "component": ["x", {}], "valueQuantity": 3},
        {"resourceType": "FamilyMemberHistory", "id": "f", "condition": [{"onsetAge": "5"}]},
        {"resourceType": "MedicationRequest", "id": "m", "subject": "p"},
    ]
    write_chart(tmp_path, "odd", resources, "")
    page = create_app(DEAD_SERVICE, tmp_path).test_client().get("/patients/odd")

    assert page.status_code == 200
    assert "Problem without a code" in page.get_data(as_text=True)


def test_a_card_is_shown_as_an_ehr_shows_it(scripted: Scripted) -> None:
    """Indicator, summary, Markdown, source, suggestion, link and reasons."""
    script, client = scripted
    links = [{"label": "The guideline", "url": "https://example.org/g", "type": "absolute"}]
    script.body = {"cards": [_card(links=links, indicator="warning")]}
    page = client.get(FLAGSHIP).get_data(as_text=True)

    assert 'class="card card-warning"' in page
    assert "<strong>Due:</strong> ALK" in page
    assert 'href="https://example.org/" target="_blank" rel="noopener noreferrer"' in page
    assert 'href="https://example.org/g" target="_blank" rel="noopener noreferrer"' in page
    assert "Draft order: panel" in page
    assert "Patient declined" in page


def test_a_hostile_card_does_no_harm(scripted: Scripted) -> None:
    """HTML, pictures and script addresses in a card stay text."""
    script, client = scripted
    detail = f"{HOSTILE} ![x](https://example.org/x.png) [y](javascript:alert(1)) <b>z</b>"
    links = [{"label": "bad", "url": "javascript://example.org/%0Aalert(1)", "type": "absolute"}]
    source = {
        "label": HOSTILE,
        "url": "javascript://example.org/%0Aalert(1)",
        "icon": "https://example.org/i.png",
    }
    script.body = {
        "cards": [_card(detail=detail, links=links, source=source, summary=HOSTILE), "odd", None]
    }
    page = client.get(FLAGSHIP).get_data(as_text=True)
    found = Addresses()
    found.feed(page)

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<b>z" not in page
    assert all(address.startswith("/") for address in found.loaded)


def test_an_accepted_suggestion_becomes_a_draft_order_until_removed(scripted: Scripted) -> None:
    """Accept, see the ServiceRequest, accept once only, remove."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    form = {"card": "card-1", "suggestion": "offer-1"}
    reply = client.post(f"{FLAGSHIP}/accept?prefetch=none", data=form)
    client.post(f"{FLAGSHIP}/accept", data=form)
    page = client.get(FLAGSHIP).get_data(as_text=True)

    assert reply.status_code == 303
    assert reply.headers["Location"] == f"{FLAGSHIP}?prefetch=none&told=404#card-ONE"
    assert "Added: Draft order: panel" in _text(page)
    assert page.count('name="draft"') == 1
    assert '"resourceType": "ServiceRequest"' in _text(page)
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert draft
    client.post(f"{FLAGSHIP}/remove", data={"draft": draft[1]})
    assert 'name="draft"' not in client.get(FLAGSHIP).get_data(as_text=True)


@pytest.mark.parametrize(("behavior", "open_after"), [("any", 1), ("at-most-one", 0)])
def test_at_most_one_suggestion_means_that_the_others_close(
    scripted: Scripted, behavior: str, open_after: int
) -> None:
    """CDS Hooks 2.0, selectionBehavior: with at-most-one no second choice; with any, both."""
    script, client = scripted
    [first] = _card()["suggestions"]
    second = {**first, "uuid": "offer-2", "label": "Draft order: other panel"}
    script.body = {"cards": [_card(suggestions=[first, second], selectionBehavior=behavior)]}

    assert client.get(FLAGSHIP).get_data(as_text=True).count('name="suggestion"') == 2
    client.post(f"{FLAGSHIP}/accept", data={"card": "card-1", "suggestion": "offer-1"})
    page = client.get(FLAGSHIP).get_data(as_text=True)
    assert "Added: Draft order: panel" in _text(page)
    assert page.count('name="suggestion"') == open_after


def test_a_dismissed_card_says_why_and_comes_back(scripted: Scripted) -> None:
    """The reason stays with the topic, also when the card is made again, for this patient only."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    client.post(f"{FLAGSHIP}/dismiss", data={"card": "card-1", "reason": "patient-refuses"})
    script.body = {"cards": [_card(uuid="card-2")]}

    assert "Dismissed: Patient declined" in _text(client.get(FLAGSHIP).get_data(as_text=True))
    other = client.get("/patients/diabetes-only").get_data(as_text=True)
    assert "Dismissed:" not in _text(other)
    client.post(f"{FLAGSHIP}/restore", data={"topic": "ONE"})
    assert "Dismissed:" not in _text(client.get(FLAGSHIP).get_data(as_text=True))


@pytest.mark.parametrize(
    ("action", "form"),
    [
        ("accept", {"card": "gone", "suggestion": "offer-1"}),
        ("accept", {"card": "card-1", "suggestion": "gone"}),
        ("dismiss", {"card": "card-1", "reason": "not-offered"}),
        ("dismiss", {}),
    ],
)
def test_a_form_of_an_old_page_is_refused_in_words(
    scripted: Scripted, action: str, form: dict[str, str]
) -> None:
    """After a restart the cards are gone; the page says what to do."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    reply = client.post(f"{FLAGSHIP}/{action}", data=form)

    assert reply.status_code == 410
    assert "Open the chart again" in reply.get_data(as_text=True)


def test_a_form_of_another_site_is_refused(scripted: Scripted) -> None:
    """A page elsewhere cannot act in this one."""
    script, client = scripted
    script.body = {"cards": [_card()]}
    client.get(FLAGSHIP)
    form = {"card": "card-1", "suggestion": "offer-1"}
    for origin in ("https://elsewhere.example", "null"):
        reply = client.post(f"{FLAGSHIP}/accept", data=form, headers={"Origin": origin})
        assert reply.status_code == 403
    reply = client.post(f"{FLAGSHIP}/accept", data=form, headers={"Origin": "http://localhost"})
    assert reply.status_code == 303


def test_a_service_that_is_down_does_not_take_the_chart_away(client: FlaskClient) -> None:
    """The chart stays, and the panel says what is wrong and where."""
    reply = client.get(FLAGSHIP)
    page = _text(reply.get_data(as_text=True))

    assert reply.status_code == 200
    assert "The CDS service cannot be reached" in page
    assert DEAD_SERVICE in page
    assert "Adenocarcinoma of lung" in page


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {"resourceType": "OperationOutcome"}), (200, "<html>"), (200, {"card": []}), (204, "")],
)
def test_an_answer_that_is_no_answer_never_reads_as_nothing_to_add(
    scripted: Scripted, status: int, body: Any
) -> None:
    """A fault of the service shows as a fault."""
    script, client = scripted
    script.status, script.body = status, body
    page = _text(client.get(FLAGSHIP).get_data(as_text=True))

    assert "Seen by the clinician: nothing" in page
    assert str(status) in page
    assert "nothing to add" not in page


def test_an_empty_answer_is_shown_as_silence(scripted: Scripted) -> None:
    """No card, said so."""
    _, client = scripted
    assert "No card: nothing to add" in client.get(FLAGSHIP).get_data(as_text=True)


def test_only_patient_view_services_are_called_with_what_can_be_resolved(
    scripted: Scripted,
) -> None:
    """A template with a token this hook lacks is not sent."""
    script, client = scripted
    client.get(FLAGSHIP)

    [sent] = script.requests
    assert set(sent["prefetch"]) == {"patient", "conditions"}
    assert sent["context"]["patientId"] == FLAGSHIP.rpartition("/")[2]
    assert sent["fhirServer"] == "http://localhost/fhir"


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/patients/nobody", 404), ("/patients/x/accept", 405)]
)
def test_errors_wear_the_same_coat(client: FlaskClient, path: str, status: int) -> None:
    """An error page has the frame, the notice and a way back."""
    reply = client.get(path)
    assert reply.status_code == status
    assert APPROVAL in reply.get_data(as_text=True)
    assert "Back to the patients" in reply.get_data(as_text=True)


def test_a_fault_of_the_sandbox_shows_no_traceback(
    two_charts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 in the same look."""
    monkeypatch.setattr("sandbox.desk.pages._patients_page", lambda *_: 1 / 0)
    reply = create_app(DEAD_SERVICE, two_charts).test_client().get("/")
    assert reply.status_code == 500
    assert "fault of the sandbox EHR" in reply.get_data(as_text=True)
    assert "ZeroDivisionError" not in reply.get_data(as_text=True)
