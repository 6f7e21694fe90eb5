"""The FHIR endpoints of the sandbox EHR: read, search, metadata."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from sandbox.search import Records, Refused, capability_statement

_FHIR_JSON = "application/fhir+json"


def fhir_routes(records: Records) -> Blueprint:
    """The blueprint that answers /fhir/… from these records."""
    fhir = Blueprint("fhir", __name__, url_prefix="/fhir")

    @fhir.get("/metadata")
    def metadata() -> Response:
        """The CapabilityStatement."""
        return fhir_response(capability_statement(fhir_base()))

    @fhir.get("/<kind>/<identifier>")
    def read(kind: str, identifier: str) -> Response:
        """One resource."""
        return fhir_response(records.read(kind, identifier))

    @fhir.get("/<kind>")
    def search(kind: str) -> Response:
        """A search of one patient's resources."""
        return fhir_response(
            records.search(kind, list(request.args.items(multi=True)), fhir_base())
        )

    @fhir.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        return fhir_response(refused.outcome, refused.status)

    return fhir


def fhir_base() -> str:
    """The base URL of this FHIR server as the caller reached it."""
    return f"{request.host_url}fhir"


def fhir_response(resource: dict[str, Any], status: int = 200) -> Response:
    """A resource as a FHIR JSON response."""
    body = json.dumps(resource, ensure_ascii=False)
    return Response(body, status=status, content_type=f"{_FHIR_JSON}; charset=utf-8")
