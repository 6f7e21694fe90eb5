"""The services table: one place for discovery, prefetch and what each service needs."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cds_hooks.profiles import Profile
from oncology.terminology import ObservationConcept, Terminology

DISCOVERY = "/cds-services"
ORDER_SELECT, ORDER_SIGN = "order-select", "order-sign"
ORDER_HOOKS = (ORDER_SELECT, ORDER_SIGN)
ORDER_KINDS = frozenset({"pharmacogenomics", "order-check"})
# The version of the standard that `version` in discovery names; the field is new in that ballot.
_BALLOT_VERSION = "3.0.0-ballot"
_IN_WORDS = "family-history"
_OF_GENES = "phenotype"
_URLS = {
    "loinc": "http://loinc.org",
    "snomed": "http://snomed.info/sct",
    "genomics-reporting": "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs",
}


class Prefetch(Struct, frozen=True):
    """One prefetch key: the query, the resource type it brings, whether we can do without."""

    key: str
    query: str
    resource_type: str
    is_required: bool


class Service(Struct, frozen=True):
    """One CDS service: a hook, the kinds of finding it speaks of, and its data."""

    id: str
    hook: str
    title: str
    description: str
    kinds: frozenset[str]
    prefetch: tuple[Prefetch, ...]

    @property
    def path(self) -> str:
        """Where it is called."""
        return f"{DISCOVERY}/{self.id}"

    def discovery(self, profile: Profile) -> dict[str, object]:
        """The entry of this service in the discovery document of a client."""
        keys = profile.prefetch
        entry: dict[str, object] = {
            "id": self.id,
            "hook": self.hook,
            "title": self.title,
            "description": self.description,
            "prefetch": {
                keys.get(item.key, item.key): profile.queries.get(item.key, item.query)
                for item in self.prefetch
            },
            "usageRequirements": (
                "Needs "
                + ", ".join(keys.get(p.key, p.key) for p in self.prefetch if p.is_required)
                + "; the other keys make the advice more complete. Keys that are not sent are "
                "fetched when fhirServer is given."
            ),
        }
        if profile.ballot:
            entry["version"] = _BALLOT_VERSION
        return entry


def services(terminology: Terminology) -> dict[str, Service]:
    """All services by id. The queries ask by code or category, never for all observations."""
    queries = _queries(terminology)

    def keys(required: str, optional: str, of: str = "") -> tuple[Prefetch, ...]:
        return tuple(
            Prefetch(
                key, *queries.get(f"{of}{key}", queries[key]), is_required=key in required.split()
            )
            for key in (required + " " + optional).split()
        )

    of_orders = keys(
        "patient observations", "conditions orders medications administrations", of="order-"
    )

    table = (
        Service(
            id="biomarker-testing",
            hook="patient-view",
            title="OncoCue: biomarker testing",
            description=(
                "Names the guideline-recommended biomarker tests that are due for the patient's "
                "cancer and have no usable result or open order on file."
            ),
            kinds=frozenset({"biomarker-testing"}),
            prefetch=keys("patient conditions observations", "reports orders medications"),
        ),
        Service(
            id="genetic-counseling",
            hook="patient-view",
            title="OncoCue: genetic counselling",
            description=(
                "Points out a personal or family history that meets published criteria for "
                "referral to cancer genetics when no referral, visit or germline result is on file."
            ),
            kinds=frozenset({"genetic-counseling"}),
            prefetch=keys("patient conditions", "family observations orders procedures"),
        ),
        Service(
            id="trial-search",
            hook="patient-view",
            title="OncoCue: trial search",
            description=(
                "Offers a trial search when advanced disease has a marker without a labelled "
                "drug, a resistance marker, or no marker after complete testing."
            ),
            kinds=frozenset({"trial-search"}),
            prefetch=keys("patient conditions", "observations medications"),
        ),
        Service(
            id="oncology-order-select",
            hook=ORDER_SELECT,
            title="OncoCue: oncology order, on selection",
            description=(
                "Tells when a selected drug needs a drug-gene test or a biomarker that is not on "
                "file, when a result on file conflicts with it, and when a selected test has a "
                "result or an open order already."
            ),
            kinds=ORDER_KINDS,
            prefetch=of_orders,
        ),
        Service(
            id="oncology-order-sign",
            hook=ORDER_SIGN,
            title="OncoCue: oncology order, on signing",
            description=(
                "Tells the same of all orders about to be signed, new ones and revised ones."
            ),
            kinds=ORDER_KINDS,
            prefetch=of_orders,
        ),
    )
    return {service.id: service for service in table}


def _queries(terminology: Terminology) -> dict[str, tuple[str, str]]:
    patient = "patient={{context.patientId}}"

    def coded(concepts: Iterable[ObservationConcept]) -> str:
        return ",".join(f"{_URLS[each.system]}|{each.code}" for each in concepts)

    # Family history told in words makes no card, so no hook asks for it.
    known = [each for each in terminology.observations.values() if each.reads != _IN_WORDS]
    # Drug-gene results matter when a drug is ordered, and only then.
    observed = coded(each for each in known if _OF_GENES not in each.sees)
    ordered = [order for order in terminology.orders.values() if order.system in _URLS]
    reports = ",".join(f"{_URLS[o.system]}|{o.code}" for o in ordered if o.means == "tumour-panel")
    visits = ",".join(
        f"{_URLS[o.system]}|{o.code}"
        for o in ordered
        if o.means in ("genetic-counselling", "genetic-test")
    )
    statuses = "status=draft,active,on-hold,completed"
    return {
        "patient": ("Patient/{{context.patientId}}", "Patient"),
        # Without a category: many EHRs leave it out, and the search would come back empty.
        "conditions": (f"Condition?{patient}", "Condition"),
        "observations": (f"Observation?{patient}&code={observed}", "Observation"),
        "order-observations": (f"Observation?{patient}&code={coded(known)}", "Observation"),
        "administrations": (
            f"MedicationAdministration?{patient}&status=completed,in-progress",
            "MedicationAdministration",
        ),
        "reports": (f"DiagnosticReport?{patient}&code={reports}", "DiagnosticReport"),
        "orders": (f"ServiceRequest?{patient}&{statuses}", "ServiceRequest"),
        # Plans too: treatment that is planned, and what patients say they take (US Core).
        "medications": (f"MedicationRequest?{patient}&intent=order,plan", "MedicationRequest"),
        "procedures": (f"Procedure?{patient}&code={visits}", "Procedure"),
        "family": (f"FamilyMemberHistory?{patient}", "FamilyMemberHistory"),
    }
