"""A chart into HAPI FHIR and out again, and whether the product still says the same of it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from oncocue.judge import BadRequest, NotFhirJson, judge
from oncocue.reports.finding_json import finding_json
from oncology.guidance.library import Guidance
from oncology.reading.bundle import READ_TYPES
from tests.servers.charts import transaction
from tests.servers.hapi import Hapi, Refused

TODAY = date(2026, 11, 22)
_MOST_AT_ONCE = 500
# The type of what an element refers to, where it is not mostly a person of the staff.
_TARGETS = {
    "basedOn": "ServiceRequest",
    "context": "Encounter",
    "derivedFrom": "Observation",
    "encounter": "Encounter",
    "focus": "Condition",
    "hasMember": "Observation",
    "location": "Location",
    "medicationReference": "Medication",
    "partOf": "Procedure",
    "patient": "Patient",
    "reasonReference": "Condition",
    "result": "Observation",
    "specimen": "Specimen",
    "subject": "Patient",
}
Resource = dict[str, Any]
_numbers = itertools.count(1)


class NotAChart(Exception):
    """A file that no FHIR server could hold as one patient's resources; the message says why."""


class Crossing(NamedTuple):
    """What came of one chart: HAPI's words for each resource it refused, and both judgements."""

    refused: list[str]
    before: dict[str, Any]
    after: dict[str, Any]
    sent: int


def cross(hapi: Hapi, body: bytes, guidance: Guidance) -> Crossing:
    """Load the resources the product reads, get each again, and judge before and after.

    What HAPI refuses is left out on both sides. Raises NotAChart.
    """
    entries = _renamed(_entries(body))
    refused = _load(hapi, entries)
    kept = [entry for entry in entries if entry.address not in refused]
    fetched = _fetch(hapi, [entry.address for entry in kept])
    before = [entry.original for entry in kept] if refused else None
    return Crossing(
        sorted(refused.values()),
        said(body if before is None else _bundle(before), guidance),
        said(_bundle([{"resource": each} for each in fetched]), guidance),
        len(entries),
    )


class _Entry(NamedTuple):
    """One resource as the chart has it, and under an id that no other chart has."""

    original: Resource
    resource: Resource

    @property
    def address(self) -> str:
        """Its address on the server."""
        return f"{self.resource['resourceType']}/{self.resource['id']}"


def _entries(body: bytes) -> list[Resource]:
    """The entries of a Bundle; an array, NDJSON and a lone resource become such."""
    try:
        document = json.loads(body)
    except ValueError:
        try:
            document = [json.loads(line) for line in body.splitlines() if line.strip()]
        except ValueError:
            raise NotAChart("not JSON") from None
    if isinstance(document, dict) and document.get("resourceType") == "Bundle":
        entries = [each for each in document.get("entry", []) if isinstance(each, dict)]
    else:
        listed = document if isinstance(document, list) else [document]
        entries = [{"resource": each} for each in listed]
    found = [
        entry
        for entry in entries
        if isinstance(entry.get("resource"), dict)
        and isinstance(entry["resource"].get("resourceType"), str)
    ]
    if not any(entry["resource"]["resourceType"] in READ_TYPES for entry in found):
        raise NotAChart("no resource of a type the product reads")
    patients = [each["resource"] for each in found if each["resource"]["resourceType"] == "Patient"]
    if len(patients) > 1 and not any(each.get("id") for each in patients):
        raise NotAChart("several Patients without ids, which a server would tell apart")
    return found


def _renamed(entries: list[Resource]) -> list[_Entry]:
    """What is read under new ids, and every reference to anything in the chart changed along."""
    chart = next(_numbers)
    addresses: dict[str, str] = {}
    names: list[str] = []
    first: dict[str, Resource] = {}
    for number, entry in enumerate(entries):
        resource = entry["resource"]
        new = f"{resource['resourceType']}/c{chart}-{number}"
        old = f"{resource['resourceType']}/{resource['id']}" if resource.get("id") else new
        names.append(new if first.setdefault(old, resource) is resource else "")
        if first[old] != resource:
            raise NotAChart("two versions of one resource, of which a server holds the last")
        new = addresses.setdefault(old, new)
        addresses.setdefault(f"urn:uuid:{resource.get('id')}", new)
        addresses.setdefault(entry.get("fullUrl", old), new)
    return [
        _Entry(entry, {**_readdressed(entry["resource"], addresses), "id": name.split("/")[1]})
        for entry, name in zip(entries, names, strict=True)
        if name and entry["resource"]["resourceType"] in READ_TYPES
    ]


def _readdressed(node: Any, known: dict[str, str], element: str = "") -> Any:
    """References to the chart's new addresses.

    To what is not in the file: as an address, where it is a search or a UUID, which no server
    holds in a resource.
    """
    if isinstance(node, dict):
        return {
            key: _target(value, known, element)
            if key == "reference" and isinstance(value, str)
            else _readdressed(value, known, key)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_readdressed(each, known, element) for each in node]
    return node


def _target(reference: str, known: dict[str, str], element: str) -> str:
    if reference in known:
        return known[reference]
    kind, is_search, _ = reference.partition("?")
    if is_search:
        return f"{kind}/not-in-the-file"
    if reference.startswith("urn:uuid:"):
        return f"{_TARGETS.get(element, 'Practitioner')}/{reference[9:]}"
    return reference


def _load(hapi: Hapi, entries: list[_Entry]) -> dict[str, str]:
    """Put all; HAPI's words by the address of each that it does not take."""
    refused: dict[str, str] = {}
    for part in _parts(entries):
        try:
            hapi.transact(transaction([entry.resource for entry in part]))
        except Refused:
            # One it cannot read refuses them all.
            for entry in part:
                try:
                    hapi.put(entry.resource)
                except Refused as words:
                    refused[entry.address] = str(words)
    return refused


def _fetch(hapi: Hapi, addresses: list[str]) -> Iterator[Resource]:
    for part in _parts(addresses):
        reads = [{"request": {"method": "GET", "url": address}} for address in part]
        batch = {"resourceType": "Bundle", "type": "batch", "entry": reads}
        for entry in hapi.transact(batch)["entry"]:
            yield entry["resource"]


def _parts(whole: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(whole), _MOST_AT_ONCE):
        yield whole[start : start + _MOST_AT_ONCE]


def _bundle(entries: list[Resource]) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def said(body: bytes, guidance: Guidance) -> dict[str, Any]:
    """Findings without references, and the problems noted."""
    try:
        judged = judge(body, guidance, TODAY)
    except (NotFhirJson, BadRequest) as refusal:
        raise NotAChart(f"the product refuses it: {refusal}") from refusal
    findings = [_without_references(finding_json(each)) for each in judged.findings]
    return {"findings": findings, "notes": sorted(note.problem for note in judged.chart.notes)}


def _without_references(node: Any) -> Any:
    """The same without references, and without the order that they alone give facts of one day."""
    if isinstance(node, dict):
        kept = {key: value for key, value in node.items() if key != "reference"}
        told = {key: _without_references(value) for key, value in kept.items()}
        if "because" in told:
            told["because"].sort(key=str)
        return told
    return [_without_references(each) for each in node] if isinstance(node, list) else node
