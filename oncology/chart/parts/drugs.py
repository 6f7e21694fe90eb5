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


class Drugs:
    """Reads the patient's medication resources."""

    def __init__(
        self, records: Records, subject: Subject, aside: Aside, terminology: Terminology
    ) -> None:
        self._records = records
        self._subject = subject
        self._aside = aside
        self._terminology = terminology

    def read(self) -> list[DrugUse]:
        """Each use of a drug; of a drug that is not named too, which is noted."""
        codes = self._medications()
        found: list[DrugUse] = []
        for kind in (MedicationRequest, MedicationAdministration, MedicationStatement):
            uses = [self._use(use, codes) for use in self._subject.own(kind)]
            drugs = [drug for drug in uses if drug is not None]
            self._aside.one_version(kind.__name__, drugs)
            found += drugs
        return found

    def _use(self, use: MedicationUse, codes: dict[str, CodeableConcept]) -> DrugUse | None:
        def code_of_medication(reference: str) -> CodeableConcept | None:
            return codes.get(self._records.local(reference))

        reference = self._records.reference_to(use)
        drug = read_drug(use, reference, code_of_medication, self._terminology)
        if drug is None or self._aside.is_modified(use, None):
            return None
        if not drug.ingredient:
            self._aside.note(reference, "names no drug: what was given is not known")
        return drug

    def _medications(self) -> dict[str, CodeableConcept]:
        """The code of each Medication; none of one that came in different versions."""
        codes: dict[str, CodeableConcept] = {}
        for medication in self._records.all(Medication):
            if medication.code is not None and not self._aside.is_modified(medication, None):
                reference = self._records.reference_to(medication)
                same = codes.get(reference, medication.code) == medication.code
                codes[reference] = medication.code if same else CodeableConcept()
        return codes
