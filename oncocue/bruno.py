"""A Bruno collection of the CDS Hooks face, to try a service by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from cds_hooks.services import DISCOVERY, Service

_CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
_ENVIRONMENT = """vars {
  address: http://127.0.0.1:8000
}
vars:secret [
  token
]
"""


def bruno_collection(services: Iterable[Service]) -> Iterator[tuple[str, str]]:
    """The files of the collection, by name. `token` is a JWT that an EHR signed, if it is asked."""
    collection = {"version": "1", "name": "OncoCue CDS Hooks", "type": "collection"}
    yield "bruno.json", json.dumps(collection, indent=2) + "\n"
    yield "environments/local.bru", _ENVIRONMENT
    yield "discovery.bru", _request("discovery", 1, "get", DISCOVERY)
    for number, service in enumerate(services):
        name, at = service.id, 2 + 2 * number
        yield f"{name}.bru", _request(name, at, "post", service.path, _call(service))
        path = f"{service.path}/feedback"
        sent = _request(f"{name} feedback", at + 1, "post", path, _feedback())
        yield f"{name}-feedback.bru", sent


def _request(
    name: str, number: int, method: str, path: str, body: dict[str, object] | None = None
) -> str:
    parts = [
        f"meta {{\n  name: {name}\n  type: http\n  seq: {number}\n}}",
        f"{method} {{\n  url: {{{{address}}}}{path}\n  body: {'json' if body else 'none'}\n"
        "  auth: bearer\n}",
        "auth:bearer {\n  token: {{token}}\n}",
    ]
    if body:
        text = json.dumps(body, indent=2).replace("\n", "\n  ")
        parts.append(f"body:json {{\n  {text}\n}}")
    parts.append("assert {\n  res.status: eq 200\n}")
    return "\n\n".join(parts) + "\n"


def _call(service: Service) -> dict[str, object]:
    """A patient with nothing on file: an answer without cards."""
    patient = {"resourceType": "Patient", "id": "example", "birthDate": "1970-01-01"}
    empty = {"resourceType": "Bundle", "type": "searchset", "entry": []}
    context: dict[str, object] = {"userId": "Practitioner/example", "patientId": "example"}
    if service.hook != "patient-view":
        context |= {"draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": []}}
    if service.hook == "order-select":
        context["selections"] = []
    return {
        "hook": service.hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": {
            item.key: patient if item.resource_type == "Patient" else empty
            for item in service.prefetch
        },
    }


def _feedback() -> dict[str, object]:
    given = {"reason": {"code": "action-completed"}}
    return {
        "feedback": [
            {
                "card": _CARD,
                "outcome": "overridden",
                "outcomeTimestamp": "2026-11-22T08:00:00Z",
                "overrideReason": given,
            }
        ]
    }
