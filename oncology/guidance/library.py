"""The guidance in use: all artifacts and the terminology they are judged with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from oncology.guidance.artifact import KINDS, Artifact, CriterionName
from oncology.terminology import OrderConcept, Terminology


class Guidance(Struct, frozen=True, dict=True):
    """Artifacts by id, in the order of their folders, and the release they belong to."""

    version: str
    artifacts: dict[str, Artifact]
    terminology: Terminology
    # The published criteria that artifacts judge, by id.
    criteria: dict[str, CriterionName] = {}

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

    def terminology_for(self, codes: Mapping[str, tuple[str, str]]) -> Terminology:
        """The terminology that knows a site's own codes of what cards offer to order.

        `codes`: system and code by the order's name, as the site maps it.
        """
        if not codes:
            return self.terminology
        artifacts = self.artifacts.values()
        rows = [row for artifact in artifacts for row in artifact.rows]
        offered = chain(
            (row.order for row in rows),
            (row.order_if_equivocal for row in rows),
            (artifact.order for artifact in artifacts),
        )
        means = {order.id: order.means for order in offered if order is not None}
        site_orders = {
            (system, code): OrderConcept(code, system, "", means[name])
            for name, (system, code) in codes.items()
            if name in means
        }
        return replace(self.terminology, site_orders=site_orders)

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
