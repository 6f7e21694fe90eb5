"""The addresses of the FHIR server. Everything but the discovery documents needs a token."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MIMEAccept

from sandbox.addresses import conduct_here, here, take_conduct
from sandbox.fhir.access import Access
from sandbox.fhir.capability import capability_statement
from sandbox.fhir.matching import SCOPED_KINDS
from sandbox.fhir.outcome import Refused, operation_outcome
from sandbox.fhir.server import FhirServer
from sandbox.smart.ledger import Ledger, Shelf
from sandbox.smart.publishing import WEB_PAGE, configuration

_FHIR_JSON = "application/fhir+json"
_SLOW_SECONDS = 3.0


def fhir_routes(server: FhirServer, ledger: Ledger) -> Blueprint:
    """The blueprint of /fhir/…; registered once for the plain conduct and once for the others."""
    fhir = Blueprint("fhir", __name__)
    fhir.url_value_preprocessor(take_conduct)
    asked: Shelf[bool] = Shelf()

    def answered(answer: Callable[..., Response]) -> Callable[..., Response]:
        """A view behind a token; what comes instead of FHIR, when something does."""

        @wraps(answer)
        def view(**values: str) -> Response:
            access = _access(ledger)
            instead = _instead(access, asked, server.pause)
            return answer(access, **values) if instead is None else instead

        return view

    @fhir.get("/.well-known/smart-configuration")
    def smart() -> Response:
        """SMART's discovery document, after the base path as the standard wants it."""
        return configuration("base", SCOPED_KINDS)

    @fhir.get("/metadata")
    def metadata() -> Response:
        """The CapabilityStatement."""
        if {"configuration-down", "down"} & conduct_here().faults:
            return Response(WEB_PAGE, status=503, mimetype="text/html")
        return fhir_response(capability_statement(here()))

    @fhir.get("/<kind>/<identifier>")
    @answered
    def read(access: Access, kind: str, identifier: str) -> Response:
        """One resource."""
        return fhir_response(server.read(access, kind, identifier))

    @fhir.get("/<kind>")
    @answered
    def search(access: Access, kind: str) -> Response:
        """A search of one patient's resources."""
        params = list(request.args.items(multi=True))
        return fhir_response(server.search(access, kind, params))

    @fhir.post("/<kind>/_search")
    @answered
    def search_by_form(access: Access, kind: str) -> Response:
        """The same by form."""
        params = list(request.form.items(multi=True))
        if not conduct_here().mood.fhir.post_ignores_query:
            params += request.args.items(multi=True)
        return fhir_response(server.search(access, kind, params))

    @fhir.post("/<kind>")
    @answered
    def create(access: Access, kind: str) -> Response:
        """A new resource; If-None-Exist makes trying again safe."""
        if request.mimetype not in (_FHIR_JSON, "application/json"):
            raise Refused(415, "not-supported", f"The body must be {_FHIR_JSON}.")
        condition = request.headers.get("If-None-Exist", "")
        body = request.get_json(force=True, silent=True)
        made, is_new = server.create(access, kind, body, condition)
        answer = fhir_response(made, 201 if is_new else 200)
        answer.headers["Location"] = f"{access.base}/{kind}/{made['id']}"
        return answer

    @fhir.errorhandler(Refused)
    def refuse(refused: Refused) -> Response:
        number = refused.number if conduct_here().mood.fhir.numbers else ""
        outcome = operation_outcome("error", refused.code, refused.words, number)
        answer = fhir_response(outcome, refused.status)
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


def _instead(access: Access, asked: Shelf[bool], pause: Callable[[float], None]) -> Response | None:
    """The answer of a server that is in no state to answer in FHIR."""
    faults = access.conduct.faults
    if "slow" in faults:
        pause(_SLOW_SECONDS)
    accepts = request.accept_mimetypes
    if access.conduct.mood.fhir.json_only and accepts and not _accepts_json(accepts):
        return Response(status=406)
    if "down" in faults:
        return Response(WEB_PAGE, status=503, mimetype="text/html")
    if "page-instead" in faults:
        return Response(WEB_PAGE, mimetype="text/html")
    if "too-many" in faults and asked.add_new(f"{access.grant.family} {request.url}", True):
        refused = Refused(429, "throttled", "Too many requests.")
        answer = fhir_response(refused.outcome, 429)
        answer.headers["Retry-After"] = "1"
        return answer
    return None


def _accepts_json(accepts: MIMEAccept) -> bool:
    return any(accepts.quality(each) for each in (_FHIR_JSON, "application/json"))


def fhir_response(resource: dict[str, Any], status: int = 200) -> Response:
    """A resource as a FHIR JSON response."""
    body = json.dumps(resource, ensure_ascii=False)
    return Response(body, status=status, content_type=f"{_FHIR_JSON}; charset=utf-8")
