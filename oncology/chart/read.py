"""From records to the chart: own resources only, known codes only, every refusal noted."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeVar

import msgspec

from oncology.chart.answers import words_of
from oncology.chart.contradictions import CONTRADICTION, settle
from oncology.chart.copies import in_order, versions, versions_of_results
from oncology.chart.diagnoses import (
    concept_of,
    names_malignancy,
    read_condition,
    refusal,
)
from oncology.chart.drugs import read_drug
from oncology.chart.family_texts import family_texts, names_family_history
from oncology.chart.genes import has_unclear_gene
from oncology.chart.hidden import cancers_of, is_known, sites_of
from oncology.chart.linked import Linked
from oncology.chart.methylation import BIOMARKER as METHYLATION
from oncology.chart.methylation import is_methylation, read_methylation
from oncology.chart.mmr import is_stain
from oncology.chart.model import (
    Chart,
    Diagnosis,
    DiseaseStatus,
    DrugUse,
    FamilyText,
    Hidden,
    HistoryItem,
    Metastasis,
    Order,
    Person,
    Report,
    Result,
    Stage,
    Verification,
)
from oncology.chart.orders import (
    code_of,
    has_status,
    is_refused,
    ordered_test,
    read_order,
    read_procedure,
    read_report,
)
from oncology.chart.possible import (
    is_hint,
    possible_documents,
    possible_observation,
    possible_report,
)
from oncology.chart.relatives import RelativesResults
from oncology.chart.results import read_disease_status, read_result, read_stage
from oncology.chart.subject import Subject
from oncology.reading.bundle import RESOURCE_DECODER
from oncology.reading.condition import Condition
from oncology.reading.elements import CodeableConcept, DomainResource, is_empty
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.medication import (
    Medication,
    MedicationAdministration,
    MedicationRequest,
    MedicationStatement,
    MedicationUse,
)
from oncology.reading.observation import Observation
from oncology.reading.orders import (
    DiagnosticReport,
    DocumentReference,
    Procedure,
    ServiceRequest,
)
from oncology.reading.records import Note, Records, Unreadable
from oncology.terminology import (
    ICD_CHAPTERS,
    ConditionConcept,
    FamilyCancerConcept,
    ObservationConcept,
    Terminology,
)

About = TypeVar("About", Stage, DiseaseStatus, Result)
Coded = TypeVar("Coded", ServiceRequest, Procedure, DiagnosticReport)
_ORDER_TYPES = ("ServiceRequest", "Procedure", "DiagnosticReport")
_STAGE_READS = ("stage-group", "m-category")
_OF_GENES = ("variant", "region-studied")
_VARIANT, _STAGE = frozenset({"variant"}), frozenset({"stage"})
# What an Observation that names no biomarker in its code can be about.
_ABOUT = {
    "variant": _VARIANT,
    "region-studied": _VARIANT,
    "implication": _VARIANT,
    "stage-group": _STAGE,
    "m-category": _STAGE,
    "disease-status": frozenset({"status"}),
    "family-history": frozenset({"family-history"}),
}


# A code that says a stain was made and not of what: its words tell.
_BY_NAME = "by-name"
_ONESELF = "is recorded as a relative and is the patient: not used, belongs to the own history"
_IN_ERROR = "status entered-in-error: not used"
_VERSIONS = "came in different versions: which of them holds is not known, not used"


def read_chart(records: Records, terminology: Terminology, patient_id: str | None = None) -> Chart:
    """The chart of one patient.

    `records` may hold any FHIR resources; those of another patient are refused with a note.
    `patient_id` is the logical id of the patient meant; without it the first Patient is.
    """
    return _Reader(records, terminology, Subject(records, patient_id)).read()


class _Reader:
    """Collects the parts of one chart; used once."""

    def __init__(self, records: Records, terminology: Terminology, subject: Subject) -> None:
        self._records = records
        self._terminology = terminology
        self._subject = subject
        self._notes = records.notes
        self._hidden: list[Hidden] = []
        self._diagnoses: list[Diagnosis] = []
        self._others: list[Diagnosis] = []
        self._metastases: list[Metastasis] = []
        self._history: list[HistoryItem] = []
        self._stages: list[Stage] = []
        self._statuses: list[DiseaseStatus] = []
        self._results: list[Result] = []
        self._family_texts: list[FamilyText] = []
        self._linked = Linked(records, terminology)
        self._relatives = RelativesResults(records, terminology)
        self._possible: list[Report] = []
        self._reports_found: list[Report] = []
        self._refused: set[str] = set()
        # References of resources that came inside others.
        self._inside: dict[int, str] = {}

    def read(self) -> Chart:
        for item in self._records.unreadable:
            for kind in self._kinds(item):
                if self._may_matter(kind, item.code):
                    self._set_aside(kind, item.reference, item.code, item.may_hold_others)
        self._reports()
        self._conditions()
        self._observations()
        documents, orders, drugs = self._documents(), self._orders(), self._drugs()
        family = self._family()
        self._one_version(
            "Condition", self._diagnoses, self._others, self._metastases, self._history
        )
        self._one_version("Observation", self._stages, self._statuses)
        self._one_version("DiagnosticReport", self._reports_found)
        return Chart(
            person=self._person(),
            diagnoses=in_order(self._diagnoses),
            metastases=in_order(self._metastases),
            stages=in_order(self._named(self._stages)),
            statuses=in_order(self._named(self._statuses)),
            history=in_order(self._history),
            results=in_order(self._settled()),
            orders=in_order(orders),
            reports=in_order((*self._reports_found, *documents, *self._possible)),
            drugs=in_order(drugs),
            family=family,
            hidden=tuple(self._hidden),
            reach=self._records.reach,
            notes=tuple(dict.fromkeys(self._notes)),
            others=in_order(self._others),
            family_texts=tuple(self._family_texts),
            family_results=tuple(map(self._relatives.of, family)),
        )

    # -- refusing ---------------------------------------------------------------------

    def _note(self, reference: str, problem: str) -> None:
        self._notes.append(Note(reference, problem))

    def _refuse(self, resource: DomainResource, problem: str) -> None:
        reference = self._reference_to(resource)
        self._note(reference, problem)
        self._refused.add(reference)

    def _hide(self, resource: DomainResource, code: CodeableConcept | None, problem: str) -> None:
        reference = self._reference_to(resource)
        self._note(reference, problem)
        holds = isinstance(resource, DiagnosticReport) and bool(resource.contained)
        self._set_aside(type(resource).__name__, reference, code, holds)

    def _set_aside(
        self, kind: str, reference: str, code: CodeableConcept | None, holds_results: bool = True
    ) -> None:
        """Keep that it is there, and what it can be about; a report can hold results inside it."""
        sites = sites_of(code, self._terminology) if code and kind == "Condition" else None
        self._hidden.append(Hidden(kind, reference, code, self._about(kind, code), sites))
        if kind == "DiagnosticReport" and holds_results:
            self._hidden.append(Hidden("Observation", reference, None))

    def _one_version(self, kind: str, *parts: list[Any]) -> None:
        """Use nothing of a resource that came in different versions, a refused one among them."""
        if not any(parts):
            return
        references = versions(kind, *parts)
        if self._refused:
            references |= {each.reference for each in chain(*parts)} & self._refused
        for reference in sorted(references):
            self._note(reference, _VERSIONS)
            self._set_aside(kind, reference, None, holds_results=False)
        for found in parts if references else ():
            found[:] = [each for each in found if each.reference not in references]

    def _reference_to(self, resource: DomainResource) -> str:
        return self._inside.get(id(resource)) or self._records.reference_to(resource)

    def _is_modified(self, resource: DomainResource, code: CodeableConcept | None) -> bool:
        """Modifier elements may turn a resource's meaning round: not understood, not used."""
        if not resource.is_modified:
            return False
        self._hide(resource, code, "carries a modifier element that is not understood: not used")
        return True

    def _kinds(self, item: Unreadable) -> tuple[str, ...]:
        """What an unreadable resource can be: one of no known type is what its code is used for."""
        code = item.code
        if item.resource_type != "unknown" or code is None or not code.coding:
            return (item.resource_type,)
        if is_known(code, self._terminology):
            return ("Condition",)
        return ("Observation", "ServiceRequest", "Procedure", "DiagnosticReport")

    def _may_matter(self, resource_type: str, code: CodeableConcept | None) -> bool:
        """Whether an unreadable resource could have carried a fact: its code may say it cannot."""
        if code is None or not code.coding:
            return True
        terminology = self._terminology
        if resource_type == "Observation":
            words = words_of(code)
            known = self._observed(code) is not None
            return known or is_stain(words) or is_methylation(words)
        if resource_type == "Condition":
            return is_known(code, terminology)
        if resource_type in _ORDER_TYPES:
            return ordered_test(code, terminology) is not None
        return True

    def _about(self, resource_type: str, code: CodeableConcept | None) -> frozenset[str]:
        """What a resource that could not be used can be about; empty when that is not known."""
        if code is None:
            return frozenset()
        terminology = self._terminology
        if resource_type == "Observation":
            observed = self._observed(code)
            if observed is None:
                if is_methylation(words_of(code)):
                    return frozenset({METHYLATION})
                return frozenset({"MSI"}) if is_stain(words_of(code)) else frozenset()
            return frozenset(observed.biomarkers) or _ABOUT.get(observed.reads, frozenset())
        if resource_type in _ORDER_TYPES:
            asked = ordered_test(code, terminology)
            return frozenset(asked.biomarkers) if asked else frozenset()
        return cancers_of(code, terminology) if resource_type == "Condition" else frozenset()

    def _observed(self, code: CodeableConcept) -> ObservationConcept | None:
        """The test of an Observation, by its code or by its name."""
        found = self._terminology.observation(code)
        is_open = found is None or found.reads == _BY_NAME
        return (self._terminology.named_test(words_of(code)) or found) if is_open else found

    # -- conditions -------------------------------------------------------------------

    def _conditions(self) -> None:
        terminology = self._terminology
        known = terminology.conditions
        # Most problems are not cancer: one look tells, for ICD by the chapter letter.
        for condition in terminology.plain_conditions.leave_out(self._subject.own(Condition)):
            code = condition.code
            if code is None or is_empty(code):
                self._hide(condition, None, "has no code: what it is about is not known")
                continue
            for coding in code.coding:
                if coding.code in known or (coding.code or "0")[0] in ICD_CHAPTERS:
                    break
            else:
                self._not_known(condition, code)
                continue
            concept = concept_of(code, terminology)
            if concept is None:
                self._not_known(condition, code)
                continue
            if concept.kind in ("unspecified", "secondary-of-colon"):
                self._note(
                    self._records.reference_to(condition),
                    f"{concept.display}: does not say which cancer, not used",
                )
                continue
            problem = refusal(condition)
            if problem:
                self._refuse(condition, problem)
            elif not self._is_modified(condition, code):
                self._sort(condition, concept)

    def _not_known(self, condition: Condition, code: CodeableConcept) -> None:
        """Keep a cancer that counts in families; say of one that no table knows: not used."""
        rare = next(filter(None, map(self._terminology.family_cancer, code.coding)), None)
        if rare is not None:
            self._other(condition, rare)
        elif not names_malignancy(words_of(code)):
            self._terminology.plain_conditions.add(code)
        elif refusal(condition) is None:
            problem = "names a cancer by a code that is not known here: not used"
            self._note(self._records.reference_to(condition), problem)

    def _other(self, condition: Condition, rare: FamilyCancerConcept) -> None:
        problem = refusal(condition)
        if problem:
            self._refuse(condition, problem)
            return
        reference = self._records.reference_to(condition)
        concept = ConditionConcept(
            rare.code, rare.system, rare.display, "primary", rare.cancer, "", "", (), ""
        )
        found = read_condition(condition, concept, reference, self._terminology)
        if isinstance(found, Diagnosis):
            if condition.is_modified:
                found = msgspec.structs.replace(found, verification=Verification.UNKNOWN)
            self._others.append(found)
            self._note(reference, f"{rare.display}: no testing guidance is about it")

    def _sort(self, condition: Condition, concept: ConditionConcept) -> None:
        reference = self._records.reference_to(condition)
        item = read_condition(condition, concept, reference, self._terminology)
        if isinstance(item, Diagnosis):
            self._diagnoses.append(item)
        elif isinstance(item, Metastasis):
            self._metastases.append(item)
        else:
            self._history.append(item)

    # -- observations -----------------------------------------------------------------

    def _observations(self) -> None:
        known = self._terminology.observation_codes
        plain = self._terminology.plain_observations
        for observation in plain.leave_out(self._subject.own(Observation)):
            code = observation.code
            if code is None:
                self._hide(observation, None, "has no code: what was observed is not known")
                continue
            for coding in code.coding:
                if coding.code in known:
                    self._read_observation(observation, code)
                    break
            else:
                self._by_words(observation, code)

    def _by_words(self, observation: Observation, code: CodeableConcept) -> None:
        """An Observation whose code does not tell: a test by its name, or a hint."""
        words = words_of(code)
        named = self._terminology.named_test(words)
        if not code.coding and not code.text:
            self._hide(observation, None, "has no code: what was observed is not known")
        elif named is not None:
            self._read_known(observation, code, named)
        elif is_methylation(words):
            self._methylation(observation, code)
        elif is_stain(words):
            if observation.status != "entered-in-error" and not self._is_modified(
                observation, code
            ):
                self._linked.add_stain(observation, self._reference_to(observation))
        elif names_family_history(words):
            if not observation.is_modified:
                reference = self._reference_to(observation)
                self._family_texts += family_texts(observation, reference)
        elif is_hint(words):
            reference = self._reference_to(observation)
            possible = possible_observation(observation, reference)
            if possible is not None:
                self._possible.append(possible)
        else:
            self._terminology.plain_observations.add(code)

    def _methylation(self, observation: Observation, code: CodeableConcept) -> None:
        if observation.status != "entered-in-error" and not self._is_modified(observation, code):
            reference = self._reference_to(observation)
            self._results.append(read_methylation(observation, reference, self._terminology))

    def _read_observation(self, observation: Observation, code: CodeableConcept) -> None:
        concept = self._terminology.observation(code)
        if concept is None:
            return
        if concept.reads == _BY_NAME:
            self._by_words(observation, code)
        else:
            self._read_known(observation, code, concept)

    def _read_known(
        self, observation: Observation, code: CodeableConcept, concept: ObservationConcept
    ) -> None:
        if observation.status == "entered-in-error":
            self._refuse(observation, _IN_ERROR)
            return
        reference = self._reference_to(observation)
        if self._is_modified(observation, code):
            return
        if concept.reads in _OF_GENES and has_unclear_gene(observation, self._terminology):
            self._hide(observation, code, "does not say clearly which genes it is about")
        self._sort_observation(observation, concept, reference)

    def _sort_observation(
        self, observation: Observation, concept: ObservationConcept, reference: str
    ) -> None:
        if concept.reads in _STAGE_READS:
            stage = read_stage(observation, concept, reference, self._terminology)
            if stage.value is None:
                self._note(reference, "stage on file is not understood: not used")
            self._stages.append(stage)
        elif concept.reads == "disease-status":
            status = read_disease_status(observation, reference, self._terminology)
            self._statuses.append(status)
        elif concept.reads == "family-history":
            self._family_texts += family_texts(observation, reference)
        elif concept.reads == "region-studied":
            self._linked.add_region(observation, reference)
        elif concept.reads == "implication":
            self._linked.add_implication(observation)
        elif concept.reads == "methylation":
            self._results.append(read_methylation(observation, reference, self._terminology))
        elif concept.reads == "mmr-protein":
            self._linked.add_stain(observation, reference, concept.display)
        else:
            for result in read_result(observation, concept, reference, self._terminology):
                if result.problem:
                    self._note(reference, f"{result.problem}: not used")
                elif result.outcome.value == "unknown":
                    self._note(reference, "status or value is not understood: result not used")
                self._results.append(result)

    def _settled(self) -> list[Result]:
        repeated = versions_of_results(self._results)
        repeated |= {each.reference for each in self._results} & self._refused
        for reference in sorted(repeated):
            self._note(reference, _VERSIONS)
            self._set_aside("Observation", reference, None)
        if repeated:
            self._results = [each for each in self._results if each.reference not in repeated]
        hides_variants = any(
            item.resource_type in ("Observation", "unknown")
            and (not item.about or "variant" in item.about)
            for item in self._hidden
        )
        reports = self._subject.own(DiagnosticReport)
        joined = self._linked.joined(self._results, reports, hides_variants)
        results = settle(self._named(joined))
        for result in results:
            if result.problem == CONTRADICTION:
                self._note(result.reference, f"{CONTRADICTION}: not used")
        return results

    def _named(self, parts: list[About]) -> list[About]:
        """The same with the diagnoses they are about by the references we give those."""
        local = self._records.local
        return [
            msgspec.structs.replace(each, conditions=tuple(map(local, each.conditions)))
            if each.conditions
            else each
            for each in parts
        ]

    # -- the rest ---------------------------------------------------------------------

    def _orders(self) -> list[Order]:
        plain = self._terminology.plain_orders
        requests = self._owned(plain.leave_out(self._subject.own(ServiceRequest)))
        procedures = self._owned(plain.leave_out(self._subject.own(Procedure)))
        reference_to = self._records.reference_to
        asked = [read_order(each, reference_to(each), self._terminology) for each in requests]
        done = [read_procedure(each, reference_to(each), self._terminology) for each in procedures]
        orders = [order for order in asked if order is not None]
        visits = [order for order in done if order is not None]
        self._one_version("ServiceRequest", orders)
        self._one_version("Procedure", visits)
        return orders + visits

    def _owned(self, own: Sequence[Coded]) -> list[Coded]:
        """Those of own resources that may ask for a test, without modifier elements."""
        return [each for each in own if self._may_be_test(each)]

    def _may_be_test(self, resource: ServiceRequest | Procedure | DiagnosticReport) -> bool:
        code = code_of(resource) if isinstance(resource, ServiceRequest) else resource.code
        if is_empty(code):
            reference = self._records.reference_to(resource)
            self._note(reference, "has no code: what it is about is not known")
        elif ordered_test(code, self._terminology) is None:
            return True
        return not self._is_modified(resource, code)

    def _reports(self) -> None:
        for each in self._owned(self._subject.own(DiagnosticReport)):
            reference = self._records.reference_to(each)
            report = read_report(each, reference, self._terminology)
            possible = possible_report(each, reference) if report is None else None
            self._reports_found += [report] if report else []
            self._possible += [possible] if possible else []
            if each.contained and not is_refused(each):
                self._open_contained(each, reference)

    def _documents(self) -> list[Report]:
        """Documents that may hold results; not the print of a report whose results came coded."""
        own = [
            (self._records.reference_to(each), each)
            for each in self._subject.own(DocumentReference)
        ]
        return possible_documents(own, tuple(self._reports_found), self._terminology)

    def _open_contained(self, report: DiagnosticReport, reference: str) -> None:
        """Results inside a report hold as far as the report does."""
        for number, raw in enumerate(report.contained):
            try:
                resource = RESOURCE_DECODER.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self._note(reference, "a contained resource could not be read, not used")
                self._hidden.append(Hidden("Observation", reference, None))
                continue
            if isinstance(resource, Observation):
                if not has_status(report):
                    resource = msgspec.structs.replace(resource, status=None)
                self._records.add(resource)
                self._inside[id(resource)] = f"{reference}#{resource.id or number}"

    def _drugs(self) -> list[DrugUse]:
        codes = self._medications()
        found: list[DrugUse] = []
        for kind in (MedicationRequest, MedicationAdministration, MedicationStatement):
            uses = [self._drug(use, codes) for use in self._subject.own(kind)]
            drugs = [drug for drug in uses if drug is not None]
            self._one_version(kind.__name__, drugs)
            found += drugs
        return found

    def _drug(self, use: MedicationUse, codes: dict[str, CodeableConcept]) -> DrugUse | None:
        def code_of_medication(reference: str) -> CodeableConcept | None:
            return codes.get(self._records.local(reference))

        reference = self._records.reference_to(use)
        drug = read_drug(use, reference, code_of_medication, self._terminology)
        if drug is None or self._is_modified(use, None):
            return None
        if not drug.ingredient:
            self._note(reference, "names no drug: what was given is not known")
        return drug

    def _medications(self) -> dict[str, CodeableConcept]:
        """The code of each Medication; none of one that came in different versions."""
        codes: dict[str, CodeableConcept] = {}
        for medication in self._records.all(Medication):
            if medication.code is not None and not self._is_modified(medication, None):
                reference = self._records.reference_to(medication)
                same = codes.get(reference, medication.code) == medication.code
                codes[reference] = medication.code if same else CodeableConcept()
        return codes

    def _person(self) -> Person:
        """Who it is; nothing of a Patient with modifier elements is believed."""
        for patient in self._subject.copies:
            if self._is_modified(patient, None):
                return Person(self._records.reference_to(patient))
        return self._subject.person()

    def _family(self) -> tuple[FamilyMemberHistory, ...]:
        """Each relative once, in the order of their ids."""
        kept: list[FamilyMemberHistory] = []
        for member in self._subject.own(FamilyMemberHistory, "patient"):
            if member.status == "entered-in-error":
                self._refuse(member, _IN_ERROR)
            elif not self._is_modified(member, None):
                if _is_oneself(member):
                    self._note(self._records.reference_to(member), _ONESELF)
                kept.append(member)
        by_reference: dict[str, list[FamilyMemberHistory]] = {}
        for member in kept:
            by_reference.setdefault(self._records.reference_to(member), []).append(member)
        return tuple(
            member
            for reference in sorted(by_reference)
            for member in self._one_relative(reference, by_reference[reference])
        )

    def _one_relative(
        self, reference: str, members: list[FamilyMemberHistory]
    ) -> list[FamilyMemberHistory]:
        """What to use of the records with one reference; without an id each is of its own."""
        if reference == "FamilyMemberHistory":
            return sorted(members, key=repr)
        if len(members) > 1:
            # A note that differs makes no other relative.
            plain = {_without_notes(each) for each in members}
            members = members[:1] if len(plain) == 1 else members
        if len(members) == 1 and reference not in self._refused:
            return members[:1]
        self._note(reference, _VERSIONS)
        self._set_aside("FamilyMemberHistory", reference, None)
        return []


def _is_oneself(member: FamilyMemberHistory) -> bool:
    concept = member.relationship
    return any(each.code == "ONESELF" for each in concept.coding) if concept else False


def _without_notes(member: FamilyMemberHistory) -> tuple[FamilyMemberHistory, tuple[bytes, ...]]:
    plain = msgspec.structs.replace(member, note=None, contained=())
    return plain, tuple(map(bytes, member.contained))
