"""The request of a hook call: context, token, and what this EHR prefetches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sandbox.desk.exchange import Key, Service
from sandbox.fhir.access import Access
from sandbox.fhir.outcome import Refused, operation_outcome
from sandbox.fhir.server import FhirServer
from sandbox.smart.context import USERS, USUAL_USER
from sandbox.smart.ledger import Grant

PATIENT_VIEW, ORDER_SELECT, ORDER_SIGN = "patient-view", "order-select", "order-sign"
# Nothing listens on the discard port: the FHIR server that does not answer.
DEAD_FHIR_SERVER = "http://127.0.0.1:9/fhir"
_TOKEN = re.compile(r"{{\s*([\w.]+)\s*}}")
# What this EHR does with the keys when its prefetch is partly broken.
_REFUSED_KEYS = ("orders",)
_LEFT_OUT_KEYS = ("family", "medications", "procedures", "reports")

Resource = dict[str, Any]


class Prefetching(Enum):
    """How much of the prefetch the EHR sends."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class Visit:
    """What the EHR knows when a hook fires: its context. `drafts` are for the order hooks."""

    patient_id: str
    encounter_id: str = ""
    fhir_server: str = ""
    prefetching: Prefetching = Prefetching.FULL
    user_id: str = USERS[USUAL_USER][0]
    grant: Grant | None = None
    drafts: tuple[Resource, ...] = ()
    selections: tuple[str, ...] = ()

    @property
    def tokens(self) -> dict[str, str]:
        """The context fields that prefetch templates may name."""
        known = {"userId": self.user_id, "patientId": self.patient_id}
        return {**known, "encounterId": self.encounter_id} if self.encounter_id else known

    def context(self, hook: str) -> dict[str, Any]:
        """The context of a hook (CDS Hooks Library: patient-view, order-select, order-sign)."""
        context: dict[str, Any] = dict(self.tokens)
        if hook == ORDER_SELECT:
            context["selections"] = list(self.selections)
        if hook in (ORDER_SELECT, ORDER_SIGN):
            entries = [{"resource": draft} for draft in self.drafts]
            bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
            context["draftOrders"] = bundle
        return context


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
    values = {f"context.{name}": quote(value, safe="") for name, value in visit.tokens.items()}
    if any(name not in values for name in _TOKEN.findall(template)):
        return None
    return _TOKEN.sub(lambda token: values[token[1]], template)


def _fate(value: Resource) -> str:
    if value.get("resourceType") != "Bundle":
        return f"1 {value.get('resourceType')}"
    found = value.get("total", len(value.get("entry", ())))
    return f"Bundle, {found} found"


def hook_request(visit: Visit, keys: tuple[Key, ...], hook: str = PATIENT_VIEW) -> dict[str, Any]:
    """The CDS Hooks request of a visit."""
    request: dict[str, Any] = {"hook": hook, "hookInstance": str(uuid4())}
    if visit.fhir_server:
        request["fhirServer"] = visit.fhir_server
    if visit.fhir_server and visit.grant:
        request["fhirAuthorization"] = _authorization(visit.grant)
    request["context"] = visit.context(hook)
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
