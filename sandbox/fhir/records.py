"""Every resource of every chart, as one EHR's FHIR server holds them."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from sandbox.fhir.matching import Resource
from sandbox.words import text

_MOST_FILED = 2000


class Records:
    """The charts as loaded, and what was filed since. Safe for several threads."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._lock = Lock()
        self._loaded: dict[str, list[Resource]] = {}
        self._filed: list[Resource] = []
        for resource in resources:
            self._loaded.setdefault(text(resource.get("resourceType")), []).append(resource)

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a type, in the order of the charts, then of filing."""
        filed = (each for each in self.filed if each.get("resourceType") == kind)
        return (*self._loaded.get(kind, ()), *filed)

    @property
    def filed(self) -> tuple[Resource, ...]:
        """What was filed since the start, oldest first."""
        with self._lock:
            return tuple(self._filed)

    def find(self, kind: str, identifier: str) -> Resource | None:
        """One resource by type and id."""
        return next((each for each in self.of(kind) if each.get("id") == identifier), None)

    def file(self, resource: Resource) -> bool:
        """Keep a new resource; False when this sandbox holds as many as it can."""
        with self._lock:
            if len(self._filed) >= _MOST_FILED:
                return False
            self._filed.append(resource)
            return True

    def replace(self, old: Resource, new: Resource) -> None:
        """Put a new version in the place of a resource that was filed."""
        with self._lock:
            self._filed = [new if each is old else each for each in self._filed]
