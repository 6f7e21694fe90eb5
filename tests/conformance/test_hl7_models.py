"""HL7's own models judge every document we make; first, that our reading of them judges alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B.operationoutcome import OperationOutcome
from hypothesis import HealthCheck, given, settings

from cds_hooks.answer import HookAnswers
from cds_hooks.cards.card import CardsResponse
from cds_hooks.cards.render import render
from cds_hooks.profiles import load_profiles
from cds_hooks.services import services
from tests.conformance.cases import SAID_BY_US_ALONE, Case, as_we_say, cases
from tests.conformance.hl7_models import judged
from tests.fixtures.stories import FIXTURES
from tests.property.charts import Chart, charts
from tests.property.judging import chart_of, findings_of, guidance
from tests.support.hook_calls import call, product, request_for, stories

RESPONSE = "CDSHooksResponse"
CARD: dict[str, Any] = {
    "uuid": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "summary": "One thing",
    "indicator": "info",
    "source": {"label": "Source", "topic": {"system": "urn:x", "code": "A1"}},
    "suggestions": [
        {
            "label": "Order it",
            "uuid": "d1577c69-dfbe-44ad-ba6d-3e05e953b2eb",
            "isRecommended": True,
            "actions": [
                {
                    "type": "create",
                    "description": "Order it",
                    "resource": {
                        "resourceType": "ServiceRequest",
                        "id": "one",
                        "status": "draft",
                        "intent": "proposal",
                        "subject": {"reference": "Patient/1"},
                    },
                }
            ],
        }
    ],
    "selectionBehavior": "at-most-one",
    "overrideReasons": [{"system": "urn:x", "code": "a", "display": "A"}],
    "links": [{"label": "App", "url": "https://a.example/", "type": "smart", "appContext": "c"}],
}
FEEDBACK: dict[str, Any] = {
    "card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "outcome": "overridden",
    "overrideReason": {"userComment": "later"},
    "outcomeTimestamp": "2026-11-22T10:00:00Z",
}
REQUEST: dict[str, Any] = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "fhirServer": "https://ehr.example/fhir",
    "fhirAuthorization": {
        "access_token": "x",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "patient/*.rs",
        "subject": "oncocue",
        "patient": "1",
    },
    "context": {"userId": "Practitioner/1", "patientId": "1"},
    "prefetch": {"a": None, "b": {"resourceType": "Patient", "id": "1"}},
}


# ------------------------------------------------------------------------- the judge is right


@pytest.mark.parametrize("case", [each for each in cases() if each.errors is not None], ids=str)
def test_our_judge_agrees_with_hl7s_validator(case: Case) -> None:
    """Each error of the Java validator is found, and no other, apart from those explained."""
    assert case.errors is not None
    ours = judged(case.model, case.document)
    theirs = {said for each in case.errors if (said := as_we_say(each)) is not None}

    for said in theirs:
        assert any(said in each for each in ours), (said, ours)
    for each in ours:
        assert any(said in each for said in theirs | SAID_BY_US_ALONE.keys()), each


def test_the_corpus_is_there() -> None:
    """Twenty-two documents, twenty of them with a recorded outcome."""
    found = cases()

    assert len(found) == 22
    assert sum(case.errors is not None for case in found) == 20


def test_the_samples_of_this_file_conform() -> None:
    """So that each fault seeded below is the only one."""
    assert judged(RESPONSE, {"cards": [CARD]}, strict_2=True) == []
    assert judged("CDSHooksFeedback", {"feedback": [FEEDBACK]}) == []
    assert judged("CDSHooksRequest", REQUEST) == []


def _card(change: Callable[[dict[str, Any]], Any]) -> tuple[str, dict[str, Any]]:
    card = copy.deepcopy(CARD)
    change(card)
    return RESPONSE, {"cards": [card]}


def _feedback(**changes: Any) -> tuple[str, dict[str, Any]]:
    return "CDSHooksFeedback", {"feedback": [{**FEEDBACK, **changes}]}


def _request(**changes: Any) -> tuple[str, dict[str, Any]]:
    changed = {**copy.deepcopy(REQUEST), **changes}
    return "CDSHooksRequest", {key: each for key, each in changed.items() if each != "absent"}


def _action(**changes: Any) -> tuple[str, dict[str, Any]]:
    return _card(lambda card: card["suggestions"][0]["actions"][0].update(changes))


SEEDED: dict[str, tuple[str, tuple[str, dict[str, Any]]]] = {
    "an authorisation without a server": ("cds-r-1", _request(fhirServer="absent")),
    "patient scopes without the patient": (
        "cds-r-2",
        _request(
            fhirAuthorization={**REQUEST["fhirAuthorization"], "scope": "patient/a.rs"}
            | {"patient": "absent"}
        ),
    ),
    "two recommended of which one may be taken": (
        "cds-resp-1",
        _card(lambda card: card.update(suggestions=card["suggestions"] * 2)),
    ),
    "a delete that names no resource": ("cds-resp-2", _action(type="delete")),
    "a context for a link that is not smart": (
        "cds-resp-3",
        _card(lambda card: card["links"][0].update(type="absolute")),
    ),
    "a reason without words": (
        "cds-resp-4",
        _card(lambda card: card["overrideReasons"][0].pop("display")),
    ),
    "an action without words": (
        "cds-resp-5",
        _card(lambda card: card["suggestions"][0]["actions"][0].pop("description")),
    ),
    "suggestions without how many may be taken": (
        "cds-resp-6",
        _card(lambda card: card.pop("selectionBehavior")),
    ),
    "an unknown way to choose actions": (
        "cds-resp-7",
        _card(lambda card: card["suggestions"][0].update(actionSelectionBehavior="some")),
    ),
    "an outcome that is neither": ("cds-fb-1", _feedback(outcome="ignored")),
    "accepted, but what": ("cds-fb-2", _feedback(outcome="accepted")),
    "a reason that says nothing": ("cds-fb-3", _feedback(overrideReason={"extension": {"a": 1}})),
    "null": ("not a markdown", _card(lambda card: card.update(detail=None))),
    "empty text": ("not a markdown", _card(lambda card: card.update(detail=""))),
    "no suggestions, said": ("empty array", _card(lambda card: card.update(suggestions=[]))),
    "no indicator": ("indicator: minimum", _card(lambda card: card.pop("indicator"))),
    "an indicator of 1.0": ("not one of", _card(lambda card: card.update(indicator="hard-stop"))),
    "a summary of 140": ("140 characters", _card(lambda card: card.update(summary="x" * 140))),
    "a name misspelt": ("unrecognized property", _card(lambda card: card.update(summery="x"))),
    "uuid of another shape": ("not a uuid", _card(lambda card: card.update(uuid="7"))),
    "a relative address": ("not a url", _card(lambda card: card["links"][0].update(url="/a"))),
    "an order that is no FHIR": ("not a valid ServiceRequest", _action(resource={
        "resourceType": "ServiceRequest", "id": "a", "status": "draft"})),
    "a list of extensions": ("extension: not an object", _card(lambda c: c.update(extension=[]))),
    "system actions that are none": (
        "empty array",
        (RESPONSE, {"cards": [], "systemActions": []}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("key", "seeded"), SEEDED.values(), ids=SEEDED)
def test_a_seeded_fault_is_found(key: str, seeded: tuple[str, dict[str, Any]]) -> None:
    """Each of the twelve invariants can fail, and so can the rules around them."""
    model, document = seeded
    document = json.loads(json.dumps(document).replace('"patient": "absent"', '"x-patient": "1"'))

    assert any(key in told for told in judged(model, document)), judged(model, document)


def test_what_only_three_has_is_a_fault_in_two() -> None:
    """`actionSelectionBehavior` is for clients known to support it."""
    model, document = _card(
        lambda card: card["suggestions"][0].update(actionSelectionBehavior="all")
    )

    assert judged(model, document) == []
    assert "only in CDS Hooks 3" in judged(model, document, strict_2=True)[0]


# ------------------------------------------------------------------------- and judges us


@pytest.fixture(scope="module", params=sorted(load_profiles()))
def answers(request: pytest.FixtureRequest) -> HookAnswers:
    """The product for a client of each profile."""
    return product(profile=request.param)


@pytest.mark.conformance(
    "cds-hooks", 3, 4, 51, 58, 59, 60, 61, 65, 66, 67, 69, 71, 72, 73, 74, 75, 76, 78
)
def test_every_golden_card_conforms(answers: HookAnswers) -> None:
    """All synthetic charts, every patient-view service, every client profile, strict 2.0."""
    shown = 0
    for story in stories():
        for service in answers.services.values():
            if service.hook != "patient-view":
                continue
            response = json.loads(call(answers, service.id, request_for(story)).body)
            assert judged(RESPONSE, response, strict_2=True) == [], (story, service.id)
            shown += len(response["cards"])
    assert shown >= 15


@pytest.mark.conformance("cds-hooks", 51)
@pytest.mark.parametrize("path", sorted((FIXTURES / "hooks" / "good").glob("*.expected.json")))
def test_the_answer_to_every_good_request_conforms(path: Path, sandbox: HookAnswers) -> None:
    """Requests of every hook and shape in `fixtures/hooks`."""
    service = json.loads(path.read_bytes())["service"]
    body = path.with_name(path.name.replace(".expected", "")).read_bytes()

    assert judged(RESPONSE, json.loads(sandbox.answer(service, body).body), strict_2=True) == []


@pytest.mark.conformance("cds-hooks", 55)
@pytest.mark.parametrize("path", sorted((FIXTURES / "hooks" / "bad").glob("*.expected.json")))
def test_the_refusal_of_every_bad_request_is_a_valid_outcome(
    path: Path, sandbox: HookAnswers
) -> None:
    """An OperationOutcome by the R4 models, with a sentence and without an empty value."""
    service = json.loads(path.read_bytes())["service"]
    body = path.with_name(path.name.replace(".expected", "")).read_bytes()

    outcome = OperationOutcome.model_validate_json(sandbox.answer(service, body).body)

    assert [each.severity for each in outcome.issue] == ["error"]
    assert outcome.issue[0].diagnostics.endswith(".")


@pytest.fixture(scope="module")
def sandbox() -> HookAnswers:
    """The product for the sandbox."""
    return product()


@pytest.mark.conformance("cds-hooks", 3, 9, 10)
def test_the_discovery_document_conforms() -> None:
    """And so does one without services."""
    document = json.loads(product().discover().body)
    none = msgspec.structs.replace(product(), services={})

    assert judged("CDSHooksServices", document, strict_2=True) == []
    assert json.loads(none.discover().body) == {"services": []}
    assert judged("CDSHooksServices", {"services": []}) == []


_SERVICES = [
    each for each in services(guidance().terminology).values() if each.hook == "patient-view"
]
_STANDARD = msgspec.structs.replace(
    load_profiles()["standard"], link_url="https://oncocue.example/launch.html"
)


def _judge_cards_of(resources: Chart) -> None:
    chart = chart_of(resources)
    findings = findings_of(chart)
    for service in _SERVICES:
        of_service = [each for each in findings if each.kind in service.kinds]
        rendered = render(of_service, chart, _STANDARD, is_approved=False)
        response = json.loads(msgspec.json.encode(CardsResponse(rendered.cards)))
        assert judged(RESPONSE, response, strict_2=True) == []


_SETTINGS = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.conformance("cds-hooks", 3, 58, 69, 78)
@settings(_SETTINGS, max_examples=500)
@given(charts())
def test_the_cards_of_five_hundred_generated_charts_conform(chart: Chart) -> None:
    """Whatever the chart, no card breaks a rule of the models."""
    _judge_cards_of(chart)


@pytest.mark.full
@pytest.mark.timeout(3600)
@settings(_SETTINGS, max_examples=10_000)
@given(charts())
def test_the_cards_of_ten_thousand_generated_charts_conform(chart: Chart) -> None:
    """The same, twenty times as many."""
    _judge_cards_of(chart)
