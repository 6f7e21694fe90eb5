"""The service against its own description: schemathesis calls every operation in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from oncocue.wiring import create_dev_app

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


_SETTINGS = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
_OPERATIONS = (
    "GET /cds-services",
    "POST /cds-services/{id}",
    "POST /cds-services/{id}/feedback",
    "GET /healthz",
    "GET /readyz",
)


@pytest.fixture(scope="module")
def described() -> Any:
    """What /openapi.json of `serve --dev` says."""
    return schemathesis.openapi.from_wsgi("/openapi.json", create_dev_app())


def _call_every_operation(described: Any, examples: int) -> list[str]:
    """So many calls of each operation; the operations that were called."""
    called = []
    for found in described.get_all_operations():
        operation = found.ok()
        called.append(operation.label)

        @settings(_SETTINGS, max_examples=examples)
        @given(case=operation.as_strategy())
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=_CHECKS)

        answers()
    return called


@pytest.mark.timeout(600)
def test_the_service_is_as_described(described: Any) -> None:
    """Statuses, types and bodies are those described; nothing is a fault of ours."""
    called = _call_every_operation(described, 60)

    assert {re.sub(r"(/cds-services/)[^/]+", r"\1{id}", each) for each in called} >= set(
        _OPERATIONS
    )


@pytest.mark.full
@pytest.mark.timeout(5400)
def test_the_service_is_as_described_for_ten_minutes(described: Any) -> None:
    """The same, many times as often."""
    _call_every_operation(described, 2_000)
