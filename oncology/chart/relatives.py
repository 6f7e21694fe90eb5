"""Genetic results of relatives: Observations that a FamilyMemberHistory names as the relative's.

They are never the patient's own, whatever their subject says: FHIR lets an Observation be of
the patient alone, so senders write a relative's with the patient as its subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from oncology.chart.answers import words_of
from oncology.chart.genes import has_unclear_gene
from oncology.chart.model import Outcome, Result
from oncology.chart.results import is_result, read_result
from oncology.reading.bundle import RESOURCE_DECODER
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport
from oncology.reading.records import Note, Records
from oncology.terminology import Terminology

R = TypeVar("R", Observation, DiagnosticReport)
# http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-observation
_LINK = "family-member-history-genetics-observation"
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NOT_THERE = "genetic result that did not come with the record"
_NOT_CLEAR = "genetic result that is not understood"
_IN_ERROR = "entered-in-error"
_FOCUS = attrgetter("focus")
_PEOPLE = ("FamilyMemberHistory", "RelatedPerson", "Patient")


class RelativesResults:
    """The Observations of relatives, taken out of what is the patient's; used once a chart."""

    def __init__(self, records: Records, terminology: Terminology) -> None:
        self._records = records
        self._terminology = terminology
        self._observations: dict[str, list[Observation]] = {}
        self._reports: dict[str, list[DiagnosticReport]] = {}
        members = [each for each in records.all(FamilyMemberHistory) if each.status != _IN_ERROR]
        linked = {records.local(name) for each in members for name in links_of(each)}
        self._focused = self._by_focus()
        linked.update(*self._focused.values())
        if linked:
            # A report is no Observation, but senders link it: its results are the relative's.
            self._reports = self._take(DiagnosticReport, linked)
            listed = {name for each in self._reports for name in self._results_of(each)}
            self._observations = self._take(Observation, linked | listed)

    def _by_focus(self) -> dict[str, list[str]]:
        """Whom Observations of somebody else are of, by their focus: FHIR's "what it is about, when
        this is not the subject". Of one who is no relative on record nothing is used."""
        found: dict[str, list[str]] = {}
        # Hardly any has one: looked at first, and quickly.
        for observation in filter(_FOCUS, self._records.all(Observation)):
            for whom in observation.focus:
                name = self._records.local(whom.reference or "")
                if name.partition("/")[0] in _PEOPLE and name != self._subject(observation):
                    reference = self._records.reference_to(observation)
                    found.setdefault(name, []).append(reference)
                    self._records.notes.append(Note(reference, "is about another person"))
        return found

    def _subject(self, observation: Observation) -> str:
        subject = observation.subject
        return self._records.local(subject.reference or "") if subject else ""

    def _take(self, kind: type[R], linked: set[str]) -> dict[str, list[R]]:
        taken: dict[str, list[R]] = {}
        kept: list[R] = []
        for resource in self._records.all(kind):
            reference = self._records.reference_to(resource)
            (taken.setdefault(reference, []) if reference in linked else kept).append(resource)
        if taken:
            self._records.by_type[kind] = kept
        return taken

    def _results_of(self, report: str) -> list[str]:
        return [
            self._records.local(item.reference)
            for each in self._reports.get(report, ())
            for item in each.result
            if item.reference
        ]

    def of(self, member: FamilyMemberHistory) -> tuple[Result, ...]:
        """The results of one relative; one that cannot be found or told is of no gene."""
        found: list[Result] = []
        focused = self._focused.get(self._records.reference_to(member), ())
        for name in dict.fromkeys((*links_of(member), *focused)):
            found += self._inside(member, name[1:]) if name[0] == "#" else self._beside(name)
        return tuple(found)

    def _inside(self, member: FamilyMemberHistory, identifier: str) -> list[Result]:
        owner = self._records.reference_to(member)
        for raw in member.contained:
            try:
                resource: Any = RESOURCE_DECODER.decode(raw)
            except _ERRORS:
                continue
            if isinstance(resource, Observation) and resource.id == identifier:
                return self._read([resource], f"{owner}#{identifier}")
        return [_unknown(owner, _NOT_THERE)]

    def _beside(self, name: str) -> list[Result]:
        reference = self._records.local(name)
        named = [reference, *self._results_of(reference)]
        found: list[Result] = []
        is_there = False
        for each in named:
            sent = self._observations.get(each, [])
            found += self._read(sent, each) if sent else []
            is_there = is_there or bool(sent)
        return found if is_there else [_unknown(reference, _NOT_THERE)]

    def _read(self, observations: Iterable[Observation], reference: str) -> list[Result]:
        first, *others = observations
        if first.status == _IN_ERROR:
            return []
        if others and any(each != first for each in others):
            return [_unknown(reference, _NOT_CLEAR)]
        terminology, code = self._terminology, first.code
        concept = code and (terminology.observation(code) or terminology.named_test(words_of(code)))
        # Ancestry and whatever else may be observed of a relative is no result of a test.
        if not concept or not is_result(concept):
            return []
        if first.is_modified or has_unclear_gene(first, terminology):
            return [_unknown(reference, _NOT_CLEAR)]
        return read_result(first, concept, reference, terminology)


def links_of(member: FamilyMemberHistory) -> list[str]:
    """The references by which a record names the relative's observations."""
    return [
        extension.value_reference.reference
        for extension in member.extension
        if (extension.url or "").endswith(_LINK)
        and extension.value_reference is not None
        and extension.value_reference.reference
    ]


def _unknown(reference: str, text: str) -> Result:
    return Result((), frozenset(), Outcome.UNKNOWN, "unknown", text, None, reference)
