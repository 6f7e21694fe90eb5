"""Gather: what was prefetched, then what is lacking from the FHIR server."""

from __future__ import annotations

import re
from enum import Enum
from typing import Any

from msgspec import Raw, Struct, UnsetType
from msgspec.structs import replace

from cds_hooks.fhir_client import Fetched, FhirClient, FhirServers
from cds_hooks.request import HookRequest, decode_value, resolve
from cds_hooks.scopes import may_read
from cds_hooks.services import Prefetch, Service
from oncology.reading.bundle import READ_TYPES, Bundle, OperationOutcome
from oncology.reading.decode import add_tolerantly
from oncology.reading.patient import Patient
from oncology.reading.records import Note, Reach, Records, Unreadable
from oncology.reading.searchset import has_next, paging_of, says_no_hits, withholds

# An id as FHIR writes it: it cannot lead out of its path.
_MEDICATION = re.compile(r"Medication/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?")
_MOST_MEDICATIONS = 10


class Lacking(Exception):
    """Required data can be had neither from prefetch nor from the FHIR server."""


class Gathering(Struct, frozen=True):
    """How data may be fetched: the servers allowed and the time there is.

    `keys` are a client's own names of our prefetch keys, `queries` its own queries.
    """

    servers: FhirServers = FhirServers()
    budget_seconds: float = 0.4
    keys: dict[str, str] = {}
    queries: dict[str, str] = {}

    def after(self, seconds: float) -> Gathering:
        """What is left when some of the time was used."""
        return replace(self, budget_seconds=max(0.0, self.budget_seconds - seconds))


class _Had(Enum):
    """How much of a prefetch key came with the request."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"


def gather(request: HookRequest, service: Service, gathering: Gathering) -> Records:
    """All records for a service.

    Raises Lacking (HTTP 412) when a required type cannot be had; an optional one that
    cannot is marked in `Records.reach`.
    """
    records, had = _add_prefetched(request, service.prefetch, gathering.keys)
    patient_id = request.context.patient_id if request.context else None
    if all(patient.id != patient_id for patient in records.all(Patient)):
        # The right key with somebody else's record under it.
        had["patient"] = _Had.NOTHING
    lacking = {item.key: item for item in service.prefetch if had[item.key] is not _Had.ALL}
    fetched = _fetch(request, lacking, gathering) if lacking else {}
    for item in service.prefetch:
        records.reach[item.resource_type] = Reach.READ
    if lacking:
        _add_fetched(records, lacking, had, fetched, gathering.keys)
    return records


def prefetched(request: HookRequest, items: tuple[Prefetch, ...]) -> Records:
    """What a request brings by itself, for judging it away from its EHR.

    Types of `items` it does not bring are lacking; nothing is fetched, nothing refused.
    """
    records, had = _add_prefetched(request, items, {})
    for item in items:
        whole = had[item.key] is _Had.ALL
        records.reach[item.resource_type] = Reach.READ if whole else Reach.LACKING
    return records


def _add_prefetched(
    request: HookRequest, items: tuple[Prefetch, ...], keys: dict[str, str]
) -> tuple[Records, dict[str, _Had]]:
    records = Records(reach=dict.fromkeys(READ_TYPES, Reach.NOT_ASKED))
    values = {} if isinstance(request.prefetch, UnsetType) else request.prefetch
    had = {}
    for item in items:
        name = keys.get(item.key, item.key)
        had[item.key] = _add(records, item, values[name]) if name in values else _Had.NOTHING
    return records, had


def _add(records: Records, item: Prefetch, value: Any) -> _Had:
    """Add one value, prefetched or fetched, and say how much of what is on file it was.

    Null is an empty search, and nothing for the patient. Anything but the type asked for, or
    a Bundle of a search, is nothing.
    """
    kind = type(value)
    if value is None:
        return _Had.NOTHING if item.resource_type == "Patient" else _Had.ALL
    if kind is OperationOutcome:
        return _Had.ALL if says_no_hits(value) else _Had.NOTHING
    before = len(records.all(OperationOutcome))
    is_partial = False
    if kind is Bundle:
        is_partial = has_next(value.link)
        records.add_bundle(value)
    elif kind is READ_TYPES[item.resource_type]:
        records.add(value)
    elif kind is Raw:
        paging = paging_of(value)
        if paging is None or paging.resource_type not in ("Bundle", item.resource_type):
            return _Had.NOTHING
        is_partial = paging.has_next
        add_tolerantly(records, bytes(value), f"prefetch {item.key}")
    else:
        return _Had.NOTHING
    outcomes = records.all(OperationOutcome)[before:]
    if any(withholds(outcome) and not says_no_hits(outcome) for outcome in outcomes):
        return _Had.PART if records.all(READ_TYPES[item.resource_type]) else _Had.NOTHING
    return _Had.PART if is_partial else _Had.ALL


def _add_fetched(
    records: Records,
    lacking: dict[str, Prefetch],
    had: dict[str, _Had],
    fetched: dict[str, Fetched],
    keys: dict[str, str],
) -> None:
    missing = []
    for key, item in lacking.items():
        answer = fetched.get(key, Fetched(problem="not prefetched, and no FHIR server to ask"))
        came = [_add(records, item, decode_value(Raw(page))) for page in answer.pages]
        if answer.is_complete and came and came[-1] is _Had.ALL and _Had.NOTHING not in came:
            continue
        problem = answer.problem or "the FHIR server's answer is not usable or not complete"
        in_part = had[key] is _Had.PART or any(each is not _Had.NOTHING for each in came)
        if item.is_required and not in_part:
            missing.append(f"{keys.get(key, key)} ({problem})")
        place = item.resource_type
        records.reach[place] = Reach.LACKING
        records.notes.append(Note(place, f"could not be read completely: {problem}"))
        if in_part:
            # What is on the pages that did not come may be anything.
            records.unreadable.append(Unreadable(place, place))
    if missing:
        raise Lacking(
            f"Required data could not be had: {', '.join(missing)}. Prefetch it, or give "
            "fhirServer and fhirAuthorization. An EHR whose registered address of this service "
            "differs from the address called may have left the data out."
        )


def fetch_medications(
    request: HookRequest, references: tuple[str, ...], gathering: Gathering
) -> dict[str, bytes]:
    """Medications at the request's own FHIR server, by reference: those that can be had.

    A reference to another server, or one that is no address of a Medication, is not followed.
    """
    base = f"{(request.fhir_server or '').rstrip('/')}/"
    named = {each: each.removeprefix(base) for each in references[:_MOST_MEDICATIONS]}
    queries = {
        reference: (query, "Medication")
        for reference, query in named.items()
        if _MEDICATION.fullmatch(query)
    }
    answers = _ask(request, queries, gathering)
    return {reference: each.pages[0] for reference, each in answers.items() if each.pages}


def _fetch(
    request: HookRequest, lacking: dict[str, Prefetch], gathering: Gathering
) -> dict[str, Fetched]:
    queries = {
        key: (gathering.queries.get(key, item.query), item.resource_type)
        for key, item in lacking.items()
    }
    return _ask(request, queries, gathering)


def _ask(
    request: HookRequest, queries: dict[str, tuple[str, str]], gathering: Gathering
) -> dict[str, Fetched]:
    """The answers to queries, each given with the type it brings, by the request's FHIR server."""
    server = request.fhir_server
    if not server or request.context is None:
        return {}
    if not gathering.servers.may_ask(server):
        unknown = Fetched(problem="this FHIR server is not one of those configured")
        return dict.fromkeys(queries, unknown)
    granted = request.fhir_authorization
    token = None
    refused = {}
    if granted is not None:
        if not granted.access_token or (granted.token_type or "").lower() != "bearer":
            return dict.fromkeys(queries, Fetched(problem="fhirAuthorization is not complete"))
        token = granted.access_token
        refused = {
            key: Fetched(problem="its scope was not granted")
            for key, (_, resource_type) in queries.items()
            if not may_read(granted.scope, resource_type)
        }
    client = FhirClient(server, token, gathering.budget_seconds)
    allowed = {
        key: resolve(query, request.context)
        for key, (query, _) in queries.items()
        if key not in refused
    }
    return {**refused, **client.fetch(allowed)}
