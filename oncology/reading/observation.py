"""Observation: tumour markers, variants, stage and disease status."""

from __future__ import annotations

from oncology.reading.elements import (
    CodeableConcept,
    DomainResource,
    Element,
    Extension,
    Period,
    Quantity,
    Range,
    Ratio,
    Reference,
)


class ObservationComponent(Element, frozen=True, gc=False):
    """Observation.component."""

    code: CodeableConcept | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_quantity: Quantity | None = None
    value_range: Range | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: CodeableConcept | tuple[CodeableConcept, ...] = ()
    modifier_extension: tuple[Extension, ...] = ()


class Observation(DomainResource, frozen=True, gc=False, tag="Observation"):
    """FHIR Observation."""

    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    focus: tuple[Reference, ...] = ()
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    issued: str | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str | None = None
    value_quantity: Quantity | None = None
    value_ratio: Ratio | None = None
    value_range: Range | None = None
    value_boolean: bool | None = None
    value_integer: int | None = None
    data_absent_reason: CodeableConcept | None = None
    interpretation: CodeableConcept | tuple[CodeableConcept, ...] = ()
    body_site: CodeableConcept | None = None
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    derived_from: tuple[Reference, ...] = ()
    component: tuple[ObservationComponent, ...] = ()
