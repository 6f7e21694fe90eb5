"""From bytes to records: a fast path for the whole body, a tolerant path entry by entry.

Both give the same records for a body without faults; with a fault, the tolerant path skips
the malformed resource, says so, and goes on.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from oncology.reading.bundle import (
    ENTRY_DECODER,
    FHIR_TYPES,
    RESOURCE_DECODER,
    RESOURCES_DECODER,
    Bundle,
)
from oncology.reading.elements import CodeableConcept
from oncology.reading.records import Note, Records, Unreadable

_DECODE_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}\Z")


class NotFhirJson(ValueError):
    """The body as a whole is not FHIR JSON; the message says where and what to do."""


class _RawBundle(msgspec.Struct):
    """A Bundle whose entries are still bytes."""

    resourceType: str | None = None
    # Not `Raw | None`: msgspec takes Raw in a union for the other member alone.
    entry: msgspec.Raw = msgspec.Raw()


def read_records(body: bytes) -> Records:
    """Read a Bundle, one resource, a JSON array of resources, or NDJSON.

    Raises NotFhirJson when the body cannot be taken apart into resources at all.
    """
    stripped = body.strip(b"\xef\xbb\xbf \t\r\n")
    if not stripped:
        raise NotFhirJson("The input is empty. Give a FHIR Bundle, a resource or NDJSON.")
    records = Records()
    try:
        if stripped[:1] == b"[":
            for resource in RESOURCES_DECODER.decode(stripped):
                records.add(resource)
        else:
            records.add(RESOURCE_DECODER.decode(stripped))
    except _DECODE_ERRORS:
        return read_tolerantly(stripped)
    return records


def read_tolerantly(body: bytes) -> Records:
    """The tolerant path of `read_records`: same input, same result, faults become notes."""
    records = Records()
    documents = _documents(body)
    if documents is None:
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) < 2:
            raise NotFhirJson(
                "The input is not valid JSON. Give a FHIR Bundle, a resource or NDJSON "
                "(one resource a line)."
            )
        for number, line in enumerate(lines, 1):
            add_tolerantly(records, line, f"line {number}")
        if not records.by_type and len(records.notes) == len(lines):
            raise NotFhirJson("The input is not JSON: none of its lines is a FHIR resource.")
        return records
    if not any(_names_a_type(document) for document in documents):
        raise NotFhirJson(
            "The input is JSON but not FHIR: it has no resourceType. Give a FHIR Bundle, a "
            "resource or NDJSON (one resource a line)."
        )
    for number, document in enumerate(documents, 1):
        add_tolerantly(records, document, f"resource {number}")
    return records


def _names_a_type(document: bytes) -> bool:
    return isinstance(_salvage(document).get("resourceType"), str)


def _documents(body: bytes) -> list[bytes] | None:
    """The JSON documents of the body as bytes, or None when it is not one JSON text."""
    try:
        if body[:1] == b"[":
            return [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
        msgspec.json.decode(body, type=msgspec.Raw)
    except _DECODE_ERRORS:
        return None
    return [body]


def add_tolerantly(records: Records, document: bytes, place: str) -> None:
    """Add one JSON document; what cannot be read becomes a note and an `Unreadable`."""
    try:
        records.add(RESOURCE_DECODER.decode(document))
        return
    except _DECODE_ERRORS as error:
        problem = error
    try:
        bundle = msgspec.json.decode(document, type=_RawBundle)
    except _DECODE_ERRORS:
        bundle = _RawBundle()
    if bundle.resourceType == "Bundle" and bytes(bundle.entry):
        _add_entries(records, bytes(bundle.entry), place)
    else:
        _note(records, document, place, problem)


def _add_entries(records: Records, entries: bytes, place: str) -> None:
    try:
        raw_entries = msgspec.json.decode(entries, type=list[msgspec.Raw])
    except _DECODE_ERRORS as error:
        _note(records, b"{}", place, error)
        return
    for number, raw in enumerate(raw_entries, 1):
        where = f"entry {number}"
        try:
            records.add_bundle(Bundle(entry=(ENTRY_DECODER.decode(raw),)))
        except _DECODE_ERRORS as error:
            nested = _resource_bytes(raw)
            if _is_bundle(nested):
                add_tolerantly(records, nested, where)
            else:
                _note(records, nested, where, error)


def _resource_bytes(entry: msgspec.Raw) -> bytes:
    try:
        parts = msgspec.json.decode(entry, type=dict[str, msgspec.Raw])
    except _DECODE_ERRORS:
        return b"{}"
    return bytes(parts.get("resource", msgspec.Raw(b"{}")))


def _is_bundle(document: bytes) -> bool:
    try:
        return msgspec.json.decode(document, type=_RawBundle).resourceType == "Bundle"
    except _DECODE_ERRORS:
        return False


def _note(records: Records, document: bytes, place: str, problem: Exception) -> None:
    """Note a malformed resource and keep of it what tells which facts it might carry."""
    saved = _salvage(document)
    reference = place
    kind = saved.get("resourceType")
    if not (isinstance(kind, str) and kind in FHIR_TYPES):
        kind = "unknown"
    identifier = saved.get("id")
    if isinstance(identifier, str) and _ID.match(identifier) and kind != "unknown":
        reference = f"{kind}/{identifier}"
    code: CodeableConcept | None
    try:
        code = msgspec.convert(saved.get("code"), CodeableConcept)
    except msgspec.ValidationError:
        code = None
    records.notes.append(Note(reference, f"could not be read, not used: {_reason(problem)}"))
    holds = bool(saved.get("contained")) or not saved
    records.unreadable.append(Unreadable(kind, reference, code, holds))


def _salvage(document: bytes) -> dict[str, Any]:
    try:
        saved = msgspec.json.decode(document)
    except _DECODE_ERRORS:
        return {}
    return saved if isinstance(saved, dict) else {}


def _reason(problem: Exception) -> str:
    """msgspec names types and places, never values; anything else gets our own words."""
    text = str(problem)
    if text.startswith(("Expected", "Object")):
        return text.replace("$.", "").replace("`", "")
    if text.startswith("Invalid value"):
        return "its resourceType is not one of FHIR"
    return "it is not well-formed JSON"
