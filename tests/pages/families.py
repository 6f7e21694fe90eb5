"""Families for the tests of the drawing: people by their path from the patient."""

from __future__ import annotations

from typing import Any

from oncology.dates import Span
from oncology.family.model import Cancer, Pedigree, Person

PATIENT = "patient"


def person(path: str | None, sex: str | None = None, key: str = "", **more: Any) -> Person:
    """Someone at a path; the key is the path unless several stand there."""
    name = key or (path if path else "relative" if path is None else PATIENT)
    return Person(
        key=name,
        label=name,
        path=path,
        sex=sex,
        references=(f"FamilyMemberHistory/{name}",),
        **more,
    )


def cancer(site: str | None, age: int | None = None, **more: Any) -> Cancer:
    """A cancer found at an age, or at one that is not recorded."""
    span = Span(age, age) if age is not None else Span()
    return Cancer(site, span, name=f"{site} cancer" if site else "cancer, site not known", **more)


def family(*people: Person, patient: Person | None = None) -> Pedigree:
    """The patient, a woman unless given, and her relatives."""
    return Pedigree((patient or person("", "female"), *people))
