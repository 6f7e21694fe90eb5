"""The CapabilityStatement of a conduct."""

from __future__ import annotations

from typing import Any

from sandbox.addresses import Addresses
from sandbox.conduct.mood import Mood
from sandbox.fhir.matching import CREATED_KINDS, SEARCH_PARAMETERS, USER_KINDS
from sandbox.smart.discovery import oauth_uris

_SMART = {
    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
    "code": "SMART-on-FHIR",
}


def capability_statement(at: Addresses) -> dict[str, Any]:
    """What this server can do, as FHIR R4 wants it said."""
    mood = at.conduct.mood
    kinds = [kind for kind in SEARCH_PARAMETERS if mood.searching(kind).is_offered]
    security = {"service": [{"coding": [_SMART]}], "extension": [oauth_uris(at)]}
    resources = [_searched(kind, mood) for kind in kinds]
    resources += [{"type": kind, "interaction": [{"code": "read"}]} for kind in USER_KINDS]
    if mood.fhir.creates:
        resources.append({"type": "Provenance", "interaction": [{"code": "create"}]})
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "implementation": {
            "description": f"Sandbox EHR with synthetic patients ({mood.title})",
            "url": at.fhir,
        },
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "security": security, "resource": resources}],
    }


def _searched(kind: str, mood: Mood) -> dict[str, Any]:
    rules = mood.searching(kind)
    offered = SEARCH_PARAMETERS[kind] if rules.only is None else rules.only
    named = [{"name": name, "type": "token"} for name in offered if name not in rules.without]
    if kind == "Patient":
        who = [{"name": "_id", "type": "token"}]
    else:
        who = [{"name": "patient", "type": "reference"}]
    creates = kind in CREATED_KINDS and mood.fhir.creates and rules.creates
    interactions = [*(["read"] if rules.reads else []), "search-type"]
    interactions += ["create"] if creates else []
    return {
        "type": kind,
        "interaction": [{"code": code} for code in interactions],
        "searchParam": who + [each for each in named if each["name"] not in ("_id", "patient")],
    }
