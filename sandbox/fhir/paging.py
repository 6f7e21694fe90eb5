"""Pages of a search, and the opaque links from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

from sandbox.fhir.access import Access
from sandbox.fhir.matching import Resource
from sandbox.fhir.outcome import Refused
from sandbox.smart.ledger import Shelf


@dataclass(frozen=True)
class Results:
    """What a search found, from a place on."""

    kind: str
    found: tuple[Resource, ...]
    start: int
    count: int
    self_link: str
    family: str

    @property
    def page(self) -> tuple[Resource, ...]:
        """The resources of this page."""
        return self.found[self.start : self.start + self.count]

    @property
    def following(self) -> Results | None:
        """The next page; None after the last."""
        start = self.start + self.count
        if start >= len(self.found):
            return None
        return Results(self.kind, self.found, start, self.count, self.self_link, self.family)


class Pages:
    """The pages still to come, each under a name nobody can guess or make."""

    def __init__(self) -> None:
        self._waiting: Shelf[Results] = Shelf()

    def link(self, results: Results, access: Access) -> str:
        """The address of a page."""
        name = token_urlsafe(24)
        self._waiting.put(name, results)
        parameter = access.conduct.mood.fhir.paging_parameter
        return f"{access.base}/{results.kind}?{parameter}={name}"

    def find(self, name: str, access: Access) -> Results:
        """The page of a name. Raises Refused when it is unknown or another's."""
        results = self._waiting.get(name)
        if results is None or results.family != access.grant.family:
            raise Refused(410, "not-found", "The paging session has expired.", number="4113")
        return results
