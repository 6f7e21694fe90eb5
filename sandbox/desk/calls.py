"""Which hooks fire on a page, and the answers for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.charts import Chart
from sandbox.desk.ehr import Ehr, encounter_of
from sandbox.desk.exchange import Exchange
from sandbox.desk.hooks import ServiceDown
from sandbox.desk.panel import ServiceView, Standing, view
from sandbox.desk.prefetch import (
    DEAD_FHIR_SERVER,
    ORDER_SELECT,
    ORDER_SIGN,
    PATIENT_VIEW,
    Visit,
    hook_request,
    prefetch_keys,
)
from sandbox.desk.switches import Switches
from sandbox.fhir.access import Access

TITLES = {
    PATIENT_VIEW: "Decision support",
    ORDER_SELECT: "On the selected order",
    ORDER_SIGN: "Before signing",
}


@dataclass(frozen=True)
class Panel:
    """One hook of a page: the services that speak of it and their cards. None: not offered."""

    hook: str
    services: tuple[ServiceView, ...]

    @property
    def title(self) -> str:
        """What the clinician calls it."""
        return TITLES[self.hook]


@dataclass(frozen=True)
class Answers:
    """Everything that was asked for one page; `down` says why nothing was."""

    panels: tuple[Panel, ...] = ()
    down: str = ""
    fhir_server: str = ""

    @property
    def services(self) -> tuple[ServiceView, ...]:
        """All services of all panels, in the order of the page."""
        return tuple(service for panel in self.panels for service in panel.services)

    def number(self, service: ServiceView) -> int:
        """The place of a service among all of the page, from 1."""
        return next(n for n, each in enumerate(self.services, 1) if each is service)


def ask(ehr: Ehr, chart: Chart, switches: Switches, hooks: dict[str, tuple[str, ...]]) -> Answers:
    """Call the services of these hooks, each with the references that are selected for it."""
    at = ehr.at(switches)
    grant = ehr.hook_grant(chart, switches)
    drafts = ehr.drafts.of(chart.slug)
    visit = Visit(
        patient_id=chart.patient_id,
        encounter_id=encounter_of(chart),
        fhir_server=at.fhir if switches.is_ehr_up else DEAD_FHIR_SERVER,
        prefetching=switches.prefetching,
        user_id=grant.context.user,
        grant=grant,
        drafts=tuple(draft.resource for draft in drafts),
    )
    client, access = ehr.client(switches), Access(grant, at.fhir)
    try:
        offered = client.discover()
    except ServiceDown as fault:
        return Answers(down=str(fault), fhir_server=visit.fhir_server)
    panels = []
    for hook, selections in hooks.items():
        exchanges: list[Exchange] = []
        for service in offered:
            if service.hook == hook:
                about = replace(visit, selections=selections)
                keys = prefetch_keys(service, about, ehr.fhir, access)
                exchanges.append(client.call(service, hook_request(about, keys, hook), keys))
        for exchange in exchanges:
            ehr.cards.show(chart.slug, exchange.service.id, exchange.cards)
        standing = Standing.of(chart.slug, ehr.cards, drafts, ehr.smart.registry)
        panels.append(Panel(hook, tuple(view(each, standing) for each in exchanges)))
    return Answers(tuple(panels), fhir_server=visit.fhir_server)
