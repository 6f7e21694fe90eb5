"""Read, search and create: what every request to the FHIR server comes to."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

from sandbox.conduct.mood import Fhir
from sandbox.fhir.access import Access
from sandbox.fhir.bundles import bundle_of, dressed
from sandbox.fhir.creating import check_new, existing, filed
from sandbox.fhir.matching import (
    KINDS,
    SEARCH_PARAMETERS,
    USER_KINDS,
    Params,
    Resource,
    belongs_to,
    matches,
    patient_id,
    patient_names,
)
from sandbox.fhir.outcome import Refused
from sandbox.fhir.paging import Pages, Results, pages_of
from sandbox.fhir.records import Records
from sandbox.smart.context import user_resource

_CONTROLS = ("_count", "_format", "_pretty")


class FhirServer:
    """The records behind tokens. `pause` waits some seconds: a fault."""

    def __init__(self, records: Records, pause: Callable[[float], None]) -> None:
        self.records = records
        self.pages = Pages()
        self._creating = Lock()
        self.pause = pause

    def read(self, access: Access, kind: str, identifier: str) -> Resource:
        """One resource by type and id. Raises Refused when there is none or it may not be seen."""
        self._begin(access, kind, "r")
        if not access.conduct.mood.searching(kind).reads:
            raise Refused(405, "not-supported", f"This server does not read {kind} by id.")
        if kind in USER_KINDS:
            found = user_resource(f"{kind}/{identifier}")
        else:
            found = self.records.find(kind, identifier)
        if found is None:
            raise Refused(404, "not-found", f"There is no {kind} of this id.")
        if not access.sees(found, "r"):
            raise Refused(403, "forbidden", "The token does not cover this resource.")
        return dressed(access, found)

    def search(self, access: Access, kind: str, params: Params) -> Resource:
        """A searchset Bundle of one patient's resources, a page of it when there are many.

        Parameters this server does not know are ignored and named in an OperationOutcome entry.
        Raises Refused for a search that names no patient or cannot be understood.
        """
        self._begin(access, kind, "s")
        if kind not in SEARCH_PARAMETERS:
            raise Refused(404, "not-supported", f"This server does not search {kind}.")
        paging = access.conduct.mood.fhir.paging_parameter
        if page := next((value for name, value in params if name == paging), ""):
            if "down-midway" in access.conduct.faults:
                raise Refused(500, "exception", "The server failed.")
            return bundle_of(access, self.pages.find(page, access.grant.family), self.pages, [])
        known = self._known(access, kind)
        self._check_patient(access, kind, params)
        self._check_needs(access, kind, params)
        used = [(name, value) for name, value in params if name in known]
        ignored = sorted({name for name, _ in params if name not in (*known, *_CONTROLS)})
        count = self._count(access.conduct.mood.fhir, params)
        found = tuple(each for each in self.records.of(kind) if self._fits(access, each, used))
        link = _self_link(access.base, kind, used, params)
        pages = pages_of(found, count, access.conduct)
        results = Results(kind, pages, len(found), link, access.grant.family)
        return bundle_of(access, results, self.pages, ignored)

    def create(self, access: Access, kind: str, body: Any, condition: str) -> tuple[Resource, bool]:
        """A new resource, and whether it is new; `condition` is that of If-None-Exist.

        Raises Refused when it is not valid or may not be written.
        """
        self._begin(access, kind, "c")
        with self._creating:
            checked = check_new(access, kind, body)
            held = existing(self.records, access, kind, condition) if condition else None
            return (held, False) if held else (filed(self.records, checked), True)

    def answer(self, access: Access, query: str) -> Resource:
        """What a prefetch query (`Patient/1`, `Condition?patient=1&…`) brings."""
        path, _, rest = query.partition("?")
        kind, _, identifier = path.partition("/")
        if identifier:
            return self.read(access, kind, unquote(identifier))
        return self.search(access, kind, parse_qsl(rest, keep_blank_values=True))

    def _begin(self, access: Access, kind: str, letter: str) -> None:
        mood, faults = access.conduct.mood, access.conduct.faults
        if kind not in KINDS or not mood.searching(kind).is_offered:
            raise Refused(404, "not-supported", "This server does not hold this type of resource.")
        access.require(kind, letter)
        if kind == "Observation" and "forbidden" in faults:
            raise Refused(403, "forbidden", "The user may not see Observations.")
        if kind == "Observation" and "break-the-glass" in faults:
            raise Refused(403, "security", "The user has to break the glass first.", "4130")

    def _known(self, access: Access, kind: str) -> tuple[str, ...]:
        searching = access.conduct.mood.searching(kind)
        native = tuple(dict.fromkeys(("_id", *SEARCH_PARAMETERS[kind])))
        offered = native if searching.only is None else searching.only
        return (*patient_names(kind), *(n for n in offered if n not in searching.without))

    def _check_patient(self, access: Access, kind: str, params: Params) -> None:
        named = [patient_id(value) for name, value in params if name in patient_names(kind)]
        if not named:
            raise Refused(400, "required", f"A search of {kind} needs the parameter patient.")
        for patient in named:
            access.require_patient(kind, "s", patient)

    def _check_needs(self, access: Access, kind: str, params: Params) -> None:
        searching = access.conduct.mood.searching(kind)
        names = {name for name, _ in params}
        if searching.one_of and not names & {*searching.one_of, "_id"}:
            needed = " or ".join(searching.one_of)
            raise Refused(400, "required", f"A search of {kind} needs {needed} too.")
        for name, value in params:
            if name == "category" and searching.categories:
                for token in value.split(","):
                    if token.rpartition("|")[2] not in searching.categories:
                        raise Refused(400, "value", "This category is not known here.")

    def _fits(self, access: Access, resource: Resource, used: Params) -> bool:
        kind = str(resource.get("resourceType"))
        of_patient = all(
            belongs_to(resource, patient_id(value))
            for name, value in used
            if name in patient_names(kind)
        )
        tests = [(name, value) for name, value in used if name not in patient_names(kind)]
        fits = of_patient and all(matches(resource, name, value) for name, value in tests)
        return fits and access.sees(resource, "s")

    def _count(self, rules: Fhir, params: Params) -> int:
        given = [value for key, value in params if key == "_count"]
        if not given:
            return rules.page
        if not given[-1].isdecimal() or int(given[-1]) < 1:
            raise Refused(400, "value", "_count is not a whole number above zero.")
        return min(int(given[-1]), rules.most)


def _self_link(base: str, kind: str, used: Params, params: Params) -> str:
    controls = [(name, value) for name, value in params if name == "_count"]
    return f"{base}/{kind}?{urlencode([*used, *controls], safe=':/|,')}"
