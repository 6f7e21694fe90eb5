"""FamilyMemberHistory: one relative and the conditions recorded for them."""

from __future__ import annotations

from msgspec import Raw

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


class FamilyExtension(Extension, frozen=True, gc=False):
    """An extension with the parts the genetics extensions of a family member have."""

    value_reference: Reference | None = None
    extension: tuple[FamilyExtension, ...] = ()


class Annotation(Element, frozen=True, gc=False):
    """FHIR Annotation, its text alone."""

    text: str | None = None


# A list since STU3, one object in DSTU2, and now and then sent as plain text.
Notes = tuple[Annotation, ...] | Annotation | str | None


class FamilyMemberCondition(Element, frozen=True, gc=False):
    """FamilyMemberHistory.condition."""

    code: CodeableConcept | None = None
    onset_age: Quantity | None = None
    onset_range: Range | None = None
    onset_period: Period | None = None
    onset_string: str | None = None
    contributed_to_death: bool | None = None
    modifier_extension: tuple[Extension, ...] = ()
    note: Notes = None


class FamilyMemberHistory(DomainResource, frozen=True, gc=False, tag="FamilyMemberHistory"):
    """FHIR FamilyMemberHistory; `gender` is STU3's name of `sex`."""

    status: str | None = None
    data_absent_reason: CodeableConcept | None = None
    patient: Reference | None = None
    date: str | None = None
    relationship: CodeableConcept | None = None
    sex: CodeableConcept | str | None = None
    gender: str | None = None
    born_date: str | None = None
    born_period: Period | None = None
    age_age: Quantity | None = None
    age_range: Range | None = None
    deceased_boolean: bool | None = None
    deceased_age: Quantity | None = None
    deceased_range: Range | None = None
    deceased_date: str | None = None
    deceased_string: str | None = None
    condition: tuple[FamilyMemberCondition, ...] = ()
    note: Notes = None
    extension: tuple[FamilyExtension, ...] = ()
    contained: tuple[Raw, ...] = ()


def texts_in(notes: Notes) -> tuple[str, ...]:
    """The texts of notes, however they were sent."""
    if isinstance(notes, str):
        return (notes,)
    if isinstance(notes, Annotation):
        notes = (notes,)
    return tuple(each.text for each in notes or () if each.text)
