"""The hook request: decoded once, typed, tolerant of a malformed resource inside it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from oncology.reading.bundle import RESOURCE_DECODER, Resource

_LAY_USERS = ("Patient", "RelatedPerson", "Person")
# What userId may refer to (CDS Hooks Library, patient-view), and Person, which some EHRs send.
_USERS = (*_LAY_USERS, "Practitioner", "PractitionerRole")
_DECODE_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)

Body = bytes | bytearray
"""A body as it was read."""


class BadRequest(ValueError):
    """The request is not one this service can answer; the message says what to change."""


class HookContext(Struct, frozen=True, rename="camel"):
    """The fields of the contexts; what order hooks add is read by the one who needs it."""

    patient_id: str | None = None
    user_id: str | None = None
    encounter_id: str | None = None
    selections: Raw = Raw(b"null")
    draft_orders: Raw = Raw(b"null")

    @property
    def user_type(self) -> str:
        """The type of the user, `Practitioner` say; empty when the reference names none."""
        return next((part for part in (self.user_id or "").split("/") if part in _USERS), "")

    @property
    def is_lay_user(self) -> bool:
        """Whether a patient, relative or other person looks on: clinician content is not theirs."""
        return self.user_type in _LAY_USERS


class FhirAuthorization(Struct, frozen=True):
    """The hook's FHIR access token. Transient: used for this call, never kept or logged."""

    access_token: str | None = None
    token_type: str | None = None
    expires_in: int | None = None
    scope: str | None = None
    subject: str | None = None

    def __repr__(self) -> str:
        return "FhirAuthorization(…)"


class HookRequest(Struct, frozen=True, rename="camel"):
    """A CDS Hooks request. `prefetch` values: a resource, None for null, Raw when malformed."""

    hook: str | None = None
    hook_instance: str | None = None
    context: HookContext | None = None
    fhir_server: str | None = None
    fhir_authorization: FhirAuthorization | None = None
    prefetch: dict[str, Resource | None] | UnsetType = UNSET


class _RawRequest(Struct, frozen=True, rename="camel"):
    """The same with everything still bytes, so that one fault does not hide the rest."""

    hook: Raw = Raw(b"null")
    hook_instance: Raw = Raw(b"null")
    context: Raw = Raw(b"null")
    fhir_server: Raw = Raw(b"null")
    fhir_authorization: Raw = Raw(b"null")
    prefetch: Raw = Raw(b"null")


_DECODER: msgspec.json.Decoder[HookRequest] = msgspec.json.Decoder(HookRequest)
_RAW_DECODER: msgspec.json.Decoder[_RawRequest] = msgspec.json.Decoder(_RawRequest)


def parse_request(body: Body, hook: str) -> HookRequest:
    """The request in `body`, checked for what a call of `hook` must have.

    Raises BadRequest with a message for the integrator, free of patient data.
    """
    try:
        request = _DECODER.decode(body)
    except _DECODE_ERRORS:
        request = _parse_tolerantly(body)
    if not request.hook or not request.hook_instance or request.context is None:
        missing = [
            name
            for name, value in (
                ("hook", request.hook),
                ("hookInstance", request.hook_instance),
                ("context", request.context),
            )
            if not value
        ]
        raise BadRequest(f"The request lacks {', '.join(missing)}.")
    if request.hook != hook:
        raise BadRequest(f"This service answers the hook {hook}; the request names another one.")
    if not request.context.patient_id or not request.context.user_id:
        lacking = "patientId" if not request.context.patient_id else "userId"
        raise BadRequest(f"context.{lacking} is missing.")
    return request


def _parse_tolerantly(body: Body) -> HookRequest:
    try:
        raw = _RAW_DECODER.decode(body)
    except _DECODE_ERRORS as error:
        raise BadRequest("The body is not a JSON object of a CDS Hooks request.") from error
    try:
        return HookRequest(
            hook=msgspec.json.decode(raw.hook, type=str | None),
            hook_instance=msgspec.json.decode(raw.hook_instance, type=str | None),
            context=msgspec.json.decode(raw.context, type=HookContext | None),
            fhir_server=msgspec.json.decode(raw.fhir_server, type=str | None),
            fhir_authorization=_authorization(raw.fhir_authorization),
            prefetch=_prefetch(raw.prefetch),
        )
    except _DECODE_ERRORS as error:
        raise BadRequest(f"The request has a field of a wrong kind: {_where(error)}.") from error


def _authorization(raw: Raw) -> FhirAuthorization | None:
    """An authorization that cannot be read is one that cannot be used."""
    try:
        return msgspec.json.decode(raw, type=FhirAuthorization | None)
    except _DECODE_ERRORS:
        return FhirAuthorization()


def _prefetch(raw: Raw) -> dict[str, Any]:
    values = msgspec.json.decode(raw, type=dict[str, Raw] | None) or {}
    return {key: decode_value(value) for key, value in values.items()}


def decode_value(value: Raw) -> Any:
    """One prefetched or fetched value: None for null, a resource, or as it is when malformed."""
    try:
        return msgspec.json.decode(value, type=None)
    except _DECODE_ERRORS:
        pass
    try:
        return RESOURCE_DECODER.decode(value)
    except _DECODE_ERRORS:
        return value


def _where(error: Exception) -> str:
    """msgspec names types and places, never values."""
    text = str(error)
    return text.replace("`", "") if text.startswith("Expected") else "not well-formed"


def resolve(query: str, context: HookContext) -> str:
    """A prefetch template with its tokens replaced by the context's values."""
    return query.replace("{{context.patientId}}", quote(context.patient_id or "", safe=""))
