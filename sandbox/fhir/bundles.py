"""A page of a search as a Bundle, with what moods and faults do to it."""

from __future__ import annotations

from typing import Any

from sandbox.fhir.access import Access
from sandbox.fhir.matching import Resource
from sandbox.fhir.outcome import operation_outcome
from sandbox.fhir.paging import Pages, Results
from sandbox.smart.faulty import ELSEWHERE, SCRIPT
from sandbox.words import first

# Elements that hold words people wrote.
_WRITTEN = ("text", "display", "family", "title", "diagnostics", "valueString", "onsetString")


def bundle_of(access: Access, results: Results, pages: Pages, ignored: list[str]) -> Resource:
    """The searchset Bundle of one page; `ignored` are parameters the server does not know."""
    entries = [_entry(access, resource) for resource in results.page]
    entries += [_outcome(access, *said) for said in _remarks(access, results, ignored)]
    if "malformed" in access.conduct.faults:
        entries = [None, "not an entry", {"resource": {"id": "1"}}, *entries]  # type: ignore[list-item]
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset"}
    if access.conduct.mood.fhir.states_total:
        bundle["total"] = results.total
    bundle["link"] = _links(access, results, pages)
    return {**bundle, "entry": entries} if entries else bundle


def dressed(access: Access, resource: Resource) -> Resource:
    """A resource as this EHR shows it."""
    if not access.conduct.mood.fhir.keeps_last_updated:
        meta = {n: each for n, each in first(resource.get("meta")).items() if n != "lastUpdated"}
        resource = {**resource, "meta": meta}
    if "scripts" in access.conduct.faults:
        resource = _with_scripts(resource)
    return resource


def _entry(access: Access, resource: Resource) -> dict[str, Any]:
    return {
        "fullUrl": f"{access.base}/{resource.get('resourceType')}/{resource.get('id')}",
        "resource": dressed(access, resource),
        "search": {"mode": "match"},
    }


def _remarks(
    access: Access, results: Results, ignored: list[str]
) -> list[tuple[str, str, str, str]]:
    """Severity, code, words and number of what the server says beside the results."""
    said = []
    if ignored:
        words = f"These parameters are not supported and were ignored: {', '.join(ignored)}."
        said.append(("warning", "not-supported", words, "4122"))
    if not results.total and access.conduct.mood.fhir.empty_is_outcome:
        said.append(("warning", "processing", "Resource request returns no results.", "4101"))
    if "outcome-entries" in access.conduct.faults:
        words = "Additional data may be present for this patient."
        said.append(("warning", "suppressed", words, "4119"))
    return said


def _outcome(access: Access, severity: str, code: str, words: str, number: str) -> dict[str, Any]:
    named = number if access.conduct.mood.fhir.numbers else ""
    outcome = operation_outcome(severity, code, words, named)
    return {"resource": outcome, "search": {"mode": "outcome"}}


def _links(access: Access, results: Results, pages: Pages) -> list[dict[str, str]]:
    faults, links = access.conduct.faults, [{"relation": "self", "url": results.self_link}]
    following = results if "endless" in faults else results.following
    parameter = access.conduct.mood.fhir.paging_parameter
    if "hostile-next" in faults:
        address = f"{ELSEWHERE}/fhir/{results.kind}?{parameter}=1"
        return [*links, {"relation": "next", "url": address}]
    if following:
        address = f"{access.base}/{results.kind}?{parameter}={pages.put(following)}"
        links.append({"relation": "next", "url": address})
    return links


def _with_scripts(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_scripts(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_scripts(each, name) for each in value]
    return f"{value} {SCRIPT}" if isinstance(value, str) and name in (*_WRITTEN, "given") else value
