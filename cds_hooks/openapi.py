"""`/openapi.json`: this face in OpenAPI 3.1, made from the table of services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds_hooks.openapi_schemas import Schema, request_schema, shared_schemas
from cds_hooks.services import DISCOVERY, Service

_REFUSALS = {
    "400": "The request is not one this service can answer; the text says what to change.",
    "401": "The caller is not known. The same for every cause.",
    "404": "There is no such service for this client.",
    "412": "Required data was not prefetched and could not be fetched.",
    "413": "The body is longer than this service reads.",
    "415": "The body is compressed.",
    "429": "This site calls too often; Retry-After says when to go on.",
    "500": "A fault of this service. The request was not answered.",
    "503": "The service cannot answer now. Ask again later.",
}
_OF_FEEDBACK = ("400", "401", "404", "413", "415", "429", "500", "503")
_OF_DISCOVERY = ("401", "429", "500", "503")
_TEXT = "OncoCue names tests, referrals and trial searches that may be due. No clinical approval."


def openapi(services: Iterable[Service], address: str, version: str, signed: bool) -> Schema:
    """The description of the service at this address.

    `signed`: callers prove who they are; without it (development) no token is asked for.
    """
    ready = _plain("status", "guidanceVersion")
    paths: dict[str, Any] = {DISCOVERY: {"get": _discovery()}}
    for service in services:
        paths[service.path] = {"post": _call(service)}
        paths[f"{service.path}/feedback"] = {"post": _take_feedback(service)}
    paths |= {
        "/healthz": {"get": _operation("healthz", "The process answers", _plain("status"), ())},
        "/readyz": {"get": _operation("readyz", "Guidance is loaded", ready, ())},
    }
    components: dict[str, Any] = {"schemas": shared_schemas()}
    described = {
        "openapi": "3.1.0",
        "info": {"title": "OncoCue CDS Hooks service", "version": version, "description": _TEXT},
        "servers": [{"url": address}],
        "paths": paths,
        "components": components,
    }
    if signed:
        components["securitySchemes"] = {
            "ehr": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        described["security"] = [{"ehr": []}]
    return described


def _plain(*names: str) -> Schema:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": list(names),
    }


def _operation(
    name: str, summary: str, answer: Schema, refusals: Iterable[str], **more: Any
) -> dict[str, Any]:
    outcome = {"$ref": "#/components/schemas/OperationOutcome"}
    told = {"200": {"description": "Answered", "content": _json(answer)}}
    told |= {
        status: {"description": _REFUSALS[status], "content": _json(outcome)} for status in refusals
    }
    return {"operationId": name, "summary": summary, "responses": told, **more}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _body(schema: Schema) -> dict[str, Any]:
    return {"required": True, "content": _json(schema)}


def _discovery() -> dict[str, Any]:
    answer = {"$ref": "#/components/schemas/Services"}
    return _operation("discovery", "The services and their prefetch", answer, _OF_DISCOVERY)


def _call(service: Service) -> dict[str, Any]:
    queries = {item.key: item.query for item in service.prefetch}
    request = request_schema(service.hook, queries)
    answer = {"$ref": "#/components/schemas/Cards"}
    return _operation(
        service.id,
        service.title,
        answer,
        _REFUSALS,
        description=service.description,
        requestBody=_body(request),
    )


def _take_feedback(service: Service) -> dict[str, Any]:
    return _operation(
        f"{service.id}-feedback",
        f"What users did with cards: {service.title}",
        {"type": "object"},
        _OF_FEEDBACK,
        requestBody=_body({"$ref": "#/components/schemas/Feedback"}),
    )
