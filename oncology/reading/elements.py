"""FHIR data types, with only the elements this product uses.

Structs are frozen and untracked by the garbage collector: a chart holds thousands of them,
they never form cycles, and tracking them makes the cost per resource grow with the chart.
"""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

# FHIR Reference.reference: absolute or relative, with or without a version.
_LITERAL = re.compile(r"(?:\A|/)([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?\Z")


class Element(Struct, frozen=True, gc=False, rename="camel"):
    """Base of every data type: camelCase names, unknown elements ignored."""


class Coding(Element, frozen=True, gc=False):
    """FHIR Coding."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Element, frozen=True, gc=False):
    """FHIR CodeableConcept."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


def is_empty(concept: CodeableConcept | None) -> bool:
    """Whether a concept says nothing: absent, or without any coding and text."""
    return concept is None or not (concept.coding or concept.text)


class Reference(Element, frozen=True, gc=False):
    """FHIR Reference, literal or display only."""

    reference: str | None = None
    display: str | None = None


class Extension(Element, frozen=True, gc=False):
    """FHIR Extension with the value types this product reads."""

    url: str | None = None
    value_code: str | None = None
    value_date_time: str | None = None
    value_string: str | None = None
    value_codeable_concept: CodeableConcept | None = None


class Quantity(Element, frozen=True, gc=False):
    """FHIR Quantity; the value keeps the precision it was sent with."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None


class Ratio(Element, frozen=True, gc=False):
    """FHIR Ratio."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Range(Element, frozen=True, gc=False):
    """FHIR Range."""

    low: Quantity | None = None
    high: Quantity | None = None


class Period(Element, frozen=True, gc=False):
    """FHIR Period; ends as written, possibly partial dates."""

    start: str | None = None
    end: str | None = None


class CodeableReference(Element, frozen=True, gc=False):
    """FHIR R5 CodeableReference."""

    concept: CodeableConcept | None = None
    reference: Reference | None = None


class Attachment(Element, frozen=True, gc=False):
    """FHIR Attachment without its content."""

    title: str | None = None


class DomainResource(Element, frozen=True, gc=False, tag_field="resourceType"):
    """What every resource carries, modifier elements among it."""

    id: str | None = None
    implicit_rules: str | None = None
    modifier_extension: tuple[Extension, ...] = ()
    extension: tuple[Extension, ...] = ()

    @property
    def is_modified(self) -> bool:
        """Whether a modifier element is there; none of those of a whole resource is understood."""
        return bool(self.modifier_extension or self.implicit_rules)


def bare_reference(reference: str) -> str:
    """`Type/id` of an absolute or versioned reference; anything else as it is."""
    found = _LITERAL.search(reference)
    return f"{found[1]}/{found[2]}" if found else reference


def status_code(status: CodeableConcept | str | None, known: frozenset[str]) -> str | None:
    """The code of a status that R4 sends as CodeableConcept and STU3 as a plain code.

    Of several codings the one FHIR knows; a code FHIR does not know is returned as sent, and
    an element without any code as an empty string, so that neither looks like absence.
    """
    if status is None or isinstance(status, str):
        return status
    codes = [coding.code for coding in status.coding if coding.code]
    for code in codes:
        if code in known:
            return code
    return codes[0] if codes else ""
