"""What a FHIR server says it can do: types, search parameters, creating."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Capability(Struct, frozen=True):
    """The resource types of a CapabilityStatement; `types` None: it could not be had."""

    types: dict[str, frozenset[str]] | None = None
    creates: frozenset[str] = frozenset()

    def has(self, resource_type: str) -> bool:
        """Whether the type is there, as far as is known."""
        return self.types is None or resource_type in self.types

    def knows(self, resource_type: str, parameter: str) -> bool:
        """Whether a type can be searched by a parameter. A list without `patient` tells nothing."""
        listed = (self.types or {}).get(resource_type, frozenset())
        return "patient" not in listed or parameter in listed


def read_capability(statement: Any) -> Capability:
    """The capability of a CapabilityStatement; nothing is known of what is none."""
    if not isinstance(statement, dict) or statement.get("resourceType") != "CapabilityStatement":
        return Capability()
    types: dict[str, frozenset[str]] = {}
    creates = set()
    for rest in _items(statement, "rest"):
        for resource in _items(rest, "resource"):
            kind = resource.get("type")
            if not isinstance(kind, str):
                continue
            types[kind] = _names(resource, "searchParam", "name")
            if "create" in _names(resource, "interaction", "code"):
                creates.add(kind)
    return Capability(types or None, frozenset(creates))


def _names(resource: dict[str, Any], list_name: str, name: str) -> frozenset[str]:
    named = (item.get(name) for item in _items(resource, list_name))
    return frozenset(each for each in named if isinstance(each, str))


def _items(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
