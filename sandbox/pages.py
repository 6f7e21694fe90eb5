"""The pages of the sandbox EHR: the patient list, a chart with its side panel, the desk's forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.addresses import here
from sandbox.charts import GROUPS, Chart
from sandbox.desk import Desk, Forgotten
from sandbox.fhir.access import Access
from sandbox.fhir.server import FhirServer
from sandbox.hooks import CdsClient, ServiceDown, Visit, pretty
from sandbox.panel import Switches, call_services, fhir_server, view
from sandbox.smart.context import USERS, USUAL_USER, LaunchContext, user_reference
from sandbox.smart.launching import hook_scopes, launch_address
from sandbox.smart.server import SmartServer
from sandbox.smart.style import SMART_STYLE
from sandbox.summary import banner, sections
from sandbox.words import text

# Four stories that show what cards do; those that are not among the charts are left out.
_STARTERS = {
    "lung-adenocarcinoma-partial-results": "A card with a suggestion",
    "family-history-pat-met": "A genetics referral",
    "lung-histology-not-recorded": "One question, no advice",
    "diabetes-only": "Silence",
}


@dataclass(frozen=True)
class Ehr:
    """Everything the pages need; made once by the factory."""

    charts: dict[str, Chart]
    fhir: FhirServer
    smart: SmartServer
    client: CdsClient
    desk: Desk
    today: Callable[[], date]
    left_out: int = 0

    def chart(self, slug: str) -> Chart:
        """The chart of this slug; 404 when there is none."""
        if slug not in self.charts:
            abort(404)
        return self.charts[slug]


def page_routes(ehr: Ehr) -> Blueprint:
    """The blueprint of all pages."""
    pages = Blueprint("pages", __name__)
    pages.before_request(_refuse_other_sites)
    pages.add_app_template_filter(pretty, "pretty")

    @pages.get("/")
    def patients() -> str:
        """The list of synthetic patients."""
        return _patients_page(ehr, request.args.get("q", "").strip())

    @pages.get("/smart-style.json")
    def style() -> dict[str, str]:
        """The colours of this EHR for apps (SMART App Launch 2.2, "Styling")."""
        return SMART_STYLE

    @pages.get("/patients/<slug>")
    def patient(slug: str) -> str:
        """One chart with its cards."""
        return _patient_page(ehr, ehr.chart(slug), _switches())

    @pages.post("/patients/<slug>/accept")
    def accept(slug: str) -> Response:
        """Take a suggestion: its order goes to the draft orders."""
        ehr.chart(slug)
        try:
            topic = ehr.desk.accept(
                slug, request.form.get("card", ""), request.form.get("suggestion", "")
            )
        except Forgotten:
            abort(410)
        return _back(slug, f"card-{topic}")

    @pages.post("/patients/<slug>/dismiss")
    def dismiss(slug: str) -> Response:
        """Put a card aside with a reason."""
        ehr.chart(slug)
        try:
            done = ehr.desk.dismiss(
                slug, request.form.get("card", ""), request.form.get("reason", "")
            )
        except Forgotten:
            abort(410)
        return _back(slug, f"card-{done.topic}")

    @pages.post("/patients/<slug>/restore")
    def restore(slug: str) -> Response:
        """Show a dismissed card again."""
        ehr.chart(slug)
        topic = request.form.get("topic", "")
        ehr.desk.restore(slug, topic)
        return _back(slug, f"card-{topic}")

    @pages.post("/patients/<slug>/launch")
    def launch(slug: str) -> Response:
        """Open a registered app on this chart: a SMART EHR launch."""
        chart = ehr.chart(slug)
        app = ehr.smart.registry.find(request.form.get("app"))
        if app is None or not app.launch_url:
            abort(404)
        context = LaunchContext(
            user=user_reference(request.form.get("user", USUAL_USER), chart.patient_id),
            patient=chart.patient_id,
            encounter=_encounter(chart) or None,
        )
        return redirect(launch_address(ehr.smart.ledger, app, context, here()), code=303)

    @pages.post("/patients/<slug>/remove")
    def remove(slug: str) -> Response:
        """Take a draft order away."""
        ehr.chart(slug)
        ehr.desk.remove(slug, request.form.get("draft", ""))
        return _back(slug, "draft-orders")

    return pages


def _refuse_other_sites() -> None:
    """A form of another site must not act here: browsers name the origin of a POST."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


def _switches() -> Switches:
    return Switches.of(request.args.get("prefetch"), request.args.get("ehr"))


def _back(slug: str, anchor: str) -> Response:
    address = url_for("pages.patient", slug=slug, **_switches().query)  # type: ignore[arg-type]
    return redirect(f"{address}#{quote(anchor)}", code=303)


def _patients_page(ehr: Ehr, wanted: str) -> str:
    today = ehr.today()
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in GROUPS}
    for chart in sorted(ehr.charts.values(), key=_order):
        who = banner(chart, today)
        if _is_wanted(chart, wanted):
            groups[chart.group].append({"chart": chart, "banner": who})
    return render_template(
        "patients.html",
        groups=[(key, GROUPS[key], rows) for key, rows in groups.items() if rows],
        starters=[(ehr.charts[s], words) for s, words in _STARTERS.items() if s in ehr.charts],
        wanted=wanted,
        count=sum(map(len, groups.values())),
        total=len(ehr.charts),
        left_out=ehr.left_out,
    )


def _order(chart: Chart) -> tuple[bool, bool, str]:
    """The starters first, then the plain stories, then those named after a peculiarity."""
    return (chart.slug not in _STARTERS, not chart.slug.startswith(chart.group), chart.slug)


def _is_wanted(chart: Chart, wanted: str) -> bool:
    said = " ".join((chart.name, chart.title, chart.who, chart.should, *chart.promises)).lower()
    return all(word in said for word in wanted.lower().split())


def _patient_page(ehr: Ehr, chart: Chart, switches: Switches) -> str:
    at = here()
    user = user_reference(USUAL_USER, chart.patient_id)
    context = LaunchContext(user, chart.patient_id, _encounter(chart) or None)
    grant = ehr.smart.ledger.hook_grant(context, hook_scopes(at.conduct), at.conduct)
    visit = Visit(
        patient_id=chart.patient_id,
        encounter_id=_encounter(chart),
        fhir_server=fhir_server(switches, at.fhir),
        prefetching=switches.prefetching,
        grant=grant,
    )
    down, exchanges = "", []
    try:
        exchanges = call_services(ehr.client, visit, ehr.fhir, Access(grant, at.fhir))
    except ServiceDown as fault:
        down = str(fault)
    for exchange in exchanges:
        ehr.desk.show(chart.slug, exchange.cards)
    services = [view(exchange, ehr.desk, chart.slug) for exchange in exchanges]
    return render_template(
        "patient.html",
        chart=chart,
        banner=banner(chart, ehr.today()),
        sections=sections(chart),
        services=services,
        cards=sum(len(service.cards) for service in services),
        down=down,
        drafts=ehr.desk.drafts(chart.slug),
        switches=switches,
        fhir_server=visit.fhir_server,
        apps=[app for app in ehr.smart.registry.all() if app.launch_url],
        users={kind: words for kind, (_, words) in USERS.items()},
        service_url=ehr.client.url,
    )


def _encounter(chart: Chart) -> str:
    met = [each for each in chart.resources if each.get("resourceType") == "Encounter"]
    return text(met[-1].get("id")) if met else ""
