"""Drugs ordered, given or taken."""

from __future__ import annotations

from oncology.chart.drugs import read_drug
from oncology.chart.model import DrugUse
from oncology.chart.parts.aside import Aside
from oncology.chart.subject import Subject
from oncology.reading.elements import CodeableConcept
from oncology.reading.medication import (
    Medication,
    MedicationAdministration,
    MedicationRequest,
    MedicationStatement,
    MedicationUse,
)
from oncology.reading.records import Records
from oncology.terminology import Terminology


def read_drugs(
    records: Records, subject: Subject, aside: Aside, terminology: Terminology
) -> list[DrugUse]:
    """Each use of a drug by the patient; of a drug that is not named too, which is noted."""
    codes = _codes_of_medications(records, aside)

    def code_of(reference: str) -> CodeableConcept | None:
        return codes.get(records.local(reference))

    def use_of(resource: MedicationUse) -> DrugUse | None:
        reference = records.reference_to(resource)
        drug = read_drug(resource, reference, code_of, terminology)
        if drug is None or aside.is_modified(resource, None):
            return None
        if not drug.ingredient:
            aside.note(reference, "names no drug: what was given is not known")
        return drug

    found: list[DrugUse] = []
    for kind in (MedicationRequest, MedicationAdministration, MedicationStatement):
        drugs = [drug for drug in map(use_of, subject.own(kind)) if drug is not None]
        aside.one_version(kind.__name__, drugs)
        found += drugs
    return found


def _codes_of_medications(records: Records, aside: Aside) -> dict[str, CodeableConcept]:
    """The code of each Medication; none of one that came in different versions."""
    codes: dict[str, CodeableConcept] = {}
    for medication in records.all(Medication):
        if medication.code is not None and not aside.is_modified(medication, None):
            reference = records.reference_to(medication)
            same = codes.get(reference, medication.code) == medication.code
            codes[reference] = medication.code if same else CodeableConcept()
    return codes
