"""The addresses of the FHIR server. Everything but the discovery documents needs a token."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from sandbox.addresses import conduct_here, here, take_conduct
from sandbox.fhir.access import Access
from sandbox.fhir.capability import capability_statement
from sandbox.fhir.matching import SEARCH_PARAMETERS
from sandbox.fhir.outcome import Refused
from sandbox.fhir.server import FhirServer
from sandbox.smart.discovery import smart_configuration
from sandbox.smart.ledger import Ledger

_FHIR_JSON = "application/fhir+json"


def fhir_routes(server: FhirServer, ledger: Ledger) -> Blueprint:
    """The blueprint of /fhir/…; registered once for the plain conduct and once for the others."""
    fhir = Blueprint("fhir", __name__)
    fhir.url_value_preprocessor(take_conduct)

    @fhir.get("/.well-known/smart-configuration")
    def configuration() -> Response:
        """SMART's discovery document, after the base path as the standard wants it."""
        if conduct_here().mood.discovery.place != "base":
            abort(404)
        return jsonify(smart_configuration(here(), tuple(SEARCH_PARAMETERS)))

    @fhir.get("/metadata")
    def metadata() -> Response:
        """The CapabilityStatement."""
        return fhir_response(capability_statement(here()))

    @fhir.get("/<kind>/<identifier>")
    def read(kind: str, identifier: str) -> Response:
        """One resource."""
        return fhir_response(server.read(_access(ledger), kind, identifier))

    @fhir.get("/<kind>")
    def search(kind: str) -> Response:
        """A search of one patient's resources."""
        params = list(request.args.items(multi=True))
        return fhir_response(server.search(_access(ledger), kind, params))

    @fhir.post("/<kind>/_search")
    def search_by_form(kind: str) -> Response:
        """The same by form."""
        params = list(request.form.items(multi=True))
        if not conduct_here().mood.fhir.post_ignores_query:
            params += request.args.items(multi=True)
        return fhir_response(server.search(_access(ledger), kind, params))

    @fhir.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        answer = fhir_response(refused.outcome, refused.status)
        if refused.status == 401:
            answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer

    return fhir


def _access(ledger: Ledger) -> Access:
    """What the bearer may see. Raises Refused without a good token."""
    given = request.headers.getlist("Authorization")
    if not given:
        raise Refused(401, "login", "An access token is needed.")
    scheme, _, token = given[0].partition(" ")
    if len(given) > 1 or scheme.lower() != "bearer" or not token:
        raise Refused(401, "login", "The Authorization header holds no bearer token.")
    grant = ledger.grants.get(token)
    if grant is None:
        raise Refused(401, "login", "The access token is unknown or was revoked.")
    if grant.is_expired():
        raise Refused(401, "expired", "The access token has expired.")
    if grant.conduct != conduct_here():
        status = conduct_here().mood.tokens.other_base
        raise Refused(status, "login", "The access token is for another FHIR server.")
    return Access(grant, here().fhir)


def fhir_response(resource: dict[str, Any], status: int = 200) -> Response:
    """A resource as a FHIR JSON response."""
    body = json.dumps(resource, ensure_ascii=False)
    return Response(body, status=status, content_type=f"{_FHIR_JSON}; charset=utf-8")
