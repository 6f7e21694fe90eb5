"""The guidance in use: all artifacts and the terminology they are judged with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from oncology.findings import Orderable
from oncology.guidance.artifact import KINDS, Artifact, CriterionName
from oncology.guidance.criteria import NotAssessed
from oncology.terminology import ONLY_ORDERED, ObservationConcept, OrderConcept, Terminology


class SiteCode(Protocol):
    """A site's code for one of our orders."""

    @property
    def system(self) -> str:
        """Its code system, as the site writes it."""
        ...

    @property
    def code(self) -> str:
        """The code."""
        ...


class Guidance(Struct, frozen=True, dict=True):
    """Artifacts by id, in the order of their folders, and the release they belong to."""

    version: str
    artifacts: dict[str, Artifact]
    terminology: Terminology
    # The published criteria that artifacts judge, by id.
    criteria: dict[str, CriterionName] = {}
    # What cards may offer to order, by name.
    orders: dict[str, Orderable] = {}
    # Criteria and tools that are not judged, by id.
    not_assessed: dict[str, NotAssessed] = {}

    @cached_property
    def _order(self) -> dict[str, int]:
        return {identifier: place for place, identifier in enumerate(self.artifacts)}

    @cached_property
    def _by_kind_and_cancer(self) -> dict[tuple[str, str], list[Artifact]]:
        found: dict[tuple[str, str], list[Artifact]] = {}
        for artifact in self.of_kinds(None):
            for cancer in artifact.on_file or {artifact.cancer, artifact.site or artifact.cancer}:
                found.setdefault((artifact.kind, cancer), []).append(artifact)
        return found

    def terminology_for(self, codes: Mapping[str, SiteCode]) -> Terminology:
        """The terminology that knows a site's own codes of what cards offer to order.

        `codes` by the order's name, as the site maps it.
        """
        known = {
            (each.system, each.code): concept
            for name, each in codes.items()
            if (concept := self._ordered(name)) is not None
        }
        return replace(self.terminology, site_orders=known) if known else self.terminology

    def _ordered(self, name: str) -> OrderConcept | ObservationConcept | None:
        """What an order of this name is of; None when no row offers it."""
        order = self.orders.get(name)
        if order is not None and order.means:
            return OrderConcept("", "", "", order.means)
        rows = [
            row
            for artifact in self.artifacts.values()
            for row in artifact.rows
            if name in row.offers
        ]
        if not rows:
            return None
        named = (row.genes.get(each, (each,)) for row in rows for each in row.biomarkers)
        return ObservationConcept(
            code="",
            system="",
            display="",
            reads=ONLY_ORDERED,
            biomarkers=tuple(dict.fromkeys(chain.from_iterable(named))),
            sees=frozenset().union(*(row.sees for row in rows)),
            origin=rows[0].origin,
            cancer="",
        )

    def biomarkers_of(self, cancers: set[str]) -> frozenset[str]:
        """The tumour genes and markers that evidence lists of these cancers ask for."""
        if not cancers:
            return frozenset()
        return frozenset(
            gene
            for artifact in self.about(frozenset({"biomarker-testing"}), cancers)
            if artifact.cancer in cancers
            for row in artifact.active_rows
            if row.origin == "somatic"
            for name in row.biomarkers
            for gene in row.genes.get(name, (name,))
        )

    def about(self, kinds: frozenset[str] | None, cancers: set[str]) -> list[Artifact]:
        """The active artifacts of these kinds that are about one of `cancers`, or about none.

        An artifact with `on_file` is among them when one of its words is among `cancers`.

        Looked up, not looped over: what a chart costs does not grow with the guidance.
        """
        index = self._by_kind_and_cancer
        found = {
            artifact.id: artifact
            for kind in (kinds or KINDS)
            for cancer in (*cancers, "")
            for artifact in index.get((kind, cancer), ())
        }
        return sorted(found.values(), key=lambda artifact: self._order[artifact.id])

    def of_kinds(self, kinds: frozenset[str] | None) -> list[Artifact]:
        """The active artifacts of these kinds; all of them without `kinds`."""
        return [
            artifact
            for artifact in self.artifacts.values()
            if artifact.status == "active" and (kinds is None or artifact.kind in kinds)
        ]
