"""A hospital whose EHR lets people in and whose records HAPI FHIR serves, behind a gateway."""

from __future__ import annotations

from dataclasses import dataclass, field

import requests
from flask import Flask, Response, request

from sandbox.fhir.access import Access
from sandbox.fhir.matching import USER_KINDS
from sandbox.fhir.outcome import Refused
from sandbox.fhir.routes import fhir_response
from tests.servers.hapi import Hapi

_BASE = "/fhir"
_HANDED_ON = ("Accept", "Content-Type", "If-None-Exist", "Prefer")
_HANDED_BACK = ("Content-Type", "Location")
# So few a page that every chart has several.
_PAGE = "_count=2"


@dataclass
class Gateway:
    """Stands before the sandbox's FHIR routes: token and scopes by the sandbox, data by HAPI."""

    sandbox: Flask
    hapi: Hapi
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox.before_request(self._answer)

    def _answer(self) -> Response | None:
        """HAPI's answer; None where the sandbox itself answers: discovery, users, no good token."""
        path = request.path
        kind, _, rest = path.removeprefix(_BASE).lstrip("/").partition("/")
        if path != _BASE and not path.startswith(f"{_BASE}/"):
            return None
        if kind == "metadata":
            return self._handed_on()
        ledger = self.sandbox.extensions["sandbox"].smart.ledger
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        grant = ledger.grants.get(token)
        if kind in (".well-known", *USER_KINDS) or grant is None or grant.is_expired():
            return None
        try:
            self._require(Access(grant, ""), kind, rest)
        except Refused as refused:
            return fhir_response(refused.outcome, refused.status)
        return self._handed_on()

    def _require(self, access: Access, kind: str, rest: str) -> None:
        """Raises Refused unless the token covers it. A further page is of a search it covered."""
        if not kind:
            return
        if request.method == "POST" and rest != "_search":
            access.require(kind, "c")
            if not access.sees(request.get_json(force=True), "c"):
                raise Refused(403, "forbidden", "The resource is not about the token's patient.")
            return
        letter = "r" if rest and rest != "_search" else "s"
        access.require(kind, letter)
        patient = rest if kind == "Patient" and letter == "r" else request.values.get("patient", "")
        if letter == "s" or kind == "Patient":
            access.require_patient(kind, letter, patient)

    def _handed_on(self) -> Response:
        query = request.query_string.decode()
        if "patient=" in query:
            query = f"{query}&{_PAGE}"
        self.asked.append(f"{request.method} {request.path}?{query}".rstrip("?"))
        headers = {name: request.headers[name] for name in _HANDED_ON if name in request.headers}
        # HAPI builds the links to further pages from the address it was called by.
        headers["Host"] = request.host
        answer = requests.request(
            request.method,
            f"{self.hapi.base}{request.path.removeprefix(_BASE)}?{query}".rstrip("?"),
            data=request.get_data() or None,
            headers=headers,
            timeout=60,
        )
        back = {name: answer.headers[name] for name in _HANDED_BACK if name in answer.headers}
        return Response(answer.content, status=answer.status_code, headers=back)
