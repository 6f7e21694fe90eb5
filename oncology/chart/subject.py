"""Whose chart this is: the patient, and the resources that are theirs."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, TypeVar

from oncology.chart.model import Person
from oncology.dates import parse_date
from oncology.reading.elements import DomainResource, Reference
from oncology.reading.patient import Patient
from oncology.reading.records import Note, Records

R = TypeVar("R", bound=DomainResource)

# US Core birth sex: sex at birth decides the sex-based rules when it is recorded.
_BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
_SEX_CODES = {"F": "female", "M": "male"}
_BOUNDS = ("male", "female")


class Subject:
    """The patient of a chart and the references that mean them."""

    def __init__(self, records: Records, patient_id: str | None = None) -> None:
        self._records = records
        self._notes = records.notes
        # The patient, as often as sent.
        self.copies: list[Patient] = []
        self.patient = self._find_patient(patient_id)
        known = patient_id or (self.patient.id if self.patient else None)
        self._mine: set[str | None] = {None}
        if known:
            self._mine.add(f"Patient/{known}")
        self._known_id = known

    def _find_patient(self, patient_id: str | None) -> Patient | None:
        patients = self._records.all(Patient)
        chosen: Patient | None = None
        for patient in patients:
            if chosen is None and patient_id in (None, patient.id):
                chosen = patient
                self.copies.append(patient)
            elif chosen is None or patient.id != chosen.id:
                self._refuse(patient)
            else:
                self.copies.append(patient)
        return chosen

    def _refuse(self, resource: Any) -> None:
        reference = self._records.reference_to(resource)
        self._notes.append(Note(reference, "belongs to another patient: not used"))

    def own(self, kind: type[R], field: str = "subject") -> list[R]:
        """The resources of a kind that are this patient's; each other one becomes a note.

        `field` is the element that references the patient.
        """
        resources = self._records.all(kind)
        if not resources:
            return resources
        try:
            # Almost always every reference is the same one: one look at the set of them
            # instead of one at each resource.
            references = dict.fromkeys(map(attrgetter(f"{field}.reference"), resources))
        except AttributeError:
            references = dict.fromkeys(_reference(each) for each in resources)
        # Every one is asked, in the order received: each answer also tells which spellings
        # mean this patient.
        answers = [each in self._mine or self._is_me(each) for each in references]
        if all(answers):
            return resources
        kept = []
        for resource in resources:
            if _reference(resource) in self._mine:
                kept.append(resource)
            else:
                self._refuse(resource)
        return kept

    def _is_me(self, reference: str | None) -> bool:
        """Absolute and versioned references; the first one names the patient if nothing does."""
        if reference is None:
            return True
        bare = reference.split("/_history/", 1)[0]
        if self._known_id is None and self.patient is None:
            self._known_id = bare.rsplit("/", 1)[-1]
            self._mine.update((reference, bare))
            return True
        if bare in self._mine or bare.endswith(f"/Patient/{self._known_id}"):
            self._mine.add(reference)
            return True
        # Looked up late: nearly every reference is `Patient/id`.
        if self.patient is not None and bare == self._records.full_url(self.patient):
            self._mine.add(reference)
            return True
        return False

    def person(self) -> Person:
        """Sex, birth date and death; nothing that copies of the Patient contradict."""
        patient = self.patient
        if patient is None:
            self._notes.append(Note("Patient", "no Patient resource: age and sex are not known"))
            return Person(f"Patient/{self._known_id}" if self._known_id else "Patient")
        sexes = {_sex(each) for each in self.copies}
        births = {parse_date(each.birth_date) for each in self.copies}
        dead = [each.deceased_boolean or each.deceased_date_time for each in self.copies]
        return Person(
            reference=self._records.reference_to(patient),
            sex=sexes.pop() if len(sexes) == 1 else None,
            birth=births.pop() if len(births) == 1 else None,
            deceased=any(dead),
        )


def _sex(patient: Patient) -> str | None:
    for extension in patient.extension:
        if extension.url == _BIRTH_SEX:
            return _SEX_CODES.get(extension.value_code or "")
    return patient.gender if patient.gender in _BOUNDS else None


def _reference(resource: Any) -> str | None:
    """Whose a resource says it is; DSTU2 names the subject `patient` throughout."""
    for field in ("subject", "patient"):
        subject: Reference | None = getattr(resource, field, None)
        if subject is not None and subject.reference:
            return subject.reference
    return None
