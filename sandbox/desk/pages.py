"""The pages of the sandbox EHR: the patient list, and a chart with its side panel."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request

from sandbox.charts import GROUPS, Chart
from sandbox.conduct import faults, moods
from sandbox.desk.calls import ask
from sandbox.desk.ehr import Ehr
from sandbox.desk.hooks import pretty
from sandbox.desk.orders import catalogue
from sandbox.desk.prefetch import ORDER_SELECT, ORDER_SIGN, PATIENT_VIEW
from sandbox.desk.summary import banner, ordered, sections
from sandbox.desk.switches import Switches
from sandbox.smart.context import USERS
from sandbox.smart.style import SMART_STYLE

# Four stories that show what cards do; those that are not among the charts are left out.
_STARTERS = {
    "lung-adenocarcinoma-partial-results": "A card with a suggestion",
    "family-history-pat-met": "A genetics referral",
    "lung-histology-not-recorded": "One question, no advice",
    "diabetes-only": "Silence",
}
_INTENTS = ("biomarker", "family-history", "trials", "reconcile-medications")


def page_routes(ehr: Ehr) -> Blueprint:
    """The blueprint of the pages that are only looked at."""
    pages = Blueprint("pages", __name__)
    pages.add_app_template_filter(pretty, "pretty")
    pages.add_app_template_filter(ordered, "ordered")

    @pages.get("/")
    def patients() -> str:
        """The list of synthetic patients."""
        return _patients_page(ehr, request.args.get("q", "").strip())

    @pages.get("/patients/<slug>")
    def patient(slug: str) -> str:
        """One chart with its cards."""
        return _patient_page(ehr, ehr.chart(slug), Switches.of(request.args))

    @pages.get("/smart-style.json")
    def style() -> dict[str, str]:
        """The colours of this EHR for apps (SMART App Launch 2.2, "Styling")."""
        return SMART_STYLE

    @pages.get("/.well-known/jwks.json")
    def jwks() -> Response:
        """The key that signs hook calls: `jku` of their tokens."""
        return jsonify(ehr.smart.keys.hook_jwks())

    return pages


def refuse_other_sites() -> None:
    """A form of another site must not act here: browsers name the origin of a POST."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        abort(403)


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
    answers = ask(ehr, chart, switches, _hooks(ehr, chart, switches))
    reports = [each for each in chart.resources if each.get("resourceType") == "DiagnosticReport"]
    return render_template(
        "patient.html",
        chart=chart,
        banner=banner(chart, ehr.today()),
        sections=sections(chart),
        answers=answers,
        drafts=ehr.drafts.of(chart.slug),
        catalogue=catalogue(),
        switches=switches,
        moods=moods(),
        faults=faults(),
        service_url=ehr.service_url,
        apps=[app for app in ehr.smart.registry.all() if app.launch_url],
        users={kind: words for kind, (_, words) in USERS.items()},
        intents=_INTENTS,
        reports=reports,
        feedback=request.args.get("told", "")[:3],
    )


def _hooks(ehr: Ehr, chart: Chart, switches: Switches) -> dict[str, tuple[str, ...]]:
    """The hooks that fire on this page, each with what is selected for it."""
    hooks: dict[str, tuple[str, ...]] = {PATIENT_VIEW: ()}
    drafts = ehr.drafts.of(chart.slug)
    chosen = tuple(draft.reference for draft in drafts if draft.id == switches.selected)
    if switches.hook == ORDER_SELECT and chosen:
        hooks[ORDER_SELECT] = chosen
    if switches.hook == ORDER_SIGN and drafts:
        hooks[ORDER_SIGN] = ()
    return hooks
