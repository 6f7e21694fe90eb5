"""The shapes of requests and answers as JSON Schema, for `/openapi.json`."""

from __future__ import annotations

from typing import Any

from cds_hooks.feedback.parse import MOST_ENTRIES, OUTCOMES
from cds_hooks.services import ORDER_HOOKS, ORDER_SELECT

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1}
_UUID: Schema = {"type": "string", "format": "uuid"}
_ADDRESS: Schema = {"type": "string", "format": "uri"}


def _object(required: str, **properties: Schema) -> Schema:
    """An object that may hold more than is told here, as CDS Hooks allows everywhere."""
    made: Schema = {"type": "object", "properties": properties}
    return {**made, "required": required.split()} if required else made


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _named(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def request_schema(hook: str, prefetch: dict[str, str]) -> Schema:
    """A call of one hook; `prefetch` are the keys we ask for, with their queries."""
    context = _object("patientId userId", patientId=_TEXT, userId=_TEXT)
    context["properties"]["encounterId"] = _or_null({"type": "string"})
    if hook in ORDER_HOOKS:
        bundle = _object("resourceType", resourceType={"const": "Bundle"})
        context["properties"]["draftOrders"] = _or_null(
            {**bundle, "description": "The orders on the screen (FHIR R4); without them 412."}
        )
    if hook == ORDER_SELECT:
        context["properties"]["selections"] = {"type": "array", "items": {"type": "string"}}
        context["required"].append("selections")
    keys = {
        key: {"description": f"{query}: a resource, a Bundle, or null for none"}
        for key, query in prefetch.items()
    }
    return _object(
        "hook hookInstance context",
        hook={"type": "string", "const": hook},
        hookInstance={**_TEXT, "description": "A UUID, new for each call."},
        context=context,
        fhirServer=_or_null({"type": "string", "description": "Its base address."}),
        fhirAuthorization={"description": "The token for the FHIR server. Used, never kept."},
        prefetch=_or_null({"type": "object", "properties": keys}),
    )


def shared_schemas() -> dict[str, Schema]:
    """What several requests and answers share, by name."""
    return {
        "Coding": _object("code", system=_ADDRESS, code=_TEXT, display={"type": "string"}),
        "Card": _card(),
        "Cards": _object("cards", cards={"type": "array", "items": _named("Card")}),
        "Service": _object(
            "id hook description prefetch",
            id=_TEXT,
            hook=_TEXT,
            title=_TEXT,
            description=_TEXT,
            usageRequirements=_TEXT,
            prefetch={"type": "object", "additionalProperties": {"type": "string"}},
        ),
        "Services": _object("services", services={"type": "array", "items": _named("Service")}),
        "Feedback": _feedback(),
        "OperationOutcome": _object(
            "resourceType issue",
            resourceType={"const": "OperationOutcome"},
            issue={
                "type": "array",
                "minItems": 1,
                "items": _object(
                    "severity code diagnostics", severity=_TEXT, code=_TEXT, diagnostics=_TEXT
                ),
            },
        ),
    }


def _card() -> Schema:
    action = _object(
        "type description",
        type={"enum": ["create", "update", "delete"]},
        description=_TEXT,
        resource={"type": "object"},
        resourceId=_TEXT,
    )
    suggestion = _object(
        "label uuid",
        label=_TEXT,
        uuid=_UUID,
        isRecommended={"type": "boolean"},
        actions={"type": "array", "items": action, "minItems": 1},
    )
    link = _object(
        "label url type",
        label=_TEXT,
        url=_ADDRESS,
        type={"enum": ["absolute", "smart"]},
        appContext=_TEXT,
    )
    return _object(
        "uuid summary indicator source",
        uuid=_UUID,
        summary={**_TEXT, "maxLength": 139},
        indicator={"enum": ["info", "warning", "critical"]},
        detail=_TEXT,
        source=_object("label", label=_TEXT, url=_ADDRESS, topic=_named("Coding")),
        suggestions={"type": "array", "items": suggestion, "minItems": 1},
        selectionBehavior={"enum": ["any", "at-most-one"]},
        overrideReasons={"type": "array", "items": _named("Coding"), "minItems": 1},
        links={"type": "array", "items": link, "minItems": 1},
    )


def _feedback() -> Schema:
    reason = _object(
        "",
        reason=_or_null(
            _object("code", code={"type": "string"}, system=_or_null({"type": "string"}))
        ),
        userComment=_or_null({"type": "string"}),
        extension=_or_null({"type": "object"}),
    )
    reason["anyOf"] = [
        _object("reason", reason={"type": "object"}),
        _object("userComment", userComment=_TEXT),
        _object("extension", extension={"type": "object", "minProperties": 1}),
    ]
    entry = _object(
        "card outcome outcomeTimestamp",
        card=_UUID,
        outcome={"enum": list(OUTCOMES)},
        outcomeTimestamp={"type": "string", "format": "date-time"},
        overrideReason=_or_null(reason),
        overrideReasons=_or_null(reason),
    )
    taken = {"type": "array", "items": _object("id", id=_UUID)}
    entry["oneOf"] = [
        _object(
            "acceptedSuggestions",
            outcome={"const": "accepted"},
            acceptedSuggestions={**taken, "minItems": 1},
        ),
        _object("", outcome={"const": "overridden"}, acceptedSuggestions={**taken, "maxItems": 0}),
    ]
    entries = {"type": "array", "items": entry, "maxItems": MOST_ENTRIES}
    return _object("feedback", feedback=entries)
