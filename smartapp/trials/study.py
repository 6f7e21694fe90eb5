"""A study as ClinicalTrials.gov's API version 2 gives it: only the fields this product shows."""

from __future__ import annotations

import re

from msgspec import Struct

_AGE = re.compile(r"(\d+)\s+(Year|Month|Week|Day)", re.I)
_PER_YEAR = {"year": 1, "month": 12, "week": 52, "day": 365}
# Statuses of a study or a site where a patient may enrol, now or soon.
OPEN = frozenset({"RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "AVAILABLE"})


class _Api(Struct, frozen=True, rename="camel"):
    """Base: the registry's names are camelCase; what is not read is ignored."""


class Identification(_Api, frozen=True):
    nct_id: str
    brief_title: str = ""


class Updated(_Api, frozen=True):
    date: str = ""


class Status(_Api, frozen=True):
    overall_status: str = ""
    last_update_post_date_struct: Updated = Updated()


class Conditions(_Api, frozen=True):
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Design(_Api, frozen=True):
    study_type: str = ""
    phases: tuple[str, ...] = ()


class Eligibility(_Api, frozen=True):
    eligibility_criteria: str = ""
    sex: str = "ALL"
    minimum_age: str = ""
    maximum_age: str = ""


class GeoPoint(_Api, frozen=True):
    lat: float
    lon: float


class Contact(_Api, frozen=True):
    name: str = ""
    phone: str = ""
    email: str = ""


class Location(_Api, frozen=True):
    facility: str = ""
    status: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    geo_point: GeoPoint | None = None
    contacts: tuple[Contact, ...] = ()


class ContactsLocations(_Api, frozen=True):
    central_contacts: tuple[Contact, ...] = ()
    locations: tuple[Location, ...] = ()


class Protocol(_Api, frozen=True):
    identification_module: Identification
    status_module: Status = Status()
    conditions_module: Conditions = Conditions()
    design_module: Design = Design()
    eligibility_module: Eligibility = Eligibility()
    contacts_locations_module: ContactsLocations = ContactsLocations()


class Study(_Api, frozen=True):
    """One study of the registry."""

    protocol_section: Protocol

    @property
    def nct_id(self) -> str:
        """Its registry number."""
        return self.protocol_section.identification_module.nct_id

    @property
    def title(self) -> str:
        """Its brief title."""
        return self.protocol_section.identification_module.brief_title

    @property
    def is_open(self) -> bool:
        """Whether it recruits, or will."""
        return self.protocol_section.status_module.overall_status in OPEN


class Page(_Api, frozen=True):
    """One page of a search."""

    studies: tuple[Study, ...] = ()
    next_page_token: str = ""
    total_count: int | None = None


def age_in_years(text: str) -> float | None:
    """`18 Years`, `6 Months` as years; None when the registry gives no such limit (`N/A`)."""
    match = _AGE.match(text)
    return int(match[1]) / _PER_YEAR[match[2].lower()] if match else None
