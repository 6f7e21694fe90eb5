"""SMART scopes: what we ask for, and what a grant allows (v1 and v2 grammar)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from smartapp.registration import SmartTable

_CONTEXTS = ("patient", "user")
# SMART 2.2 "Scopes for requesting FHIR resources": letters of `cruds`, in this order.
_SCOPE = re.compile(
    r"(?P<context>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]+)"
    r"\.(?P<actions>read|write|\*|(?=.)c?r?u?d?s?)(?:\?(?P<only>[^\s]+))?"
)
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_WRITTEN = ("ServiceRequest", "FamilyMemberHistory", "DocumentReference", "Provenance")


class Scope(Struct, frozen=True):
    """One resource scope; `only` is the query that narrows it, empty when nothing does."""

    context: str
    resource_type: str
    actions: frozenset[str]
    only: str = ""

    def covers(self, resource_type: str, action: str) -> bool:
        """Whether it speaks of this action on this type, narrowed or not."""
        return self.resource_type in ("*", resource_type) and action in self.actions


def parse_scope(text: str) -> Scope | None:
    """A resource scope; None for any other scope and for what the grammar does not know."""
    found = _SCOPE.fullmatch(text)
    if found is None:
        return None
    actions = found["actions"]
    if found["only"] is not None and actions in _V1:
        return None
    letters = frozenset(_V1.get(actions, actions))
    return Scope(found["context"], found["type"], letters, found["only"] or "")


class Grants(Struct, frozen=True):
    """What a token allows: the union of its scopes."""

    scopes: tuple[Scope, ...]
    others: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Grants:
        """The grants of a scope string; what cannot be understood grants nothing."""
        parts = text.split()
        parsed = [parse_scope(part) for part in parts]
        kept = tuple(s for s in parsed if s is not None and s.context in _CONTEXTS)
        others = frozenset(p for p, s in zip(parts, parsed, strict=True) if s is None)
        return cls(kept, others)

    def allows(self, resource_type: str, action: str) -> bool:
        """Whether the action is allowed on at least some resources of the type."""
        return any(scope.covers(resource_type, action) for scope in self.scopes)

    def narrowed_to(self, resource_type: str, action: str) -> tuple[str, ...]:
        """The queries that narrow what is allowed; empty when nothing narrows it."""
        narrow = [s.only for s in self.scopes if s.covers(resource_type, action)]
        return () if "" in narrow else tuple(dict.fromkeys(narrow))

    @property
    def types(self) -> frozenset[str]:
        """The resource types that may be read in some way."""
        return frozenset(s.resource_type for s in self.scopes if s.actions & {"r", "s"})


def asked_scopes(smart: SmartTable, capabilities: Iterable[str], from_ehr: bool) -> tuple[str, ...]:
    """The scopes of one launch: as few as the pages need, in the syntax the EHR knows."""
    known = frozenset(capabilities)
    version = smart.scope_syntax
    if version == "auto":
        # SMART 2 servers must say permission-v2; those of before do not know it.
        version = "v2" if "permission-v2" in known else "v1"
    scopes = ["launch" if from_ehr else "launch/patient", "openid", "fhirUser"]
    if "permission-online" in known:
        scopes.append("online_access")
    for kind in smart.read_types:
        read = "r" if kind == "Patient" else "rs"
        scopes.append(f"patient/{kind}.{read if version == 'v2' else 'read'}")
    if smart.write:
        create = "c" if version == "v2" else "write"
        scopes += [f"patient/{kind}.{create}" for kind in _WRITTEN]
    return tuple(scopes)
