"""What is put aside while a chart is read: nothing is lost without a note."""

from __future__ import annotations

from itertools import chain
from typing import Any

from oncology.chart.copies import versions
from oncology.chart.hidden import sites_of
from oncology.chart.model import Hidden
from oncology.chart.parts.about import about, kinds_of, may_matter
from oncology.reading.elements import CodeableConcept, DomainResource
from oncology.reading.orders import DiagnosticReport
from oncology.reading.records import Note, Records
from oncology.terminology import Terminology

IN_ERROR = "status entered-in-error: not used"
VERSIONS = "came in different versions: which of them holds is not known, not used"


class Aside:
    """Notes on what is not used, and `hidden`: what of it could have carried a fact."""

    def __init__(self, records: Records, terminology: Terminology) -> None:
        self._records = records
        self._terminology = terminology
        self.hidden: list[Hidden] = []
        # References of resources that say they do not count: no other version of them does.
        self.refused: set[str] = set()
        # References of resources that came inside others.
        self._inside: dict[int, str] = {}

    def reference_to(self, resource: DomainResource) -> str:
        """Its reference; that of the resource around it with `#id` when it came inside one."""
        return self._inside.get(id(resource)) or self._records.reference_to(resource)

    def came_inside(self, resource: DomainResource, reference: str) -> None:
        """From now on this is its reference. The resource must live as long as this."""
        self._inside[id(resource)] = reference

    def note(self, reference: str, problem: str) -> None:
        """Say what is wrong with a resource."""
        self._records.notes.append(Note(reference, problem))

    def refuse(self, resource: DomainResource, problem: str) -> None:
        """Use nothing of a resource that says it does not count."""
        reference = self.reference_to(resource)
        self.note(reference, problem)
        self.refused.add(reference)

    def hide(self, resource: DomainResource, code: CodeableConcept | None, problem: str) -> None:
        """Use nothing of a resource that is not understood, and keep that it is there."""
        reference = self.reference_to(resource)
        self.note(reference, problem)
        holds = isinstance(resource, DiagnosticReport) and bool(resource.contained)
        self.set_aside(type(resource).__name__, reference, code, holds)

    def set_aside(
        self, kind: str, reference: str, code: CodeableConcept | None, holds_results: bool = True
    ) -> None:
        """Keep that it is there, and what it can be about; a report can hold results inside it."""
        sites = sites_of(code, self._terminology) if code and kind == "Condition" else None
        subjects = about(kind, code, self._terminology)
        self.hidden.append(Hidden(kind, reference, code, subjects, sites))
        if kind == "DiagnosticReport" and holds_results:
            self.hidden.append(Hidden("Observation", reference, None))

    def keep_unreadable(self) -> None:
        """Keep the unreadable resources that could have carried a fact."""
        for item in self._records.unreadable:
            for kind in kinds_of(item, self._terminology):
                if may_matter(kind, item.code, self._terminology):
                    self.set_aside(kind, item.reference, item.code, item.may_hold_others)

    def is_modified(self, resource: DomainResource, code: CodeableConcept | None) -> bool:
        """Modifier elements may turn a resource's meaning round: not understood, not used."""
        if not resource.is_modified:
            return False
        self.hide(resource, code, "carries a modifier element that is not understood: not used")
        return True

    def one_version(self, kind: str, *parts: list[Any]) -> None:
        """Use nothing of a resource that came in different versions, a refused one among them."""
        if not any(parts):
            return
        references = versions(kind, *parts)
        if self.refused:
            references |= {each.reference for each in chain(*parts)} & self.refused
        for reference in sorted(references):
            self.note(reference, VERSIONS)
            self.set_aside(kind, reference, None, holds_results=False)
        for found in parts if references else ():
            found[:] = [each for each in found if each.reference not in references]
