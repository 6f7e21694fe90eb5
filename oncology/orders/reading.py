"""From the draftOrders Bundle of an order hook to draft orders, tolerant of what it may hold.

CDS Hooks names no closed list of resource types: orders of drugs and of tests are read in the
shapes of DSTU2 to R5, any other kind of order is none of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from oncology.chart.model import Asked
from oncology.chart.orders import ordered_test
from oncology.orders.drafts import DraftOrder, Drafts
from oncology.orders.products import DrugNames, Named, SiteDrugs, drug_of, is_topical
from oncology.reading.elements import (
    CodeableConcept,
    CodeableReference,
    Element,
    Extension,
    Reference,
    bare_reference,
    is_empty,
)
from oncology.reading.records import Note
from oncology.terminology import Terminology

_MEDICATIONS = ("MedicationRequest", "MedicationOrder")
_TESTS = ("ServiceRequest", "ProcedureRequest", "DiagnosticOrder")
# Statuses of an order that is given up or over: signing it orders nothing.
_ENDED = ("cancelled", "stopped", "revoked", "completed", "ended", "entered-in-error", "rejected")
_ERRORS = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class NotABundle(ValueError):
    """draftOrders is no FHIR Bundle."""


class NothingSelected(ValueError):
    """None of the selected orders is in the Bundle."""


class Session(Struct, frozen=True):
    """Whose orders they are and how they are understood. `selections` None: all are meant.

    `medications` are resources that did not come with the orders, by the reference to each.
    """

    patient_id: str
    terminology: Terminology
    names: DrugNames
    site: SiteDrugs = {}
    selections: tuple[str, ...] | None = None
    medications: Mapping[str, bytes] = {}


class _Entry(Element, frozen=True):
    full_url: str | None = None
    resource: Raw = Raw(b"null")


class _Bundle(Element, frozen=True):
    resource_type: str | None = None
    entry: tuple[_Entry, ...] = ()


class _Dosage(Element, frozen=True):
    route: CodeableConcept | None = None


class _Ingredient(Element, frozen=True):
    item_codeable_concept: CodeableConcept | None = None
    item: Raw = Raw(b"null")


class _Medication(Element, frozen=True):
    id: str | None = None
    code: CodeableConcept | None = None
    form: CodeableConcept | None = None
    dose_form: CodeableConcept | None = None
    ingredient: tuple[_Ingredient, ...] = ()
    modifier_extension: tuple[Extension, ...] = ()


class _Code(CodeableConcept, frozen=True):
    concept: CodeableConcept | None = None


class _Item(Element, frozen=True):
    code: CodeableConcept | None = None


class _Order(Element, frozen=True):
    """What the order resources share; the elements of all of them side by side."""

    resource_type: str = ""
    id: str | None = None
    status: str | None = None
    do_not_perform: bool | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    medication: CodeableReference | None = None
    dosage_instruction: tuple[_Dosage, ...] = ()
    contained: tuple[Raw, ...] = ()
    code: _Code | None = None
    item: tuple[_Item, ...] = ()
    implicit_rules: str | None = None
    modifier_extension: tuple[Extension, ...] = ()


class _Kind(Element, frozen=True):
    resource_type: str | None = None
    id: str | None = None


def read_drafts(bundle: bytes, session: Session) -> Drafts:
    """The draft orders of an ordering session.

    Raises NotABundle, and NothingSelected when selections are given and none of them was sent.
    """
    try:
        sent = msgspec.json.decode(bundle, type=_Bundle)
    except _ERRORS as error:
        raise NotABundle from error
    if sent.resource_type != "Bundle":
        raise NotABundle
    return _Reader(sent.entry, session).read()


class _Reader:
    """Collects the orders of one Bundle; used once."""

    def __init__(self, entries: tuple[_Entry, ...], session: Session) -> None:
        self._entries = entries
        self._session = session
        self._notes: list[Note] = []
        self._orders: list[DraftOrder] = []
        self._unresolved = self._unnamed = self._unread = 0
        self._medications: dict[str, _Medication] = {}
        self._elsewhere: list[str] = []

    def read(self) -> Drafts:
        kinds = [self._kind(entry) for entry in self._entries]
        chosen = self._chosen([reference for _, reference in kinds])
        for entry, (kind, reference) in zip(self._entries, kinds, strict=True):
            if kind == "Medication":
                self._add_medication(entry.resource, reference, entry.full_url)
        for reference, resource in self._session.medications.items():
            self._add_medication(resource, reference)
        for entry, (kind, reference) in zip(self._entries, kinds, strict=True):
            if kind in (*_MEDICATIONS, *_TESTS, ""):
                self._add(entry, kind, reference, chosen is None or reference in chosen)
        return Drafts(
            tuple(self._orders),
            self._unresolved,
            self._unnamed,
            self._unread,
            tuple(self._notes),
            tuple(dict.fromkeys(self._elsewhere)),
        )

    def _kind(self, entry: _Entry) -> tuple[str, str]:
        """Type and `Type/id` of an entry; no type when it cannot be read."""
        try:
            found = msgspec.json.decode(entry.resource, type=_Kind)
        except _ERRORS:
            found = _Kind()
        kind = found.resource_type or ""
        return kind, f"{kind}/{found.id}" if found.id else entry.full_url or kind

    def _chosen(self, references: list[str]) -> frozenset[str] | None:
        """The selected entries: `Type/id`, as the hook says; a bare id when only one has it."""
        selections = self._session.selections
        if selections is None:
            return None
        chosen: set[str] = set()
        lost = 0
        for selection in selections:
            wanted = bare_reference(selection)
            named = [each for each in references if each in (wanted, selection)]
            named = named or [each for each in references if each.endswith(f"/{selection}")]
            if len(named) == 1:
                chosen.update(named)
            else:
                lost += 1
        if selections and not chosen:
            raise NothingSelected
        if lost:
            self._unread += lost
            self._notes.append(Note("selections", f"{lost} selected orders were not sent"))
        return frozenset(chosen)

    def _add_medication(self, resource: bytes | Raw, *names: str | None) -> None:
        try:
            medication = msgspec.json.decode(resource, type=_Medication)
        except _ERRORS:
            return
        for name in names:
            if name:
                self._medications[name] = medication

    def _add(self, entry: _Entry, kind: str, reference: str, is_selected: bool) -> None:
        order = self._decoded(entry, reference)
        if order is None:
            self._unread += is_selected
            return
        if order.do_not_perform or order.status in _ENDED:
            return
        if kind in _TESTS:
            test = _test_of(order, self._session.terminology)
            if test is not None:
                self._orders.append(DraftOrder(reference, test=test, is_selected=is_selected))
            return
        named = self._drug_of(order)
        if named is None:
            self._unnamed += is_selected
            self._notes.append(Note(reference, "names no drug: what is ordered is not known"))
            return
        if not named.drugs:
            self._unresolved += is_selected
            return
        self._orders.append(
            DraftOrder(
                reference,
                named.drugs,
                named.known_by,
                named.is_topical
                or any(is_topical(each.route) for each in order.dosage_instruction),
                is_selected=is_selected,
            )
        )

    def _decoded(self, entry: _Entry, reference: str) -> _Order | None:
        """The order when it can be used; a note says why it cannot."""
        try:
            order = msgspec.json.decode(entry.resource, type=_Order)
        except _ERRORS:
            self._notes.append(Note(reference or "draft order", "could not be read, not used"))
            return None
        owner = order.subject or order.patient
        if owner is not None and owner.reference:
            mine = f"Patient/{self._session.patient_id}"
            if bare_reference(owner.reference) != mine and owner.reference.startswith("Patient/"):
                self._notes.append(Note(reference, "is of another patient: not used"))
                return None
        if order.implicit_rules or order.modifier_extension:
            problem = "carries a modifier element that is not understood: not used"
            self._notes.append(Note(reference, problem))
            return None
        return order

    def _drug_of(self, order: _Order) -> Named | None:
        """The drug by every way the order names it; None when it names none at all."""
        concepts: list[CodeableConcept] = []
        forms: list[CodeableConcept | None] = []
        if order.medication_codeable_concept is not None:
            concepts.append(order.medication_codeable_concept)
        pointer = order.medication_reference
        if order.medication is not None:
            if order.medication.concept is not None:
                concepts.append(order.medication.concept)
            pointer = pointer or order.medication.reference
        if pointer is not None:
            medication = self._referenced(order, pointer.reference or "")
            if medication is None and pointer.reference:
                self._elsewhere.append(pointer.reference)
            if medication is not None and not medication.modifier_extension:
                concepts += _concepts_of(medication)
                forms += [medication.form, medication.dose_form]
            if pointer.display:
                concepts.append(CodeableConcept(text=pointer.display))
        concepts = [each for each in concepts if not is_empty(each)]
        if not concepts:
            return None
        named = drug_of(concepts, self._session.names, self._session.site)
        if any(map(is_topical, forms)):
            return msgspec.structs.replace(named, is_topical=True)
        return named

    def _referenced(self, order: _Order, reference: str) -> _Medication | None:
        if reference.startswith("#"):
            for raw in order.contained:
                try:
                    medication = msgspec.json.decode(raw, type=_Medication)
                except _ERRORS:
                    continue
                if medication.id == reference[1:]:
                    return medication
            return None
        found = self._medications.get(reference)
        return found or self._medications.get(bare_reference(reference))


def _concepts_of(medication: _Medication) -> Iterator[CodeableConcept]:
    if medication.code is not None:
        yield medication.code
    for ingredient in medication.ingredient:
        if ingredient.item_codeable_concept is not None:
            yield ingredient.item_codeable_concept
            continue
        try:
            item: Any = msgspec.json.decode(ingredient.item, type=CodeableReference | None)
        except _ERRORS:
            continue
        if item is not None and item.concept is not None:
            yield item.concept


def _test_of(order: _Order, terminology: Terminology) -> Asked | None:
    """What an order of a test asks for; R5 puts the code one level deeper, DSTU2 into items."""
    code = order.code.concept if order.code and order.code.concept else order.code
    codes = [code] if code is not None else [each.code for each in order.item]
    for each in codes:
        if each is not None and not is_empty(each):
            test = ordered_test(each, terminology)
            if test is not None:
                return test
    return None
