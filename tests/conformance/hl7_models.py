"""HL7's logical models as a judge: walks a document along the StructureDefinitions.

Cardinality, types, closed values, names, empty values, and the twelve invariants. Resources inside
are judged by the R4 models of fhir.resources, Bundles also by what the Java validator asks of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from tests.conformance.ballot import (
    CONTEXTS,
    ELEMENTS,
    INVARIANTS,
    OBJECT,
    ONLY_3,
    Element,
    JsonObject,
)

HL7 = Path(__file__).parent / "hl7"
_TOOLS = "http://hl7.org/fhir/tools/StructureDefinition/"
_KEYED = f"{_TOOLS}json-property-key"
_JSON_NAME = f"{_TOOLS}json-name"
_CONTEXT = f"{_TOOLS}CDSHookContext"
_CODE = r"[^\s]+( [^\s]+)*"
_PATTERNS = {
    "string": r"[\s\S]*\S[\s\S]*",
    "markdown": r"[\s\S]*\S[\s\S]*",
    "code": _CODE,
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "url": r"[a-z][a-z0-9+.\-]*:\S+",
    "reference": r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}",
    "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+\-]\d\d:\d\d)",
}


@cache
def elements() -> dict[str, Element]:
    """Every element of the models by path: those on file, with the ballot's changes."""
    found: dict[str, Element] = {}
    for path in sorted((HL7 / "models").glob("*.json")):
        for entry in json.loads(path.read_bytes())["differential"]["element"]:
            if "min" in entry and "type" in entry:
                found[entry["path"]] = _element(entry)
    return found | ELEMENTS


def _element(entry: JsonObject) -> Element:
    extensions = {each["url"]: each for each in entry.get("extension", ())}
    code = entry["type"][0]["code"]
    if _KEYED in extensions:
        code = "keyed"
    elif code == _CONTEXT:
        code = "context"
    elif code.startswith(_TOOLS):
        code = OBJECT
    name = extensions.get(_JSON_NAME, {}).get("valueString", "")
    return Element(entry["min"], entry["max"], code, json_name=name)


def judged(model: str, document: Any, strict_2: bool = False) -> list[str]:
    """What is wrong with a document, as `error|warning path: what`; none means it conforms.

    `strict_2`: what only CDS Hooks 3 has is an error too.
    """
    if not isinstance(document, dict):
        return [f"error {model}: not an object"]
    if not document:
        return [f"error {model}: an object must have some content"]
    return list(_object(model, document, document, strict_2))


def _object(path: str, value: JsonObject, root: JsonObject, strict_2: bool) -> Iterator[str]:
    known = _children(path)
    if "extension" in value and not isinstance(value["extension"], dict):
        yield f"error {path}.extension: not an object"
    for name in value.keys() - known.keys() - {"extension"}:
        yield f"error {path}: unrecognized property {name}"
    for name, (child, element) in known.items():
        if name not in value:
            if element.least:
                yield f"error {child}: minimum required = {element.least}, but none found"
            continue
        if strict_2 and child in ONLY_3:
            yield f"error {child}: only in CDS Hooks 3"
        yield from _values(child, element, value[name], (root, strict_2))
    for invariant in INVARIANTS:
        if invariant.path == path and not invariant.holds(value):
            yield f"{'error' if invariant.is_error else 'warning'} {path}: {invariant.key}"


def _children(path: str) -> dict[str, tuple[str, Element]]:
    prefix = f"{path}."
    return {
        element.json_name or child.removeprefix(prefix): (child, element)
        for child, element in elements().items()
        if child.startswith(prefix) and "." not in child.removeprefix(prefix)
    }


def _values(path: str, element: Element, value: Any, of: tuple[JsonObject, bool]) -> Iterator[str]:
    if element.most == "1" or element.type == "keyed":
        yield from _value(path, element, value, of)
    elif not isinstance(value, list):
        yield f"error {path}: not an array"
    elif not value and path not in ("CDSHooksResponse.cards", "CDSHooksServices.services"):
        yield f"error {path}: an empty array"
    else:
        for number, each in enumerate(value):
            for told in _value(path, element, each, of):
                yield f"{told} [{number}]"


def _value(path: str, element: Element, value: Any, of: tuple[JsonObject, bool]) -> Iterator[str]:
    match element.type:
        case "object" if isinstance(value, dict):
            if not value:
                yield f"error {path}: an object must have some content"
            yield from _object(path, value, *of)
        case "context" if isinstance(value, dict):
            yield from _context(path, value, of)
        case "keyed" if isinstance(value, dict):
            yield from _keyed(path, value)
        case "Coding" if isinstance(value, dict):
            yield from _coding(path, value)
        case "Resource":
            yield from _resource(path, value)
        case "boolean" | "integer":
            if type(value) is not {"boolean": bool, "integer": int}[element.type]:
                yield f"error {path}: not a {element.type}"
        case _:
            yield from _primitive(path, element, value)


def _primitive(path: str, element: Element, value: Any) -> Iterator[str]:
    pattern = _PATTERNS.get(element.type)
    if pattern is None or not isinstance(value, str) or not re.fullmatch(pattern, value):
        yield f"error {path}: not a {element.type}"
    elif element.values and value not in element.values:
        yield f"error {path}: {value!r} is not one of {', '.join(element.values)}"
    elif path == "CDSHooksResponse.cards.summary" and len(value) >= 140:
        # In the text of the standard alone: the models have no length.
        yield f"error {path}: not under 140 characters"


def _coding(path: str, value: JsonObject) -> Iterator[str]:
    for name in ("system", "code", "display"):
        if name in value:
            kind = {"system": "url", "code": "code", "display": "string"}[name]
            yield from _primitive(f"{path}.{name}", Element(0, "1", kind), value[name])
    for invariant in INVARIANTS:
        if invariant.path == path and not invariant.holds(value):
            yield f"error {path}: {invariant.key}"


def _context(path: str, value: JsonObject, of: tuple[JsonObject, bool]) -> Iterator[str]:
    """The context of the request's hook; of a hook that is not listed anything is taken."""
    for name, element in CONTEXTS.get(of[0].get("hook", ""), {}).items():
        if name in value:
            yield from _values(f"{path}.{name}", element, value[name], of)
        elif element.least:
            yield f"error {path}.{name}: minimum required = {element.least}, but none found"


def _keyed(path: str, value: JsonObject) -> Iterator[str]:
    wanted = elements()[f"{path}.value"]
    for key, each in value.items():
        yield from _primitive(f"{path}.key", Element(1, "1", "code"), key)
        if wanted.type == "string":
            yield from _primitive(f"{path}.value", wanted, each)
        elif each is not None:
            yield from _resource(f"{path}.value", each)


def _resource(path: str, value: Any) -> Iterator[str]:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if not kind:
        yield f"error {path}: unable to find resourceType property"
        return
    try:
        get_fhir_model_class(kind).model_validate_json(json.dumps(value))
    except (ValidationError, KeyError, LookupError) as fault:
        places = (
            [".".join(map(str, each["loc"])) for each in fault.errors()]
            if isinstance(fault, ValidationError)
            else [str(fault)]
        )
        yield f"error {path}: not a valid {kind}: {', '.join(places)}"
    if path.endswith("actions.resource") and "id" not in value:
        # FHIR lets a resource to be created go without an id; HL7's validator does not.
        yield f"error {path}: resource requires an id"
    if kind == "Bundle" and value.get("type") not in ("transaction", "batch"):
        for entry in value.get("entry", ()):
            if "fullUrl" not in entry and path.endswith("draftOrders"):
                yield f"error {path}: Bundle entry missing fullUrl"
