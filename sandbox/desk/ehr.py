"""The parts of the sandbox EHR that its pages share; made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from flask import abort, request

from sandbox.addresses import Addresses
from sandbox.charts import Chart
from sandbox.desk.cards import Cards
from sandbox.desk.hooks import CdsClient
from sandbox.desk.orders import DraftOrders
from sandbox.desk.signing import Signer
from sandbox.desk.switches import Switches
from sandbox.fhir.matching import belongs_to
from sandbox.fhir.server import FhirServer
from sandbox.smart.context import LaunchContext, user_reference
from sandbox.smart.launching import hook_scopes
from sandbox.smart.ledger import Grant
from sandbox.smart.server import SmartServer
from sandbox.words import text


@dataclass(frozen=True)
class Ehr:
    """Charts, FHIR server, authorization server, and what is on the desk."""

    charts: dict[str, Chart]
    fhir: FhirServer
    smart: SmartServer
    service_url: str
    today: Callable[[], date]
    left_out: int = 0
    cards: Cards = field(default_factory=Cards)
    drafts: DraftOrders = field(default_factory=DraftOrders)

    def chart(self, slug: str) -> Chart:
        """The chart of this slug with what was filed since; 404 when there is none."""
        if slug not in self.charts:
            abort(404)
        chart = self.charts[slug]
        every = self.fhir.records.filed
        filed = tuple(each for each in every if belongs_to(each, chart.patient_id))
        return replace(chart, resources=(*chart.resources, *filed), filed=filed)

    def at(self, switches: Switches) -> Addresses:
        """The addresses of this EHR in the mood of the page."""
        return Addresses(request.host_url.rstrip("/"), switches.conduct)

    def client(self, switches: Switches) -> CdsClient:
        """What calls the CDS service, signed in the name of this EHR."""
        signer = Signer(self.smart.keys, self.smart.ledger, self.at(switches))
        return CdsClient(self.service_url, signer)

    def hook_grant(self, chart: Chart, switches: Switches) -> Grant:
        """The token of the hook calls of one page."""
        context = LaunchContext(
            user=user_reference(switches.user, chart.patient_id),
            patient=chart.patient_id,
            encounter=encounter_of(chart) or None,
            faults=frozenset(switches.faults),
        )
        scopes = hook_scopes(switches.conduct)
        return self.smart.ledger.hook_grant(context, scopes, switches.conduct)


def encounter_of(chart: Chart) -> str:
    """The id of the visit under way; empty when there is none."""
    met = [each for each in chart.resources if each.get("resourceType") == "Encounter"]
    return text(met[-1].get("id")) if met else ""
