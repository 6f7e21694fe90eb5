"""Every search the product makes, asked of HAPI FHIR, which has its own reading of the standard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_hooks.fhir_client import FhirClient
from cds_hooks.services import Prefetch, services
from oncocue.settings import Settings
from oncocue.wiring import load_guidance_of
from sandbox.app import create_app
from sandbox.conduct import standard
from sandbox.smart.context import LaunchContext
from tests.sandbox.dance import DOCTOR, FLAGSHIP
from tests.servers.charts import patient_id, r4_stories
from tests.servers.hapi import Hapi
from tests.support.hook_calls import CHARTS, call, product, request_for

pytestmark = [pytest.mark.hapi, pytest.mark.timeout(600)]
TERMINOLOGY = load_guidance_of(Settings()).terminology
QUERIES = {
    item.key: item for service in services(TERMINOLOGY).values() for item in service.prefetch
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MANY_RESULTS = "breast-metastatic-after-endocrine"


def _asked(item: Prefetch, story: str) -> str:
    return item.query.replace("{{context.patientId}}", patient_id(story))


def _found(pages: Iterable[dict[str, Any]]) -> list[str]:
    entries = [entry for page in pages for entry in page.get("entry", [])]
    return sorted(
        f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        for entry in entries
        if entry.get("search", {}).get("mode") != "outcome"
    )


def _sandbox_with_a_token() -> FlaskClient:
    """Our own sandbox, and a caller who may read all charts."""
    client = create_app("http://127.0.0.1:9", CHARTS).test_client()
    ledger = client.application.extensions["sandbox"].smart.ledger
    grant = ledger.hook_grant(LaunchContext(DOCTOR, FLAGSHIP), "user/*.rs", standard())
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {grant.access_token}"
    return client


PATIENT_VIEW = sorted(
    service.id for service in services(TERMINOLOGY).values() if service.hook == "patient-view"
)


@pytest.mark.parametrize("key", sorted(set(QUERIES) - {"patient"}))
def test_hapi_and_the_sandbox_find_the_same(charts_on_file: Hapi, key: str) -> None:
    """Each prefetch query, for each synthetic patient: no resource more, none less."""
    sandbox = _sandbox_with_a_token()
    found = {}
    for story in r4_stories():
        query = _asked(QUERIES[key], story)
        found[story] = _found(charts_on_file.pages(query))
        assert found[story] == _found([sandbox.get(f"/fhir/{query}&_count=500").json]), story

    assert any(found.values())


def test_a_search_in_the_body_finds_the_same(charts_on_file: Hapi) -> None:
    """`POST [type]/_search`, which keeps the patient's id out of every log of addresses."""
    for item in QUERIES.values():
        if "?" not in item.query:
            continue
        kind, _, form = _asked(item, MANY_RESULTS).partition("?")
        by_address = _found(charts_on_file.pages(f"{kind}?{form}"))
        by_body = _found([charts_on_file.search_by_post(kind, f"{form}&_count=500")])
        assert by_body == by_address, item.key


def test_a_search_comes_in_pages_without_loss(charts_on_file: Hapi) -> None:
    """The product's own client follows HAPI's links, whose addresses are unlike the search's."""
    query = _asked(QUERIES["observations"], MANY_RESULTS)
    client = FhirClient(charts_on_file.base, None, budget_seconds=120)

    fetched = client.fetch({"whole": query, "paged": f"{query}&_count=2"})

    assert fetched["whole"].is_complete
    assert fetched["paged"].is_complete
    pages = [json.loads(page) for page in fetched["paged"].pages]
    assert len(pages) > 2
    assert "_getpages" in pages[1]["link"][0]["url"]
    assert _found(pages) == _found(map(json.loads, fetched["whole"].pages))


def _said(answer: bytes) -> str:
    """Cards without the random identifiers that differ from call to call."""
    return _UUID.sub("", answer.decode())


@pytest.mark.parametrize("service", PATIENT_VIEW)
def test_a_call_without_prefetch_gives_the_same_cards(charts_on_file: Hapi, service: str) -> None:
    """What is fetched from HAPI says what the chart prefetched says, for every patient."""
    answers = product(fetch_seconds=60.0)
    count = 0
    for story in r4_stories():
        request = request_for(story)
        request["context"]["patientId"] = patient_id(story)
        prefetched = call(answers, service, request)
        fetched = call(
            answers, service, {**request, "prefetch": {}, "fhirServer": charts_on_file.base}
        )
        assert fetched.status == prefetched.status == 200, (story, fetched.body)
        assert _said(fetched.body) == _said(prefetched.body), story
        count += fetched.cards

    assert count > 0


def test_an_unknown_patient_is_a_412(charts_on_file: Hapi) -> None:
    """HAPI answers 404 for the Patient, so no card can be right."""
    request = request_for(MANY_RESULTS, prefetch={}, fhirServer=charts_on_file.base)
    request["context"]["patientId"] = "nobody"

    answer = call(product(fetch_seconds=60.0), "biomarker-testing", request)

    assert answer.status == 412
    assert b"patient (the FHIR server answered 404: it has no such resource" in answer.body
