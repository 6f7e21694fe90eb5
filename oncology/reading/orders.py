"""ServiceRequest, DiagnosticReport, Procedure, Specimen, DocumentReference: the way of a test."""

from __future__ import annotations

from msgspec import Raw

from oncology.reading.elements import (
    Attachment,
    CodeableConcept,
    DomainResource,
    Element,
    Period,
    Reference,
)


class OrderCode(CodeableConcept, frozen=True, gc=False):
    """ServiceRequest.code: a CodeableConcept, in R5 a CodeableReference with the `concept`."""

    concept: CodeableConcept | None = None


class ServiceRequest(DomainResource, frozen=True, gc=False, tag="ServiceRequest"):
    """FHIR ServiceRequest."""

    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    code: OrderCode | None = None
    order_detail: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    authored_on: str | None = None


class DiagnosticReport(DomainResource, frozen=True, gc=False, tag="DiagnosticReport"):
    """FHIR DiagnosticReport, without its narrative."""

    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    conclusion: str | None = None
    # DSTU2 has one performer, STU3 a list of other objects; their names alone are shown.
    performer: Reference | tuple[Reference, ...] = ()
    presented_form: tuple[Attachment, ...] = ()
    result: tuple[Reference, ...] = ()
    contained: tuple[Raw, ...] = ()


class Procedure(DomainResource, frozen=True, gc=False, tag="Procedure"):
    """FHIR Procedure."""

    status: str | None = None
    code: CodeableConcept | None = None
    subject: Reference | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    occurrence_date_time: str | None = None


class SpecimenCollection(Element, frozen=True, gc=False):
    """Specimen.collection."""

    collected_date_time: str | None = None
    collected_period: Period | None = None


class Specimen(DomainResource, frozen=True, gc=False, tag="Specimen"):
    """FHIR Specimen."""

    status: str | None = None
    type: CodeableConcept | None = None
    subject: Reference | None = None
    collection: SpecimenCollection | None = None


class DocumentContent(Element, frozen=True, gc=False):
    """DocumentReference.content: its title, never the document."""

    attachment: Attachment | None = None


class DocumentReference(DomainResource, frozen=True, gc=False, tag="DocumentReference"):
    """FHIR DocumentReference: metadata only, content is never read."""

    status: str | None = None
    type: CodeableConcept | None = None
    subject: Reference | None = None
    date: str | None = None
    description: str | None = None
    content: tuple[DocumentContent, ...] = ()
