"""FHIR R4 read and search over the charts: pure, no HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from sandbox.words import codings, text

Params = list[tuple[str, str]]

# Search parameters by resource type: the name, and the element it looks at.
_COMMON = {"status": "status"}
SEARCH_PARAMETERS: dict[str, dict[str, str]] = {
    "Condition": {
        "category": "category",
        "clinical-status": "clinicalStatus",
        "code": "code",
        "verification-status": "verificationStatus",
    },
    "DiagnosticReport": {"category": "category", "code": "code", **_COMMON},
    "DocumentReference": {"category": "category", "type": "type", **_COMMON},
    "Encounter": {**_COMMON},
    "FamilyMemberHistory": {"relationship": "relationship", **_COMMON},
    "MedicationAdministration": {"code": "medicationCodeableConcept", **_COMMON},
    "MedicationRequest": {
        "category": "category",
        "code": "medicationCodeableConcept",
        "intent": "intent",
        **_COMMON,
    },
    "MedicationStatement": {"code": "medicationCodeableConcept", **_COMMON},
    "Observation": {"category": "category", "code": "code", **_COMMON},
    "Patient": {},
    "Procedure": {"category": "category", "code": "code", **_COMMON},
    "ServiceRequest": {"category": "category", "code": "code", "intent": "intent", **_COMMON},
    "Specimen": {"type": "type", **_COMMON},
}
_CONTROLS = ("_count", "page")
_DEFAULT_COUNT = 100
_MOST = 500


class Refused(Exception):
    """A request this FHIR server does not answer; carries status, issue type and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        self.words = words

    @property
    def outcome(self) -> dict[str, Any]:
        """The refusal as an OperationOutcome."""
        return operation_outcome("error", self.code, self.words)


def operation_outcome(severity: str, code: str, words: str) -> dict[str, Any]:
    """An OperationOutcome with one issue."""
    issue = {"severity": severity, "code": code, "diagnostics": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


class Records:
    """Every resource of every chart, as one EHR's FHIR server holds them."""

    def __init__(self, resources: Iterable[dict[str, Any]]) -> None:
        self._by_type: dict[str, list[dict[str, Any]]] = {}
        for resource in resources:
            self._by_type.setdefault(text(resource.get("resourceType")), []).append(resource)

    def read(self, kind: str, identifier: str) -> dict[str, Any]:
        """One resource by type and id. Raises Refused when there is none."""
        _check_type(kind)
        for resource in self._by_type.get(kind, []):
            if resource.get("id") == identifier:
                return resource
        raise Refused(404, "not-found", f"There is no {kind} of this id.")

    def search(self, kind: str, params: Params, base: str) -> dict[str, Any]:
        """A searchset Bundle of one patient's resources, a page of it when there are many.

        Parameters this server does not know are ignored and named in an OperationOutcome entry.
        Raises Refused for a search that names no patient or cannot be understood.
        """
        _check_type(kind)
        patients = [_patient_id(value) for name, value in params if name in _patient_names(kind)]
        if not patients:
            raise Refused(400, "required", f"A search of {kind} needs the parameter patient.")
        tests = [(name, value) for name, value in params if name in SEARCH_PARAMETERS[kind]]
        found = [
            each
            for each in self._by_type.get(kind, [])
            if all(_belongs_to(each, patient) for patient in patients)
            and all(_matches(each, SEARCH_PARAMETERS[kind][name], value) for name, value in tests)
        ]
        return _page(kind, params, found, base)

    def answer(self, query: str, base: str) -> dict[str, Any]:
        """What a prefetch query (`Patient/1`, `Condition?patient=1&…`) brings."""
        path, _, rest = query.partition("?")
        kind, _, identifier = path.partition("/")
        if identifier:
            return self.read(kind, unquote(identifier))
        return self.search(kind, parse_qsl(rest, keep_blank_values=True), base)


def _check_type(kind: str) -> None:
    if kind not in SEARCH_PARAMETERS:
        raise Refused(404, "not-supported", "This server does not hold this type of resource.")


def _patient_names(kind: str) -> tuple[str, ...]:
    return ("_id",) if kind == "Patient" else ("patient", "subject")


def _patient_id(value: str) -> str:
    return value.rpartition("/")[2]


def _belongs_to(resource: dict[str, Any], patient: str) -> bool:
    if resource.get("resourceType") == "Patient":
        return resource.get("id") == patient
    for element in ("subject", "patient"):
        reference = resource.get(element)
        if isinstance(reference, dict):
            return f"/{text(reference.get('reference'))}".endswith(f"/Patient/{patient}")
    return False


def _matches(resource: dict[str, Any], element: str, wanted: str) -> bool:
    """Whether an element has one of the tokens: `code`, `system|code`, `|code`, `system|`."""
    value = resource.get(element)
    held = [("", value)] if isinstance(value, str) else _tokens(value)
    return any(_is_token(token, held) for token in re.split(r"(?<!\\),", wanted))


def _tokens(concept: Any) -> list[tuple[str, str]]:
    return [(text(each.get("system")), text(each.get("code"))) for each in codings(concept)]


def _is_token(wanted: str, held: list[tuple[str, str]]) -> bool:
    system, bar, code = wanted.rpartition("|")
    if not bar:
        return any(code == held_code for _, held_code in held)
    return any(system == held_system and code in ("", held_code) for held_system, held_code in held)


def _page(kind: str, params: Params, found: list[dict[str, Any]], base: str) -> dict[str, Any]:
    known = (*SEARCH_PARAMETERS[kind], *_patient_names(kind))
    used = [(name, value) for name, value in params if name in known]
    count, number = _whole(params, "_count", _DEFAULT_COUNT), _whole(params, "page", 1)
    start = (number - 1) * count
    entries: list[dict[str, Any]] = [
        {
            "fullUrl": f"{base}/{kind}/{resource.get('id')}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in found[start : start + count]
    ]
    ignored = sorted({name for name, _ in params if name not in (*known, *_CONTROLS)})
    if ignored:
        words = f"These parameters are not supported and were ignored: {', '.join(ignored)}."
        outcome = operation_outcome("information", "not-supported", words)
        entries.append({"resource": outcome, "search": {"mode": "outcome"}})
    controls = [("_count", str(count))] if any(name == "_count" for name, _ in params) else []
    links = [{"relation": "self", "url": _url(base, kind, used, controls, number)}]
    if start + count < len(found):
        links.append({"relation": "next", "url": _url(base, kind, used, controls, number + 1)})
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(found), "link": links}
    return {**bundle, "entry": entries} if entries else bundle


def _whole(params: Params, name: str, default: int) -> int:
    given = [value for key, value in params if key == name]
    if not given:
        return default
    if not given[-1].isdecimal() or not 1 <= int(given[-1]) <= _MOST:
        raise Refused(400, "value", f"{name} is not a number from 1 to {_MOST}.")
    return int(given[-1])


def _url(base: str, kind: str, used: Params, controls: Params, number: int) -> str:
    pages = [("page", str(number))] if number > 1 else []
    return f"{base}/{kind}?{urlencode([*used, *controls, *pages], safe=':/|,')}"


def capability_statement(base: str) -> dict[str, Any]:
    """What this server can do, as FHIR R4 wants it said."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "implementation": {"description": "Sandbox EHR with synthetic patients", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [{"mode": "server", "resource": [_capability(kind) for kind in SEARCH_PARAMETERS]}],
    }


def _capability(kind: str) -> dict[str, Any]:
    named = [{"name": name, "type": "token"} for name in SEARCH_PARAMETERS[kind]]
    if kind == "Patient":
        who = [{"name": "_id", "type": "token"}]
    else:
        who = [{"name": "patient", "type": "reference"}]
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": who + named,
    }
