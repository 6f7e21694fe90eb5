"""Launch context: what the token response says of patient, purpose and look."""

from __future__ import annotations

import json
import re
from typing import Any

from msgspec import Struct

from smartapp.launch.problems import LaunchFailed
from smartapp.opened import Focus
from smartapp.registration import Ehr

_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}\Z")
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}\Z")
_MOST_CONTEXT = 4096
_MOST_REFERENCES = 20
_LONGEST_LIFE = 24 * 3600
# The EHR need not say how long a token lives (RFC 6749 section 5.1): a 401 tells in the end.
_LIFE_UNSAID = 3600
_OPENING_TYPES = ("DiagnosticReport", "ServiceRequest", "Observation", "Condition")


class Tokens(Struct, frozen=True):
    """What a token response grants, and until when. Never leaves the server."""

    access: str
    refresh: str
    expires_at: float
    scope: str


class Context(Struct, frozen=True):
    """What the EHR says of this launch."""

    patient: str
    encounter: str = ""
    need_patient_banner: bool = True
    intent: str = ""
    focus: Focus = Focus()
    style_url: str = ""
    tenant: str = ""
    said: tuple[str, ...] = ()


def tokens_of(
    response: dict[str, Any], asked: str, now: float, before: Tokens | None = None
) -> Tokens:
    """The tokens of a response; `before` are those it renews.

    Raises ValueError with what the standard does not allow.
    """
    access = response.get("access_token")
    if not isinstance(access, str) or not access or any(c <= " " or c > "~" for c in access):
        raise ValueError("no usable access_token")
    if str(response.get("token_type", "")).lower() != "bearer":
        raise ValueError("token_type is not Bearer")
    scope = response.get("scope")
    refresh = response.get("refresh_token")
    kept = before.refresh if before else ""
    return Tokens(
        access,
        refresh if isinstance(refresh, str) and refresh else kept,
        now + _life(response.get("expires_in")),
        scope if isinstance(scope, str) and scope.strip() else asked,
    )


def _life(value: Any) -> float:
    """`expires_in` in seconds; some servers send it as text."""
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return _LIFE_UNSAID
    return min(seconds, _LONGEST_LIFE) if seconds > 0 else _LIFE_UNSAID


def context_of(response: dict[str, Any], ehr: Ehr) -> Context:
    """The context of a first token response.

    Raises LaunchFailed without a patient: whose chart it is is never guessed.
    """
    patient = response.get("patient")
    if not isinstance(patient, str) or not _ID.match(patient):
        raise LaunchFailed("no-patient", "the token response names no patient", ehr.site)
    tenant = response.get("tenant")
    tenant = tenant if isinstance(tenant, str) else ""
    if ehr.smart.tenants and tenant not in ehr.smart.tenants:
        raise LaunchFailed("tenant-unknown", "the tenant is not in smart.tenants", ehr.site)
    encounter = response.get("encounter")
    intent = response.get("intent")
    style = response.get("smart_style_url")
    return Context(
        patient,
        encounter if isinstance(encounter, str) and _ID.match(encounter) else "",
        # True or absent: show the banner (SMART 2.2, launch context).
        response.get("need_patient_banner") is not False,
        intent if isinstance(intent, str) and _WORD.match(intent) else "",
        _focus(response),
        style if isinstance(style, str) else "",
        tenant,
        tuple(sorted(name for name in response if isinstance(name, str))[:50]),
    )


def _focus(response: dict[str, Any]) -> Focus:
    app = _app_context(response)
    references = []
    listed = response.get("fhirContext")
    for item in listed[:_MOST_REFERENCES] if isinstance(listed, list) else []:
        # Servers of before send references as plain text; an absent role means `launch`.
        stated = item.get("reference") if isinstance(item, dict) else item
        role = item.get("role", "launch") if isinstance(item, dict) else "launch"
        if isinstance(stated, str) and _REFERENCE.match(stated) and role == "launch":
            references.append(stated)
    kept = tuple(each for each in references if each.partition("/")[0] in _OPENING_TYPES)
    return Focus(_word(app, "guidance"), _word(app, "topic"), kept)


def _app_context(response: dict[str, Any]) -> dict[str, Any]:
    """The `appContext` of a card's link: an object as text, or as it is."""
    for name in ("appContext", "app_context"):
        value = response.get(name)
        if isinstance(value, str) and len(value) <= _MOST_CONTEXT:
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = None
        if isinstance(value, dict):
            return value
    return {}


def _word(values: dict[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) and _WORD.match(value) else ""
