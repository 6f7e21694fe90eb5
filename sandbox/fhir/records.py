"""Every resource of every chart, as one EHR's FHIR server holds them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from sandbox.fhir.matching import Resource
from sandbox.words import text

_MOST_CREATED = 2000


class Records:
    """The charts as loaded, and what was created since. Safe for several threads."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._lock = Lock()
        self._by_type: dict[str, list[Resource]] = {}
        self._created = 0
        for resource in resources:
            self._by_type.setdefault(text(resource.get("resourceType")), []).append(resource)

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a type, in the order of the charts."""
        with self._lock:
            return tuple(self._by_type.get(kind, ()))

    def find(self, kind: str, identifier: str) -> Resource | None:
        """One resource by type and id."""
        return next((each for each in self.of(kind) if each.get("id") == identifier), None)

    def add(self, resource: Resource) -> bool:
        """Keep a new resource; False when this sandbox holds as many as it can."""
        with self._lock:
            if self._created >= _MOST_CREATED:
                return False
            self._created += 1
            self._by_type.setdefault(text(resource.get("resourceType")), []).append(resource)
            return True
