"""CDS Hooks as an EHR speaks it: discovery, request with prefetch, call, and what came back."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import requests

from sandbox.fhir.access import Access
from sandbox.fhir.outcome import Refused, operation_outcome
from sandbox.fhir.server import FhirServer
from sandbox.smart.ledger import Grant
from sandbox.words import first, items, text

_HOOK = "patient-view"
_USER = "Practitioner/sandbox-oncologist"
_SECONDS = (2, 15)
_TOKEN = re.compile(r"{{\s*([\w.]+)\s*}}")
# Nothing listens on the discard port: the FHIR server that does not answer.
DEAD_FHIR_SERVER = "http://127.0.0.1:9/fhir"
# What this EHR does with the keys when its prefetch is partly broken.
_REFUSED_KEYS = ("orders",)
_LEFT_OUT_KEYS = ("family", "medications", "procedures", "reports")


class ServiceDown(Exception):
    """The CDS service cannot be reached or does not speak CDS Hooks; the message says which."""


class Prefetching(Enum):
    """How much of the prefetch the EHR sends."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class Service:
    """A CDS service as its discovery entry describes it."""

    id: str
    title: str
    description: str
    prefetch: dict[str, str]


@dataclass(frozen=True)
class Key:
    """One prefetch key of a call: its query, what became of it, and the value if one was sent."""

    name: str
    query: str
    fate: str
    value: Any = None
    is_sent: bool = False


@dataclass(frozen=True)
class Exchange:
    """One hook call: what was sent, what came back, how long it took."""

    service: Service
    url: str
    request: dict[str, Any]
    keys: tuple[Key, ...] = ()
    status: int | None = None
    response: Any = None
    body: str = ""
    milliseconds: float = 0.0
    problem: str = ""

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards of a good answer."""
        return items(self.response.get("cards")) if self.is_answered else []

    @property
    def is_answered(self) -> bool:
        """Whether this is the answer of a CDS service: 200 with a list of cards."""
        cards = self.response.get("cards") if isinstance(self.response, dict) else None
        return self.status == HTTPStatus.OK and isinstance(cards, list)

    @property
    def head(self) -> dict[str, Any]:
        """The request without its prefetch, which is shown key by key, and without the token."""
        head = {name: value for name, value in self.request.items() if name != "prefetch"}
        if granted := head.get("fhirAuthorization"):
            head["fhirAuthorization"] = {**granted, "access_token": "…"}
        return head

    @property
    def reason(self) -> str:
        """The words of a refusal's OperationOutcome."""
        if self.problem or not isinstance(self.response, dict):
            return self.problem
        issue = first(self.response.get("issue"))
        return text(issue.get("diagnostics")) or text(first(issue.get("details")).get("text"))

    @property
    def status_words(self) -> str:
        """`200 OK`; `no answer` when none came."""
        if self.status is None:
            return "no answer"
        known = self.status in HTTPStatus._value2member_map_
        return f"{self.status} {HTTPStatus(self.status).phrase}" if known else str(self.status)


@dataclass(frozen=True)
class Visit:
    """What the EHR knows when the chart is opened: the context of the hook."""

    patient_id: str
    encounter_id: str = ""
    fhir_server: str = ""
    prefetching: Prefetching = Prefetching.FULL
    user_id: str = _USER
    grant: Grant | None = None

    @property
    def context(self) -> dict[str, str]:
        """The patient-view context."""
        context = {"userId": self.user_id, "patientId": self.patient_id}
        return {**context, "encounterId": self.encounter_id} if self.encounter_id else context


class CdsClient:
    """Calls one CDS service endpoint."""

    def __init__(self, service_url: str) -> None:
        self.url = service_url.rstrip("/")

    def discover(self) -> list[Service]:
        """The patient-view services. Raises ServiceDown."""
        try:
            with _session() as session:
                reply = session.get(f"{self.url}/cds-services", timeout=_SECONDS)
                document = reply.json()
        except (requests.RequestException, ValueError) as error:
            raise ServiceDown(_failure(error)) from error
        if reply.status_code != HTTPStatus.OK or not isinstance(document, dict):
            raise ServiceDown(f"Discovery answered {reply.status_code}.")
        listed = [each for each in items(document.get("services")) if each.get("hook") == _HOOK]
        return [_service(each) for each in listed]

    def call(self, service: Service, request: dict[str, Any], keys: tuple[Key, ...]) -> Exchange:
        """POST a request and keep what came back, also when nothing did."""
        url = f"{self.url}/cds-services/{quote(service.id, safe='')}"
        started = time.perf_counter()
        try:
            with _session() as session:
                reply = session.post(url, json=request, timeout=_SECONDS)
        except requests.RequestException as error:
            return Exchange(service, url, request, keys, problem=_failure(error))
        milliseconds = (time.perf_counter() - started) * 1000
        return Exchange(
            service,
            url,
            request,
            keys,
            status=reply.status_code,
            response=_json(reply),
            body=reply.text,
            milliseconds=milliseconds,
        )


def _service(entry: dict[str, Any]) -> Service:
    templates = first(entry.get("prefetch"))
    return Service(
        id=text(entry.get("id")),
        title=text(entry.get("title")) or text(entry.get("id")),
        description=text(entry.get("description")),
        prefetch={key: template for key, template in templates.items() if text(template)},
    )


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy stands between an EHR and its CDS service here
    return session


def _json(reply: requests.Response) -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _failure(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "The service did not answer in time."
    if isinstance(error, requests.ConnectionError):
        return "Nothing answers at this address."
    return "The answer is not one of a CDS service."


def prefetch_keys(
    service: Service, visit: Visit, fhir: FhirServer, access: Access
) -> tuple[Key, ...]:
    """Every prefetch key of a service and what this EHR does with it on this visit.

    The EHR looks with the service's own token: it sends nothing the service could not read.
    """
    if visit.prefetching is Prefetching.NONE:
        return tuple(
            Key(name, _resolve(query, visit) or query, "not sent")
            for name, query in service.prefetch.items()
        )
    return tuple(
        _key(name, query, visit, (fhir, access)) for name, query in service.prefetch.items()
    )


def _key(name: str, template: str, visit: Visit, at: tuple[FhirServer, Access]) -> Key:
    query = _resolve(template, visit)
    if query is None:
        return Key(name, template, "not sent: the template names something this hook lacks")
    if visit.prefetching is Prefetching.PARTIAL and name in _LEFT_OUT_KEYS:
        return Key(name, query, "not sent")
    if visit.prefetching is Prefetching.PARTIAL and name in _REFUSED_KEYS:
        refusal = operation_outcome("error", "forbidden", "The search was refused.")
        return Key(name, query, "an OperationOutcome: the search was refused", refusal, True)
    try:
        fhir, access = at
        value = fhir.answer(access, query)
    except Refused as refused:
        return Key(name, query, f"not sent: {refused}")
    return Key(name, query, _fate(value), value, True)


def _resolve(template: str, visit: Visit) -> str | None:
    """A prefetch template with its tokens replaced; None when a token cannot be."""
    values = {f"context.{name}": quote(value, safe="") for name, value in visit.context.items()}
    if any(name not in values for name in _TOKEN.findall(template)):
        return None
    return _TOKEN.sub(lambda token: values[token[1]], template)


def _fate(value: dict[str, Any]) -> str:
    if value.get("resourceType") != "Bundle":
        return f"1 {value.get('resourceType')}"
    return f"Bundle, {value.get('total')} found"


def hook_request(visit: Visit, keys: tuple[Key, ...]) -> dict[str, Any]:
    """The CDS Hooks request of a visit."""
    request: dict[str, Any] = {"hook": _HOOK, "hookInstance": str(uuid4())}
    if visit.fhir_server:
        request["fhirServer"] = visit.fhir_server
    if visit.fhir_server and visit.grant:
        request["fhirAuthorization"] = _authorization(visit.grant)
    request["context"] = visit.context
    sent = {key.name: key.value for key in keys if key.is_sent}
    return {**request, "prefetch": sent} if sent else request


def _authorization(grant: Grant) -> dict[str, Any]:
    """The token of a hook call (CDS Hooks 2.0, "Passing the access token to the CDS service")."""
    return {
        "access_token": grant.access_token,
        "token_type": "Bearer",
        "expires_in": int(grant.until - grant.issued),
        "scope": grant.scope,
        "subject": grant.client_id,
        "patient": grant.context.patient,
    }


def pretty(value: Any) -> str:
    """JSON for people."""
    return json.dumps(value, indent=2, ensure_ascii=False)
