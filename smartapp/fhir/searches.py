"""The searches that make up a chart: which ones, and what each one's failing means."""

from __future__ import annotations

from urllib.parse import urlencode

from msgspec import Struct

from smartapp.fhir.capability import Capability
from smartapp.launch.scopes import Grants
from smartapp.opened import Loaded, Reading

Parameters = tuple[tuple[str, str], ...]


class Search(Struct, frozen=True):
    """One search of a patient's resources.

    `is_core`: cards rest on it too, so when it fails the type counts as not read. The others
    only add to it. `part` says in words which part of the type it asks for.
    """

    resource_type: str
    parameters: Parameters = ()
    part: str = ""
    is_core: bool = True


class Planned(Struct, frozen=True):
    """A search as it is asked of one EHR, or why it is not asked."""

    search: Search
    query: str = ""
    unasked: Loaded | None = None
    narrowed: tuple[str, ...] = ()


# ECOG and Karnofsky performance status.
_PERFORMANCE = "http://loinc.org|89247-1,http://loinc.org|89243-0"
_FAMILY_TEXTS = "http://loinc.org|10157-6,http://loinc.org|8670-2"
# Beside what cards ask for. Categories that many EHRs know; one that a server does not know is an
# error there, and costs nothing here.
MORE = (
    Search("Observation", (("category", "laboratory"),), "laboratory", is_core=False),
    Search("Observation", (("category", "genomics"),), "genomics", is_core=False),
    Search("Observation", (("code", _PERFORMANCE),), "performance status", is_core=False),
    Search("Observation", (("code", _FAMILY_TEXTS),), "family history in words", is_core=False),
    Search("DiagnosticReport", (("category", "GE"),), "genetics", is_core=False),
    Search("DiagnosticReport", (("category", "LAB"),), "laboratory", is_core=False),
    Search("Procedure", (), "all", is_core=False),
    Search("Specimen", (), "", is_core=False),
    Search("DocumentReference", (), "titles only", is_core=False),
)
_WORDS = {
    Reading.UNSUPPORTED: "This EHR does not offer it.",
    Reading.NOT_GRANTED: "OncoCue was not given access to it.",
}


def plan(
    searches: tuple[Search, ...], patient: str, can: Capability, grants: Grants
) -> list[Planned]:
    """How each search is asked, given what the server can do and the token allows."""
    return [_planned(search, patient, can, grants) for search in searches]


def _planned(search: Search, patient: str, can: Capability, grants: Grants) -> Planned:
    kind = search.resource_type
    if not can.has(kind):
        return _unasked(search, Reading.UNSUPPORTED)
    if not grants.allows(kind, "s"):
        return _unasked(search, Reading.NOT_GRANTED)
    # A parameter the server does not know is left out, and more comes than was asked for; a
    # search that only adds would then repeat another.
    known = tuple(pair for pair in search.parameters if can.knows(kind, pair[0]))
    if known != search.parameters and not search.is_core:
        return _unasked(search, Reading.UNSUPPORTED)
    query = urlencode([("patient", patient), *known], safe=":/|,")
    return Planned(search, f"{kind}?{query}", narrowed=grants.narrowed_to(kind, "s"))


def _unasked(search: Search, state: Reading) -> Planned:
    loaded = Loaded(search.resource_type, state, part=search.part, words=_WORDS[state])
    return Planned(search, unasked=loaded)
