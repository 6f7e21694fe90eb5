"""What a resource that could not be used can be about: its code may tell that it matters not."""

from __future__ import annotations

from oncology.chart.answers import words_of
from oncology.chart.hidden import cancers_of, is_known
from oncology.chart.methylation import BIOMARKER as METHYLATION
from oncology.chart.methylation import is_methylation
from oncology.chart.mmr import is_stain
from oncology.chart.orders import ordered_test
from oncology.reading.elements import CodeableConcept
from oncology.reading.records import Unreadable
from oncology.terminology import ObservationConcept, Terminology

# A code that says a stain was made and not of what: its words tell.
BY_NAME = "by-name"
_ORDER_TYPES = ("ServiceRequest", "Procedure", "DiagnosticReport")
_VARIANT, _STAGE = frozenset({"variant"}), frozenset({"stage"})
# What an Observation that names no biomarker in its code can be about.
_ABOUT = {
    "variant": _VARIANT,
    "region-studied": _VARIANT,
    "implication": _VARIANT,
    "stage-group": _STAGE,
    "m-category": _STAGE,
    "disease-status": frozenset({"status"}),
    "family-history": frozenset({"family-history"}),
}


def kinds_of(item: Unreadable, terminology: Terminology) -> tuple[str, ...]:
    """What an unreadable resource can be: one of no known type is what its code is used for."""
    code = item.code
    if item.resource_type != "unknown" or code is None or not code.coding:
        return (item.resource_type,)
    if is_known(code, terminology):
        return ("Condition",)
    return ("Observation", "ServiceRequest", "Procedure", "DiagnosticReport")


def may_matter(resource_type: str, code: CodeableConcept | None, terminology: Terminology) -> bool:
    """Whether an unreadable resource could have carried a fact: its code may say it cannot."""
    if code is None or not code.coding:
        return True
    if resource_type == "Observation":
        words = words_of(code)
        known = _observed(code, terminology) is not None
        return known or is_stain(words) or is_methylation(words)
    if resource_type == "Condition":
        return is_known(code, terminology)
    if resource_type in _ORDER_TYPES:
        return ordered_test(code, terminology) is not None
    return True


def about(
    resource_type: str, code: CodeableConcept | None, terminology: Terminology
) -> frozenset[str]:
    """What a resource that could not be used can be about; empty when that is not known."""
    if code is None:
        return frozenset()
    if resource_type == "Observation":
        observed = _observed(code, terminology)
        if observed is None:
            if is_methylation(words_of(code)):
                return frozenset({METHYLATION})
            return frozenset({"MSI"}) if is_stain(words_of(code)) else frozenset()
        return frozenset(observed.biomarkers) or _ABOUT.get(observed.reads, frozenset())
    if resource_type in _ORDER_TYPES:
        asked = ordered_test(code, terminology)
        return frozenset(asked.biomarkers) if asked else frozenset()
    return cancers_of(code, terminology) if resource_type == "Condition" else frozenset()


def _observed(code: CodeableConcept, terminology: Terminology) -> ObservationConcept | None:
    """The test of an Observation, by its code or by its name."""
    found = terminology.observation(code)
    is_open = found is None or found.reads == BY_NAME
    return (terminology.named_test(words_of(code)) or found) if is_open else found
