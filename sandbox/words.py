"""Words for FHIR: what a chart prints for a code, a date or a quantity.

Charts may be odd on purpose (other FHIR versions, missing parts), and a chart page must show what
it can. So everything here takes anything and returns text, empty when there is nothing to say.
"""

from __future__ import annotations

from datetime import date
from typing import Any

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# This EHR's own short names of tests; a code without one shows its display.
_SHORT_NAMES = {
    "21908-9": "Clinical stage group",
    "21902-2": "Pathologic stage group",
    "385361009": "FIGO stage",
    "718-7": "Hemoglobin",
    "777-3": "Platelets",
    "2160-0": "Creatinine",
    "4548-4": "Hemoglobin A1c",
    "29463-7": "Body weight",
    "2708-6": "Oxygen saturation",
    "85354-9": "Blood pressure",
    "85329-1": "Estrogen receptor, immunostain",
    "85325-9": "Progesterone receptor, immunostain",
    "85319-2": "HER2, immunostain",
    "83053-9": "PD-L1, immunostain",
    "81695-9": "Microsatellite instability",
    "94076-7": "Tumour mutation burden",
    "97509-4": "Course of disease",
    "58410-2": "Complete blood count",
    "51969-4": "Genetic analysis report",
}


def items(value: Any) -> list[dict[str, Any]]:
    """The objects of a FHIR element that may be a list, a single object or missing."""
    each = value if isinstance(value, list) else [value]
    return [one for one in each if isinstance(one, dict)]


def first(value: Any) -> dict[str, Any]:
    """The first object of an element, an empty one when there is none."""
    return next(iter(items(value)), {})


def text(value: Any) -> str:
    """A primitive as text; empty for anything else."""
    return str(value) if isinstance(value, (str, int, float)) else ""


def codings(concept: Any) -> list[dict[str, Any]]:
    """All codings of a CodeableConcept (of R5's CodeableReference too)."""
    found = []
    for each in items(concept):
        found += items(each.get("coding")) + codings(each.get("concept"))
    return found


def codes(concept: Any) -> set[str]:
    """The codes of a CodeableConcept, without their systems."""
    return {text(coding.get("code")) for coding in codings(concept)} - {""}


def concept_words(concept: Any) -> str:
    """A CodeableConcept as a chart prints it."""
    for each in items(concept):
        if text(each.get("text")):
            return text(each["text"])
    every = codings(concept)
    shown = [_SHORT_NAMES.get(text(coding.get("code")), "") for coding in every]
    shown += [text(coding.get("display")) for coding in every]
    shown += [text(coding.get("code")) for coding in every]
    return next((words for words in shown if words), "")


def quantity_words(quantity: Any) -> str:
    """A quantity: `12.8 g/dL`, `35 %`."""
    one = first(quantity)
    return " ".join(part for part in (text(one.get("value")), text(one.get("unit"))) if part)


def age_words(age: Any) -> str:
    """An age: `56`; empty when it is not recorded."""
    return text(first(age).get("value"))


def date_words(value: Any) -> str:
    """A FHIR date or dateTime, partial as recorded: `9 Nov 2026`, `Mar 2025`, `2024`."""
    parts = text(value).split("T")[0].split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3:
        return text(value)
    words = parts[:1]
    if len(parts) > 1 and 1 <= int(parts[1]) <= 12:
        words.insert(0, _MONTHS[int(parts[1]) - 1])
    if len(parts) > 2:
        words.insert(0, str(int(parts[2])))
    return " ".join(words)


def age_on(birth_date: Any, day: date) -> int | None:
    """Completed years on a day; a birth date without month or day counts from its end."""
    parts = [int(part) for part in text(birth_date).split("-") if part.isdigit()]
    if not parts:
        return None
    year, month, day_of_month = [*parts, 12, 31][:3] if len(parts) == 1 else [*parts, 31][:3]
    return day.year - year - ((day.month, day.day) < (month, day_of_month))
