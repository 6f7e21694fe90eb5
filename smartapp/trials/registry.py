"""ClinicalTrials.gov, API version 2, behind a cache on disk; or a recorded copy of it.

What leaves: a condition, a biomarker, recruitment statuses. Nothing of the patient.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec import Struct

from smartapp.trials.study import Page, Study

if TYPE_CHECKING:
    from requests_cache import CachedSession

API = "https://clinicaltrials.gov/api/v2"
_STATUSES = "RECRUITING|NOT_YET_RECRUITING|ENROLLING_BY_INVITATION"
_FIELDS = (
    "IdentificationModule|StatusModule|ConditionsModule|DesignModule|EligibilityModule|"
    "ContactsLocationsModule"
)
_PAGE_SIZE, _MOST_PAGES = 100, 3
_SECONDS = 8.0
_MOST_BYTES = 40_000_000
_PAGE = msgspec.json.Decoder(Page)


class RegistryUnreachable(OSError):
    """The registry could not be asked, and no copy is at hand."""


class Wanted(Struct, frozen=True):
    """What is asked of the registry: a condition in words, and a biomarker or nothing."""

    condition: str
    term: str = ""


class Found(Struct, frozen=True):
    """Studies, how many there are in all, the day of the registry's data, and if it is a copy."""

    studies: tuple[Study, ...]
    total: int
    as_of: str
    is_copy: bool = False


class Registry(Protocol):
    """Where studies come from."""

    def search(self, wanted: Wanted) -> Found:
        """Open studies of a condition. Raises RegistryUnreachable."""
        ...


class _Version(Struct, frozen=True, rename="camel"):
    data_timestamp: str = ""


class LiveRegistry:
    """ClinicalTrials.gov itself; answers are kept on disk and used again, or when it is down."""

    def __init__(self, cache_file: Path, hours: int = 24, api: str = API) -> None:
        self._api = api
        self._cache_file = cache_file
        self._seconds = hours * 3600

    @cached_property
    def _session(self) -> CachedSession:
        """Made with the first search: a server that is never asked makes no file."""
        from requests_cache import CachedSession  # noqa: PLC0415

        self._cache_file.parent.mkdir(parents=True, exist_ok=True)
        return CachedSession(
            str(self._cache_file),
            backend="sqlite",
            expire_after=self._seconds,
            stale_if_error=True,
            allowable_codes=(200,),
        )

    def search(self, wanted: Wanted) -> Found:
        """Open studies of a condition, at most three pages of a hundred."""
        query = {
            "query.cond": wanted.condition,
            "filter.overallStatus": _STATUSES,
            "fields": _FIELDS,
            "pageSize": str(_PAGE_SIZE),
            "countTotal": "true",
        }
        if wanted.term:
            query["query.term"] = wanted.term
        version, is_copy = self._get("/version", {})
        studies: list[Study] = []
        total = 0
        for _ in range(_MOST_PAGES):
            body, stale = self._get("/studies", query)
            try:
                page = _PAGE.decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                raise RegistryUnreachable("The registry's answer is not understood.") from None
            is_copy = is_copy or stale
            studies += page.studies
            total = total if page.total_count is None else page.total_count
            if not page.next_page_token:
                break
            query["pageToken"] = page.next_page_token
        return Found(tuple(studies), max(total, len(studies)), _day(version), is_copy)

    def _get(self, path: str, query: dict[str, str]) -> tuple[bytes, bool]:
        from requests import RequestException  # noqa: PLC0415

        try:
            reply = self._session.get(f"{self._api}{path}", params=query, timeout=_SECONDS)
        except RequestException as error:
            raise RegistryUnreachable("ClinicalTrials.gov could not be reached.") from error
        if reply.status_code != 200 or len(reply.content) > _MOST_BYTES:
            raise RegistryUnreachable(f"ClinicalTrials.gov answered {reply.status_code}.")
        return reply.content, bool(getattr(reply, "is_expired", False))


def _day(version: bytes) -> str:
    try:
        return msgspec.json.decode(version, type=_Version).data_timestamp[:10]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


class RecordedRegistry:
    """A recorded page of the registry, for the demonstration and tests: no network."""

    def __init__(self, file: Path, as_of: str) -> None:
        self._page = _PAGE.decode(file.read_bytes())
        self._as_of = as_of

    def search(self, wanted: Wanted) -> Found:
        """Open studies whose conditions, keywords or criteria hold the words asked for."""
        studies = tuple(each for each in self._page.studies if _is_wanted(each, wanted))
        return Found(studies, len(studies), self._as_of, is_copy=True)


def _is_wanted(study: Study, wanted: Wanted) -> bool:
    if not study.is_open:
        return False
    protocol = study.protocol_section
    about = " ".join((*protocol.conditions_module.conditions, *protocol.conditions_module.keywords))
    text = f"{about} {study.title} {protocol.eligibility_module.eligibility_criteria}".casefold()
    words = wanted.condition.casefold().split()
    return all(word in about.casefold() for word in words) and wanted.term.casefold() in text
