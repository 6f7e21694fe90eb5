"""Condition: diagnoses, metastases, personal and family history recorded as problems."""

from __future__ import annotations

from oncology.reading.elements import (
    CodeableConcept,
    DomainResource,
    Element,
    Extension,
    Period,
    Quantity,
    Range,
    Reference,
)


class BodySite(CodeableConcept, frozen=True, gc=False):
    """Condition.bodySite with its extensions: mCODE's laterality qualifier is one."""

    extension: tuple[Extension, ...] = ()


class ConditionStage(Element, frozen=True, gc=False):
    """Condition.stage."""

    summary: CodeableConcept | None = None
    assessment: tuple[Reference, ...] = ()
    modifier_extension: tuple[Extension, ...] = ()


class Condition(DomainResource, frozen=True, gc=False, tag="Condition"):
    """FHIR Condition; statuses are plain codes in STU3, `patient` is DSTU2's subject."""

    clinical_status: CodeableConcept | str | None = None
    verification_status: CodeableConcept | str | None = None
    code: CodeableConcept | None = None
    body_site: tuple[BodySite, ...] = ()
    subject: Reference | None = None
    patient: Reference | None = None
    onset_date_time: str | None = None
    onset_age: Quantity | None = None
    onset_period: Period | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    recorded_date: str | None = None
    stage: ConditionStage | tuple[ConditionStage, ...] = ()
