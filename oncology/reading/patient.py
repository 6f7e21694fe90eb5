"""Patient: birth date, sex, death."""

from __future__ import annotations

from oncology.reading.elements import DomainResource


class Patient(DomainResource, frozen=True, gc=False, tag="Patient"):
    """FHIR Patient."""

    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
