"""CORS: pages of listed origins alone, on all three paths, never with credentials."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from oncocue.clients import development_caller
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import Product, create_app
from tests.support.hook_calls import request_for

LISTED, OTHER = "https://sandbox.example", "https://other.example"
PATHS = (
    "/cds-services",
    "/cds-services/biomarker-testing",
    "/cds-services/biomarker-testing/feedback",
)
BODY = json.dumps(request_for("lung-adenocarcinoma-partial-results"))


def _product(*origins: str) -> Product:
    hooks = HooksSection(profile="sandbox", cors_origins=list(origins))
    return create_app(Settings(hooks=hooks), development_caller(hooks))


@pytest.fixture(scope="module")
def browser() -> FlaskClient:
    """Calls of a service that lists one origin."""
    return _product(LISTED).test_client()


def _preflight(browser: FlaskClient, path: str, origin: str) -> dict[str, str]:
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET" if path == PATHS[0] else "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    return dict(browser.options(path, headers=asked).headers)


@pytest.mark.conformance("cds-hooks", 106)
@pytest.mark.parametrize("path", PATHS)
def test_a_listed_origin_may_ask_first(browser: FlaskClient, path: str) -> None:
    """The preflight allows what CDS Hooks sends: Authorization and Content-Type."""
    told = _preflight(browser, path, LISTED)

    assert told["Access-Control-Allow-Origin"] == LISTED
    allowed = told["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed and "content-type" in allowed
    assert ("GET" if path == PATHS[0] else "POST") in told["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in told


@pytest.mark.conformance("cds-hooks", 106)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", [OTHER, "null", "", "https://sandbox.example.evil", "*"])
def test_no_other_origin_may(browser: FlaskClient, path: str, origin: str) -> None:
    """Neither before nor with the call."""
    assert "Access-Control-Allow-Origin" not in _preflight(browser, path, origin)
    answer = browser.open(
        path, method="GET" if path == PATHS[0] else "POST", data=BODY, headers={"Origin": origin}
    )
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.conformance("cds-hooks", 106)
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_may_be_read_by_its_page(browser: FlaskClient, path: str) -> None:
    """Once, and refusals too, so that the page can tell why."""
    method = "GET" if path == PATHS[0] else "POST"
    for body in (BODY, "{}"):
        answer = browser.open(path, method=method, data=body, headers={"Origin": LISTED})
        assert answer.headers.getlist("Access-Control-Allow-Origin") == [LISTED]
        assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_list_there_is_no_cors() -> None:
    """The default: EHRs call from their servers."""
    browser = _product().test_client()

    for path in PATHS:
        assert "Access-Control-Allow-Origin" not in _preflight(browser, path, LISTED)


@pytest.mark.parametrize(
    "origin", ["*", "https://*.example", "sandbox.example", "https://a.example/", "https://u@a.b"]
)
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    """A pattern would let in what nobody meant."""
    with pytest.raises(ValueError, match="cors_origins"):
        _product(origin)
