"""HAPI FHIR's validator, with its R4 definitions, over every resource we ship or emit."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from cds_hooks.profiles import load_profiles
from cds_hooks.services import services
from oncocue.settings import Settings
from oncocue.wiring import load_guidance_of
from sandbox.app import create_app
from smartapp.pages.drafts.catalog import drafts
from smartapp.pages.drafts.request import (
    provenance,
    provenance_of_relatives,
    service_request,
)
from smartapp.pages.history.resource import family_member_history
from smartapp.pages.history.typed import Typed
from tests.fixtures.stories import FIXTURES
from tests.pages.opened_charts import PANEL, guidance, opened_story
from tests.pages.test_history_read_back import OPENED, TERMINOLOGY, entries
from tests.servers.charts import patient_id, r4_stories, resources_of, transaction
from tests.servers.hapi import Hapi, errors
from tests.support.hook_calls import CHARTS, call, product, request_for, stories

pytestmark = [pytest.mark.hapi, pytest.mark.timeout(600)]
EXPECTED = tomllib.loads((Path(__file__).parent / "expected_errors.toml").read_text())
SERVICES = services(load_guidance_of(Settings()).terminology)


def _fhir_in(node: Any) -> Iterator[dict[str, Any]]:
    """The outermost FHIR resources inside a JSON value."""
    if isinstance(node, dict) and "resourceType" in node:
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _fhir_in(child)


def _requests(folder: str) -> list[Path]:
    paths = sorted((FIXTURES / "hooks" / folder).glob("*.json"))
    return [path for path in paths if not path.name.endswith(".expected.json")]


def _named(paths: list[Path]) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in paths]


def test_the_validator_finds_what_is_wrong(hapi: Hapi) -> None:
    """Its silence means something: codes, cardinality, invariants and shapes are looked at."""
    chart = transaction(resources_of("diabetes-only"))
    [condition] = [
        entry["resource"]
        for entry in chart["entry"]
        if entry["resource"]["resourceType"] == "Condition"
    ][:1]
    status = {"coding": [{"system": condition["clinicalStatus"]["coding"][0]["system"]}]}

    assert not errors(hapi.validate(condition))
    for change in ({"subject": None}, {"foo": 1}, {"onsetAge": {"value": "x"}}):
        wrong = {key: value for key, value in {**condition, **change}.items() if value is not None}
        assert errors(hapi.validate(wrong)), change
    status["coding"][0]["code"] = "actif"
    assert "actif" in errors(hapi.validate({**condition, "clinicalStatus": status}))[0]


@pytest.mark.parametrize("story", stories())
def test_a_chart_is_valid(hapi: Hapi, story: str) -> None:
    """Bundle and resources; those written in another release are refused with these words."""
    found = errors(hapi.validate_bytes("Bundle", (CHARTS / story / "bundle.json").read_bytes()))

    expected = EXPECTED["charts"].get(story, "")
    said = "\n".join(found)
    assert expected in said if expected else not said, said


@pytest.mark.parametrize(
    "folder", _named(sorted(path.parent for path in (CHARTS / "bad").glob("*/expected.json")))
)
def test_a_bad_chart_has_the_error_it_was_made_for(hapi: Hapi, folder: Path) -> None:
    """Each with its expected words, or valid where the fault is a clinical one."""
    [path] = set(folder.iterdir()) - {folder / "expected.json", folder / "story.md"}
    found = errors(hapi.validate_bytes("Bundle", path.read_bytes()))

    expected = EXPECTED["bad-charts"][folder.name]
    said = "\n".join(found)
    assert expected in said if expected else not said, said


@pytest.mark.parametrize("path", _named(_requests("good")))
def test_what_a_good_request_brings_is_valid(hapi: Hapi, path: Path) -> None:
    """Every prefetched resource and draft order; three requests are wrong on purpose."""
    found = [
        error
        for resource in _fhir_in(json.loads(path.read_bytes()))
        for error in errors(hapi.validate(resource))
    ]

    expected = EXPECTED["hooks"].get(path.stem, "")
    said = "\n".join(found)
    assert expected in said if expected else not said, said


@pytest.mark.parametrize("profile", sorted(load_profiles()))
def test_every_resource_on_a_card_is_valid(hapi: Hapi, profile: str) -> None:
    """The drafts of every card of every synthetic chart, as each kind of client gets them."""
    answers = product(profile=profile)
    drafts: dict[str, dict[str, Any]] = {}
    for story in r4_stories():
        for service in (each for each in SERVICES.values() if each.hook == "patient-view"):
            request = request_for(story)
            request["context"]["patientId"] = patient_id(story)
            body = json.loads(call(answers, service.id, request).body)
            for draft in _fhir_in(body):
                drafts.setdefault(json.dumps({**draft, "subject": None}), draft)

    assert bool(drafts) is bool(load_profiles()[profile].orders)
    found = {text: errors(hapi.validate(draft)) for text, draft in drafts.items()}
    assert {text: told for text, told in found.items() if told} == {}


@pytest.mark.parametrize("path", _named([*_requests("good"), *_requests("bad")]))
def test_every_resource_in_an_answer_is_valid(hapi: Hapi, path: Path) -> None:
    """Drafts and OperationOutcomes that answer the requests in `fixtures/hooks`, to each client."""
    expected = json.loads(path.with_suffix(".expected.json").read_bytes())
    found: dict[str, dict[str, Any]] = {}
    for profile in load_profiles():
        answer = product(profile=profile).answer(expected["service"], path.read_bytes())
        resources = list(_fhir_in(json.loads(answer.body)))
        assert resources or answer.status == 200
        found |= {json.dumps(each): each for each in resources}

    assert [errors(hapi.validate(each)) for each in found.values()] == [[]] * len(found)


def test_every_order_the_app_writes_is_valid(hapi: Hapi) -> None:
    """The draft orders of every story, and the Provenance of each."""
    made: dict[str, dict[str, Any]] = {}
    for story in r4_stories():
        opened = opened_story(story)
        for draft in drafts(opened, guidance()):
            if draft.order is None:
                continue
            order = service_request(opened, *draft.order, PANEL)
            origin = provenance(opened, draft.order[0], "ServiceRequest/new")
            for each in (order, origin):
                # Those that differ in these alone are alike to a validator.
                made.setdefault(json.dumps({**each, "identifier": 0, "note": 0, "target": 0}), each)

    found = {text: errors(hapi.validate(each)) for text, each in made.items()}
    assert {each["resourceType"] for each in made.values()} == {"ServiceRequest", "Provenance"}
    assert {text: told for text, told in found.items() if told} == {}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(entries())
def test_every_relative_typed_in_the_app_is_valid(hapi: Hapi, typed: Typed) -> None:
    """Whatever the form takes becomes a FamilyMemberHistory without an error."""
    relative = family_member_history(OPENED, typed, TERMINOLOGY)

    assert errors(hapi.validate(relative)) == []


def test_where_relatives_came_from_is_valid(hapi: Hapi) -> None:
    """One Provenance for all that were written together, and the patient whose they are."""
    origin = provenance_of_relatives(OPENED, ("FamilyMemberHistory/a", "FamilyMemberHistory/b"))

    assert len(origin["target"]) == 3
    assert errors(hapi.validate(origin)) == []


def test_the_sandbox_describes_itself_in_valid_fhir(hapi: Hapi) -> None:
    """Its CapabilityStatement, but for one address that R4's own definition is too old to know."""
    sandbox = create_app("http://127.0.0.1:9", CHARTS).test_client()

    [found] = errors(hapi.validate(sandbox.get("/fhir/metadata").json))
    assert EXPECTED["sandbox"]["metadata"] in found
