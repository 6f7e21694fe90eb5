"""Records: everything received about a patient, sorted by type, with what could not be read."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import Any, TypeVar

from msgspec import Struct, field

from oncology.reading.bundle import Bundle, OperationOutcome
from oncology.reading.elements import CodeableConcept, DomainResource, Element, bare_reference

R = TypeVar("R", bound=Element)


class Reach(Enum):
    """Whether the resources of a type could be had."""

    READ = "read"
    LACKING = "lacking"
    NOT_ASKED = "not asked"


class Note(Struct, frozen=True):
    """Something about the data that a reader of the result must know. No patient data in it."""

    reference: str
    problem: str


class Unreadable(Struct, frozen=True):
    """A resource that is there but could not be read; `code` is what could be saved of it.

    `may_hold_others`: resources may be contained in it.
    """

    resource_type: str
    reference: str
    code: CodeableConcept | None = None
    may_hold_others: bool = True


class Records(Struct):
    """Resources by type, in the order received.

    `reach` names the types that could not be had; a type it does not name was read, and is
    empty when no resource of it occurs.
    """

    by_type: defaultdict[type, list[Any]] = field(default_factory=lambda: defaultdict(list))
    bundles: list[Bundle] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    reach: dict[str, Reach] = field(default_factory=dict)
    _by_url: dict[str, Any] | None = None

    def add_bundle(self, bundle: Bundle) -> None:
        """Sort the bundle's entries in, bundles inside it too.

        Search results hold one type, so they are taken over whole: this runs for every
        resource of every call.
        """
        self.bundles.append(bundle)
        resources = [entry.resource for entry in bundle.entry]
        kinds = set(map(type, resources))
        if len(kinds) == 1 and Bundle not in kinds:
            self.by_type[kinds.pop()] += resources
            return
        for resource in resources:
            if type(resource) is Bundle:
                self.add_bundle(resource)
            else:
                self.by_type[type(resource)].append(resource)

    def add(self, resource: Any) -> None:
        """Sort one resource in; a Bundle is opened."""
        if type(resource) is Bundle:
            self.add_bundle(resource)
        else:
            self.by_type[type(resource)].append(resource)

    def all(self, kind: type[R]) -> list[R]:
        """The resources of one type."""
        return self.by_type.get(kind, [])

    def reference_to(self, resource: DomainResource | OperationOutcome) -> str:
        """`Type/id`, the entry's fullUrl when there is no id, else the type alone."""
        if resource.id:
            return _named(resource)
        return self.full_url(resource) or type(resource).__name__

    def local(self, reference: str) -> str:
        """A reference as `reference_to` writes it: relative, without a version."""
        if not reference.startswith(("http", "urn:")):
            return bare_reference(reference)
        if self._by_url is None:
            self._by_url = {
                entry.full_url: entry.resource
                for bundle in self.bundles
                for entry in bundle.entry
                if entry.full_url
            }
        url = reference.split("/_history/", 1)[0]
        resource = self._by_url.get(url)
        if isinstance(resource, DomainResource):
            return _named(resource) if resource.id else url
        return bare_reference(reference)

    def full_url(self, resource: object) -> str | None:
        """The fullUrl of the entry a resource came in."""
        for bundle in self.bundles:
            for entry in bundle.entry:
                if entry.resource is resource:
                    return entry.full_url
        return None


def _named(resource: DomainResource | OperationOutcome) -> str:
    return f"{type(resource).__name__}/{resource.id}"
