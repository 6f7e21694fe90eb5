"""Cancer drugs on file, from requests, administrations and statements."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from oncology.chart.model import DrugUse
from oncology.dates import PartialDate, parse_date
from oncology.reading.elements import CodeableConcept, is_empty
from oncology.reading.medication import (
    Medication,
    MedicationAdministration,
    MedicationRequest,
    MedicationStatement,
    MedicationUse,
)
from oncology.terminology import SYSTEMS, Terminology

# The code of the Medication that a reference names.
Medications = Callable[[str], CodeableConcept | None]
_TAKEN = ("active", "completed", "on-hold", "stopped", "in-progress", "recorded")
_NOT_TAKEN = ("cancelled", "not-done", "not-taken", "intended", "draft")
_PHASES = {
    "active": "current",
    "on-hold": "current",
    "in-progress": "current",
    "completed": "past",
    "stopped": "past",
    "draft": "planned",
    "intended": "planned",
}
_ORDERS = ("order", "original-order", "reflex-order", "filler-order", "instance-order", "plan")


def read_drug(
    use: MedicationUse,
    reference: str,
    medications: Medications,
    terminology: Terminology,
) -> DrugUse | None:
    """A known cancer drug, or a drug that is not named and may be one.

    None for other drugs and for records that say it was not given.
    """
    if use.status == "entered-in-error" or _is_refused(use):
        return None
    concept = _drug_of(use, medications)
    if concept is None or is_empty(concept):
        return DrugUse("", frozenset(), _taken(use), _start(use), reference, _phase(use))
    rxnorm = _ingredient(concept, terminology)
    if rxnorm is None:
        return None
    return DrugUse(
        ingredient=terminology.ingredient_names.get(rxnorm, rxnorm),
        groups=terminology.drugs[rxnorm],
        taken=_taken(use),
        date=_start(use),
        reference=reference,
        phase=_phase(use),
    )


def _phase(use: MedicationUse) -> str:
    """Where a treatment stands; a completed administration is a day of treatment, not its end."""
    phase = _PHASES.get(use.status or "", "")
    if isinstance(use, MedicationAdministration) and phase == "past":
        return "given"
    if isinstance(use, MedicationRequest) and use.intent == "proposal" and phase == "current":
        return "planned"
    return phase


def _taken(use: MedicationUse) -> bool | None:
    taken: bool | None = None
    if use.status in _TAKEN:
        taken = True
    elif use.status in _NOT_TAKEN:
        taken = False
    if isinstance(use, MedicationRequest) and use.intent not in (None, *_ORDERS):
        return False
    if isinstance(use, MedicationStatement) and use.taken == "unk":
        return None
    return taken


def _is_refused(use: MedicationUse) -> bool:
    if isinstance(use, MedicationRequest):
        return bool(use.do_not_perform)
    if isinstance(use, MedicationStatement):
        return use.taken == "n"
    return False


def _drug_of(use: MedicationUse, medications: Medications) -> CodeableConcept | None:
    if use.medication_codeable_concept is not None:
        return use.medication_codeable_concept
    reference = use.medication_reference
    if use.medication is not None:
        if use.medication.concept is not None:
            return use.medication.concept
        reference = use.medication.reference
    if reference is None:
        return None
    found = _referenced(use, reference.reference or "", medications)
    if (found is None or is_empty(found)) and reference.display:
        return CodeableConcept(text=reference.display)
    return found


def _referenced(
    use: MedicationUse, reference: str, medications: Medications
) -> CodeableConcept | None:
    if reference.startswith("#"):
        return _contained(use, reference[1:])
    return medications(reference)


def _contained(use: MedicationUse, identifier: str) -> CodeableConcept | None:
    for raw in use.contained:
        try:
            medication = msgspec.json.decode(raw, type=Medication)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        if medication.id == identifier:
            return None if medication.is_modified else medication.code
    return None


def _ingredient(concept: CodeableConcept, terminology: Terminology) -> str | None:
    """The RxNorm ingredient, by code or by the exact ingredient word in a display."""
    if terminology.plain_drugs.has(concept):
        return None
    words: set[str] = set()
    for coding in concept.coding:
        if SYSTEMS.get(coding.system or "") == "rxnorm" and coding.code in terminology.drugs:
            return coding.code
        words.update(_words(coding.display))
    words.update(_words(concept.text))
    for word in sorted(words):
        if word in terminology.ingredients:
            return terminology.ingredients[word]
    terminology.plain_drugs.add(concept)
    return None


def _words(text: str | None) -> list[str]:
    return re.findall(r"[a-z][a-z-]{4,}", text.lower()) if text else []


def _start(use: MedicationUse) -> PartialDate | None:
    if isinstance(use, MedicationRequest):
        return parse_date(use.authored_on)
    if isinstance(use, MedicationAdministration | MedicationStatement):
        period = use.effective_period
        first = parse_date(use.effective_date_time or (period.start if period else None))
        if first is None and isinstance(use, MedicationAdministration):
            return parse_date(use.occurence_date_time)
        return first
    return None
