"""Rows of the CDS Hooks table that no other test shows: documents, templates, cards and safety."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from flask import Flask
from markdown_it import MarkdownIt

from cds_hooks.answer import HookAnswers
from cds_hooks.front import HookFront
from cds_hooks.profiles import load_profiles
from cds_hooks.routes import attach
from oncocue.generated_docs import documents
from tests.support.hook_calls import call, cards, product, request_for, stories

STORY = "lung-adenocarcinoma-partial-results"
PATIENT_VIEW = ("biomarker-testing", "genetic-counseling", "trial-search")
# What a template may name (CDS Hooks Library 1.0.1): primitive fields at the root of the context.
TOKENS = {
    hook: {"context.userId", "context.patientId", "context.encounterId"}
    | {"userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId"}
    for hook in ("patient-view", "order-select", "order-sign")
}
# Search parameters of US Core (9.0.0 for FamilyMemberHistory), which certified servers know.
US_CORE = {
    "Condition": {"patient", "category", "clinical-status", "code"},
    "Observation": {"patient", "category", "code", "date", "status"},
    "DiagnosticReport": {"patient", "category", "code", "date", "status"},
    "ServiceRequest": {"patient", "category", "code", "authored", "status"},
    "MedicationRequest": {"patient", "intent", "status"},
    "MedicationAdministration": {"patient", "status"},
    "Procedure": {"patient", "code", "date", "status"},
    "FamilyMemberHistory": {"patient", "code"},
    "Specimen": {"patient"},
}
SEARCH = re.compile(r"[A-Z][A-Za-z]+\?(?P<parameters>\S+)")


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The product for the sandbox."""
    return product()


def _client(answers: HookAnswers, prefix: str = "") -> Any:
    app = Flask("one")
    attach(app, HookFront(answers))
    if not prefix:
        return app.test_client()
    whole = app.wsgi_app

    def mounted(environ: dict[str, Any], start_response: Any) -> Any:
        environ["SCRIPT_NAME"] = prefix
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(prefix)
        return whole(environ, start_response)

    app.wsgi_app = mounted  # type: ignore[method-assign]
    return app.test_client()


def _queries(answers: HookAnswers) -> Iterator[tuple[str, str, str]]:
    for service in answers.services.values():
        for item in service.prefetch:
            yield service.hook, item.resource_type, item.query


def _all_cards(answers: HookAnswers) -> Iterator[dict[str, Any]]:
    for story in stories():
        for service in PATIENT_VIEW:
            yield from cards(call(answers, service, request_for(story)))


# ------------------------------------------------------------------------- documents


@pytest.mark.conformance("cds-hooks", 2, 5)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/cds-services", None),
        ("POST", "/cds-services/biomarker-testing", request_for(STORY)),
        ("POST", "/cds-services/biomarker-testing", {}),
        ("POST", "/cds-services/nothing", {}),
    ],
)
def test_every_reply_is_strict_json(
    answers: HookAnswers, method: str, path: str, body: object
) -> None:
    """It says that it is JSON, and Python's strict reader takes it."""
    reply = _client(answers).open(path, method=method, json=body)

    assert reply.content_type == "application/json"
    assert json.loads(reply.data.decode("utf-8"))


@pytest.mark.conformance("cds-hooks", 6)
def test_every_service_is_documented(answers: HookAnswers) -> None:
    """The public page is written from the table that discovery is written from."""
    [page] = [text for path, text in documents() if path.name == "services.md"]

    for service in answers.services.values():
        assert service.title in page and service.description in page
        assert f"`{service.id}`, hook `{service.hook}`" in page
        assert all(f"| `{item.key}` |" in page for item in service.prefetch)


@pytest.mark.conformance("cds-hooks", 8, 13)
@pytest.mark.parametrize("prefix", ["", "/oncocue"])
def test_discovery_and_its_services_answer_under_any_prefix(
    answers: HookAnswers, prefix: str
) -> None:
    """Each id listed is the last part of an address that answers."""
    client = _client(answers, prefix)

    listed = client.get(f"{prefix}/cds-services").json["services"]

    assert listed
    for service in listed:
        reply = client.post(f"{prefix}/cds-services/{service['id']}", json={})
        assert reply.status_code == 400, service["id"]


@pytest.mark.conformance("cds-hooks", 9)
def test_discovery_without_services_is_an_empty_list(answers: HookAnswers) -> None:
    """Nothing to offer is not an error."""
    none = msgspec.structs.replace(answers, services={})

    reply = _client(none).get("/cds-services")

    assert (reply.status_code, reply.json) == (200, {"services": []})


@pytest.mark.conformance("cds-hooks", 10, 11, 12, 14)
def test_each_service_says_what_it_is(answers: HookAnswers) -> None:
    """Hook, title, description and id; one hook an id; queries as texts."""
    listed = json.loads(answers.discover().body)["services"]

    assert len({each["id"] for each in listed}) == len(listed)
    for each in listed:
        assert all(each[name] for name in ("hook", "title", "description", "id"))
        assert each["usageRequirements"].startswith("Needs patient")
        assert all(isinstance(query, str) for query in each["prefetch"].values())
        assert set(each) == {
            *("id", "hook", "title", "description", "prefetch", "usageRequirements")
        }


# ------------------------------------------------------------------------- requests


@pytest.mark.conformance("cds-hooks", 19)
@pytest.mark.parametrize("instance", ["d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "7", "a b", "x" * 99])
def test_a_hook_instance_of_any_shape_is_taken(answers: HookAnswers, instance: str) -> None:
    """EHRs differ; the patient's chart does not."""
    request = request_for(STORY, hookInstance=instance)

    assert len(cards(call(answers, "biomarker-testing", request))) == 1


SHAPES: dict[str, dict[str, Any]] = {
    "1.0: no authorisation, a user of the old form": {
        "user": "Practitioner/example",
        "oauth": {"access_token": "x", "token_type": "bearer"},
    },
    "1.1 as Epic labels it": {
        "extension": {
            "com.epic.cdshooks.request.cds-hooks-specification-version": "1.1",
            "com.epic.cdshooks.request.bpa-trigger-action": "7",
            "internal": {"deep": [1, {"a": None}]},
        }
    },
    "2.0": {
        "fhirAuthorization": {
            "access_token": "x",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "user/*.read",
            "subject": "oncocue",
        }
    },
    "3.0 ballot: scopes of SMART 2, the patient named, something new": {
        "fhirAuthorization": {
            "access_token": "x",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "patient/Observation.rs?category=laboratory",
            "subject": "oncocue",
            "patient": "1",
        },
        "hookVersion": "1.0.0",
        "version": "3.0.0-ballot",
    },
}


@pytest.mark.conformance("cds-hooks", 7)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_requests_of_every_version_are_answered(
    answers: HookAnswers, shape: dict[str, Any]
) -> None:
    """1.0, 1.1, 2.0 and the 3.0 ballot: the same card, in strict 2.0."""
    [card] = cards(call(answers, "biomarker-testing", request_for(STORY, **shape)))

    assert card["summary"].startswith("Stage IV lung adenocarcinoma")


# ------------------------------------------------------------------------- prefetch


@pytest.mark.conformance("cds-hooks", 31, 32, 33)
def test_templates_name_only_what_the_hooks_offer(answers: HookAnswers) -> None:
    """Tokens of 2.0: fields at the root of the context; no FHIRPath, no dates, no other keys."""
    for hook, _, query in _queries(answers):
        tokens = set(re.findall(r"\{\{(.*?)\}\}", query))
        assert tokens == {"context.patientId"} <= TOKENS[hook], query
        assert "%" not in query


@pytest.mark.conformance("cds-hooks", 34)
def test_templates_keep_to_the_recommended_queries(answers: HookAnswers) -> None:
    """A read by id, or a search by reference and tokens: no chaining, modifier or include."""
    for _, kind, query in _queries(answers):
        if query == "Patient/{{context.patientId}}":
            continue
        found = SEARCH.fullmatch(query)
        assert found and query.startswith(f"{kind}?"), query
        parameters = parse_qsl(found["parameters"], keep_blank_values=True)
        names = [name for name, _ in parameters]
        assert len(set(names)) == len(names), query
        assert not [name for name in names if re.search(r"[:._]", name)], query
        assert ("patient", "{{context.patientId}}") in parameters, query


@pytest.mark.conformance("cds-hooks", 35)
def test_templates_ask_by_parameters_that_certified_servers_know(answers: HookAnswers) -> None:
    """US Core's search parameters."""
    for _, kind, query in _queries(answers):
        found = SEARCH.fullmatch(query)
        names = {name for name, _ in parse_qsl(found["parameters"])} if found else set()
        assert names <= US_CORE.get(kind, set()), query


@pytest.mark.conformance("cds-hooks", 43)
def test_templates_ask_for_no_more_than_is_needed(answers: HookAnswers) -> None:
    """Never all results, reports or procedures of a patient: by code or category."""
    for _, kind, query in _queries(answers):
        if kind in ("Observation", "DiagnosticReport", "Procedure"):
            assert re.search(r"[?&](code|category)=", query), query


# ------------------------------------------------------------------------- answers


@pytest.mark.conformance("cds-hooks", 53)
def test_the_time_for_fetching_leaves_room_for_the_rest() -> None:
    """Of the 500 ms at most 400 go to the EHR unless a site says otherwise."""
    from oncocue.settings import HooksSection

    assert HooksSection().fetch_seconds <= 0.4


@pytest.mark.conformance("cds-hooks", 56)
def test_our_own_fault_is_a_500_without_cards(
    answers: HookAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever fails inside, nothing looks like an all-clear, and nothing of the chart is told."""

    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("Testcase, Canary 1961-04-12")

    monkeypatch.setattr("cds_hooks.answer.evaluate", fail)
    reply = _client(answers).post("/cds-services/biomarker-testing", json=request_for(STORY))

    assert reply.status_code == 500
    assert reply.json["resourceType"] == "OperationOutcome"
    assert b"Canary" not in reply.data and b"cards" not in reply.data


@pytest.mark.conformance("cds-hooks", 17, 55)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/cds-services/nothing", 404),
        ("POST", "/cds-services/trial-search", 400),
        ("PUT", "/cds-services/trial-search", 405),
        ("DELETE", "/cds-services", 405),
    ],
)
def test_every_refusal_is_an_operation_outcome(method: str, path: str, status: int) -> None:
    """404, 400, 405: JSON that says what was wrong."""
    from oncocue.clients import development_caller
    from oncocue.settings import HooksSection, Settings
    from oncocue.wiring import create_app

    client = create_app(Settings(), development_caller(HooksSection())).test_client()
    reply = client.open(path, method=method, data=b"{}")

    assert reply.status_code == status
    assert reply.json is not None
    assert reply.json["resourceType"] == "OperationOutcome"


@pytest.mark.conformance("cds-hooks", 57, 62, 70, 73, 74, 77, 79)
@pytest.mark.parametrize("profile", sorted(load_profiles()))
def test_what_is_not_agreed_is_not_sent(profile: str) -> None:
    """No system actions, icons, deletes, autolaunch or extensions; one action a suggestion."""
    answers = product(profile=profile)
    for story in stories():
        for service in PATIENT_VIEW:
            response = json.loads(call(answers, service, request_for(story)).body)
            assert set(response) == {"cards"}
            text = json.dumps(response)
            for name in ("icon", "autolaunchable", "extension", "actionSelectionBehavior"):
                assert f'"{name}"' not in text
            for card in response["cards"]:
                for suggestion in card.get("suggestions", ()):
                    assert [each["type"] for each in suggestion["actions"]] == ["create"]


@pytest.mark.conformance("cds-hooks", 61, 68, 75, 76)
def test_links_and_sources_are_absolute_and_contexts_opaque() -> None:
    """https addresses without a query; the context is the card's own random id and its topic."""
    found = list(_all_cards(product(public_url="https://oncocue.example")))

    assert len(found) >= 15
    for card in found:
        source = urlsplit(card["source"].get("url", "https://none.example"))
        assert source.scheme == "https" and source.netloc
        [link] = card["links"]
        assert link["url"] == "https://oncocue.example/launch.html"
        topic = card["source"]["topic"]["code"]
        assert link["type"] == "smart"
        assert json.loads(link["appContext"]) == {"card": card["uuid"], "topic": topic}
        assert link["label"]


@pytest.mark.conformance("cds-hooks", 69)
def test_one_suggestion_at_most_is_recommended_unless_any_may_be_taken() -> None:
    """In every profile that recommends."""
    for profile in load_profiles():
        for card in _all_cards(product(profile=profile)):
            recommended = [
                each for each in card.get("suggestions", ()) if each.get("isRecommended")
            ]
            assert all(each["label"] for each in card.get("suggestions", ()))
            assert len(recommended) <= 1 or card["selectionBehavior"] == "any"


@pytest.mark.conformance("cds-hooks", 58)
@pytest.mark.parametrize("length", [99, 100, 101, 139, 140, 141, 500])
@pytest.mark.parametrize("letter", ["x", "é", "\U0001d6fc"])
def test_a_summary_never_reaches_140_characters(length: int, letter: str) -> None:
    """Whatever a name's length, and for clients that count UTF-16."""
    from cds_hooks.cards.wording import shorten

    summary = shorten(" ".join([letter * 6] * (length // 7 + 1))[:length])

    assert len(summary.encode("utf-16-le")) // 2 < 280
    assert len(summary) < 140


@pytest.mark.conformance("cds-hooks", 108)
def test_each_card_of_advice_says_on_what_and_from_when(answers: HookAnswers) -> None:
    """Evidence with its dates, and where it was looked for."""
    [card] = cards(call(answers, "biomarker-testing", request_for(STORY)))

    assert re.search(r"\d{1,2} \w{3} 20\d\d", card["detail"])
    assert "**On file:**" in card["detail"]


# ------------------------------------------------------------------------- safety

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "https://evil.example/?q=",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "# Heading\n\n---\n\n> quote",
    "**bold** `code` ~~gone~~ &lt;b&gt;",
    "{{7*7}}${7*7}<%= 7 %>",
    "\u202eevil\u200b\x07",
    "'; DROP TABLE cards; --",
)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_HARMLESS = {
    *("paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close"),
    *("list_item_open", "list_item_close", "inline", "text", "softbreak"),
    *("strong_open", "strong_close"),
}


def _planted(story: str, text: str) -> dict[str, Any]:
    """The story's request with a text in every display, text, note and name of the chart."""
    request = request_for(story)

    def plant(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: plant(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [plant(each, name) for each in value]
        return text if name in ("display", "text", "family", "given", "unit") else value

    request["prefetch"] = plant(request["prefetch"])
    return request


@pytest.mark.conformance("cds-hooks", 64, 109)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_chart_acts_in_a_card(answers: HookAnswers, text: str) -> None:
    """Names, displays and notes never become HTML, a link, an image or a table."""
    for story in stories():
        for service in PATIENT_VIEW:
            answer = call(answers, service, _planted(story, text))
            for card in cards(answer) if answer.status == 200 else ():
                for token in _MARKDOWN.parse(card["detail"]):
                    kinds = {token.type, *(each.type for each in token.children or ())}
                    assert kinds <= _HARMLESS, (story, kinds, card["detail"])
                assert "evil.example" not in json.dumps(card.get("links", ""))
                assert not re.search(r"[<>\x00-\x08\u202e]", card["summary"]), card["summary"]


@pytest.mark.conformance("cds-hooks", 87)
def test_feedback_is_for_its_own_address() -> None:
    """The address that a token must name ends in /feedback."""
    from cds_hooks.trust.refusal import Cause, Untrusted

    asked: list[str] = []

    class Nobody:
        def verify(self, authorization: str | None, path: str) -> Any:
            asked.append(path)
            raise Untrusted(Cause.AUDIENCE)

    answers = msgspec.structs.replace(product(), callers=Nobody())
    answer = answers.take_feedback("trial-search", lambda: b"{}", None)

    assert answer.status == 401
    assert asked == ["/cds-services/trial-search/feedback"]
