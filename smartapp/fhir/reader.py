"""Reading a chart from an EHR: in parallel, tolerant, and honest about what did not come."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from msgspec import Struct

from oncology.reading.bundle import READ_TYPES, RESOURCE_DECODER, Bundle, OperationOutcome
from oncology.reading.decode import add_tolerantly
from oncology.reading.records import Note, Reach, Records, Unreadable
from oncology.reading.searchset import paging_of, says_no_hits, withholds
from smartapp.fhir.searches import Planned
from smartapp.fhir.server import Answer, FhirServer
from smartapp.launch.problems import LaunchFailed
from smartapp.opened import Loaded, Reading, Step

_AT_ONCE = 6
_DECODE_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class Read(Struct, frozen=True):
    """The records of a chart, the Patient as sent, and how each search went."""

    records: Records
    patient: dict[str, Any]
    loaded: tuple[Loaded, ...]


def reading(
    server: FhirServer, patient_id: str, planned: list[Planned]
) -> Generator[Step, None, Read]:
    """Read the patient and every planned search; each is told when it and those before it ended.

    All are asked at once, and told in the order of the plan. Returns what was read. Raises
    LaunchFailed without the Patient or any Condition search: nothing would be right then.
    """
    asked = [each for each in planned if each.unasked is None]
    pool = ThreadPoolExecutor(max_workers=_AT_ONCE)
    try:
        first = pool.submit(server.read_all, f"Patient/{patient_id}")
        coming = {id(each): pool.submit(server.read_all, each.query) for each in asked}
        records = Records(reach=dict.fromkeys(READ_TYPES, Reach.NOT_ASKED))
        patient = _add_patient(records, first.result(), patient_id)
        loaded = [Loaded("Patient", Reading.READ, 1)]
        of = len(planned) + 1
        yield Step(loaded[0], 1, of)
        for each in planned:
            came = coming.get(id(each))
            loaded.append(_add(records, each, came.result()) if came else _lack(each))
            _reach(records, each, loaded[-1])
            yield Step(loaded[-1], len(loaded), of)
    finally:
        # Who left, or was refused, waits for no search that has not begun.
        pool.shutdown(cancel_futures=True)
    _require_conditions(loaded)
    return Read(records, patient, tuple(loaded))


def _add_patient(records: Records, answer: Answer, patient_id: str) -> dict[str, Any]:
    """Add the Patient; the record as it was sent."""
    if answer.state is not Reading.READ:
        refused = answer.state is Reading.REFUSED
        code = "chart-refused" if refused else "chart-unreadable"
        raise LaunchFailed(code, f"Patient: {answer.words}")
    try:
        patient = msgspec.json.decode(answer.pages[0])
    except _DECODE_ERRORS:
        patient = None
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise LaunchFailed("chart-unreadable", "Patient: the answer is not a Patient")
    if patient.get("id") != patient_id:
        raise LaunchFailed("wrong-patient", "Patient: its id is not that of the launch")
    add_tolerantly(records, answer.pages[0], "Patient")
    records.reach["Patient"] = Reach.READ
    return patient


def _require_conditions(loaded: list[Loaded]) -> None:
    for each in loaded:
        if each.resource_type == "Condition" and each.state in (
            Reading.REFUSED,
            Reading.NOT_GRANTED,
        ):
            raise LaunchFailed("chart-refused", f"Condition: {each.words}")
        if each.resource_type == "Condition" and each.state not in (Reading.READ, Reading.PARTIAL):
            raise LaunchFailed("chart-unreadable", f"Condition: {each.words}")


def _lack(planned: Planned) -> Loaded:
    assert planned.unasked is not None
    return planned.unasked


def _add(records: Records, planned: Planned, answer: Answer) -> Loaded:
    """Add the pages of one search and say how it went."""
    kind, part = planned.search.resource_type, planned.search.part
    state, words = answer.state, answer.words
    ids: set[str] = set()
    for page in answer.pages:
        problem = _add_page(records, page, kind, ids)
        if problem and state is Reading.READ:
            state, words = Reading.PARTIAL, problem
    if state is Reading.READ and planned.narrowed:
        only = ", ".join(planned.narrowed)
        state, words = Reading.PARTIAL, f"OncoCue was given only a part of it: {only}."
    return Loaded(kind, state, len(ids), part, words)


def _add_page(records: Records, page: bytes, kind: str, ids: set[str]) -> str:
    """Add one page; what it lacks in words, empty when it is whole."""
    try:
        resource = RESOURCE_DECODER.decode(page)
    except _DECODE_ERRORS:
        resource = None
    if isinstance(resource, OperationOutcome):
        return "" if says_no_hits(resource) else "The EHR answered with a message instead."
    if resource is None:
        paging = paging_of(page)
        if paging is None or paging.resource_type != "Bundle":
            return "The EHR's answer could not be read."
    elif not isinstance(resource, Bundle):
        return "The EHR's answer is not a search result."
    mine = records.all(READ_TYPES[kind])
    before, told = len(mine), len(records.all(OperationOutcome))
    if resource is not None:
        _add_bundle(records, resource, kind, ids)
    else:
        add_tolerantly(records, page, kind)
        ids.update(each.id or "" for each in records.all(READ_TYPES[kind])[before:])
    outcomes = records.all(OperationOutcome)[told:]
    if any(withholds(each) and not says_no_hits(each) for each in outcomes):
        return "The EHR says that it did not give all there is."
    return ""


def _add_bundle(records: Records, bundle: Bundle, kind: str, ids: set[str]) -> None:
    """Add the entries. Searches overlap and pages repeat: an identical copy is added once."""
    held = records.all(READ_TYPES[kind])
    known = {each.id: each for each in held}
    kept = []
    for entry in bundle.entry:
        resource = entry.resource
        if isinstance(resource, READ_TYPES[kind]):
            ids.add(resource.id or "")
            if resource.id and known.get(resource.id) == resource:
                continue
            known[resource.id] = resource
        kept.append(entry)
    records.add_bundle(msgspec.structs.replace(bundle, entry=tuple(kept)))


def _reach(records: Records, planned: Planned, loaded: Loaded) -> None:
    """Mark the type as read or lacking. What did not come may be anything."""
    kind = loaded.resource_type
    if not planned.search.is_core:
        if loaded.state is Reading.READ and records.reach[kind] is Reach.NOT_ASKED:
            records.reach[kind] = Reach.READ
        return
    if loaded.state is Reading.READ:
        if records.reach[kind] is not Reach.LACKING:
            records.reach[kind] = Reach.READ
        return
    records.reach[kind] = Reach.LACKING
    records.notes.append(Note(kind, f"could not be read completely: {loaded.words}"))
    if loaded.state is Reading.PARTIAL:
        records.unreadable.append(Unreadable(kind, kind))
