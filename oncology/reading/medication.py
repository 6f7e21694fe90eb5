"""MedicationRequest, -Administration, -Statement and Medication."""

from __future__ import annotations

from msgspec import Raw

from oncology.reading.elements import (
    CodeableConcept,
    CodeableReference,
    DomainResource,
    Period,
    Reference,
)


class Medication(DomainResource, frozen=True, gc=False, tag="Medication"):
    """FHIR Medication."""

    code: CodeableConcept | None = None


class MedicationUse(DomainResource, frozen=True, gc=False):
    """What the three medication resources share; R5 names the drug `medication`."""

    status: str | None = None
    subject: Reference | None = None
    medication_codeable_concept: CodeableConcept | None = None
    medication_reference: Reference | None = None
    medication: CodeableReference | None = None
    contained: tuple[Raw, ...] = ()


class MedicationRequest(MedicationUse, frozen=True, gc=False, tag="MedicationRequest"):
    """FHIR MedicationRequest."""

    intent: str | None = None
    do_not_perform: bool | None = None
    authored_on: str | None = None


class MedicationAdministration(
    MedicationUse, frozen=True, gc=False, tag="MedicationAdministration"
):
    """FHIR MedicationAdministration; R5 names the time `occurence`."""

    effective_date_time: str | None = None
    effective_period: Period | None = None
    occurence_date_time: str | None = None


class MedicationStatement(MedicationUse, frozen=True, gc=False, tag="MedicationStatement"):
    """FHIR MedicationStatement; STU3 says `taken`."""

    taken: str | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
