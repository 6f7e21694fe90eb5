"""Writing a draft back: for this patient only, once only, where everybody allows it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import requests

from oncology.reading.elements import bare_reference
from smartapp.fhir.capability import Capability
from smartapp.fhir.server import FhirServer
from smartapp.launch.scopes import Grants
from smartapp.opened import Sent
from smartapp.registration import Ehr

_TYPES = ("ServiceRequest", "FamilyMemberHistory", "DocumentReference", "Provenance")
_CREATED = (requests.codes.ok, requests.codes.created)


def may_create(ehr: Ehr, grants: Grants, can: Capability, kind: str = "ServiceRequest") -> bool:
    """Whether the site, the token and the server all let us create this type."""
    return ehr.smart.write and grants.allows(kind, "c") and kind in can.creates


def digest_of(resource: dict[str, Any]) -> str:
    """What tells one draft from another."""
    return sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()


def refusal(resource: dict[str, Any], patient: str) -> str:
    """Why a draft is not sent at all; empty when it may be."""
    kind = resource.get("resourceType")
    if kind not in _TYPES:
        return "OncoCue does not create this kind of record."
    if kind == "Provenance":
        return ""
    subject = resource.get("patient" if kind == "FamilyMemberHistory" else "subject")
    reference = subject.get("reference") if isinstance(subject, dict) else None
    if not isinstance(reference, str) or bare_reference(reference) != f"Patient/{patient}":
        return "The draft is not about the patient of this page. It was not sent."
    return ""


def send(server: FhirServer, resource: dict[str, Any]) -> Sent:
    """Create a draft. Raises LaunchFailed when the access is over."""
    kind = str(resource["resourceType"])
    body = json.dumps(resource, ensure_ascii=False).encode()
    try:
        reply = server.create(kind, body, _condition(resource))
    except requests.Timeout:
        return Sent(problem="The EHR took too long. Look there whether the draft has arrived.")
    except requests.RequestException:
        return Sent(problem="The EHR could not be reached. The draft was not sent.")
    if reply.status_code not in _CREATED:
        return Sent(problem=f"The EHR did not take the draft ({reply.status_code}).")
    reference = bare_reference(reply.headers.get("Location", "").split("/_history/", 1)[0])
    return Sent(reference if reference.startswith(f"{kind}/") else _from_body(reply, kind))


def _condition(resource: dict[str, Any]) -> str:
    """If-None-Exist by the draft's own identifier: sent twice, it is created once."""
    identifiers = resource.get("identifier")
    first = identifiers[0] if isinstance(identifiers, list) and identifiers else None
    if not isinstance(first, dict) or not first.get("system") or not first.get("value"):
        return ""
    return urlencode({"identifier": f"{first['system']}|{first['value']}"}, safe=":/|")


def _from_body(reply: requests.Response, kind: str) -> str:
    try:
        created = reply.json()
    except ValueError:
        return kind
    identifier = created.get("id") if isinstance(created, dict) else None
    return f"{kind}/{identifier}" if isinstance(identifier, str) else kind
