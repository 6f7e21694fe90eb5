"""Opening apps from a chart: in a frame on the page, or in a tab of their own."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from sandbox.charts import Chart
from sandbox.desk.cards import Forgotten
from sandbox.desk.ehr import Ehr, encounter_of
from sandbox.desk.pages import refuse_other_sites
from sandbox.desk.summary import banner
from sandbox.desk.switches import Switches
from sandbox.fhir.matching import SCOPED_KINDS
from sandbox.smart.clients import RegisteredApp
from sandbox.smart.context import LaunchContext, user_reference
from sandbox.smart.launching import launch_address
from sandbox.words import items, text


def app_routes(ehr: Ehr) -> Blueprint:
    """The blueprint of launches. What a launch is about stands in the form, not in a session."""
    apps = Blueprint("apps", __name__)
    apps.before_request(refuse_other_sites)

    @apps.post("/patients/<slug>/launch")
    def in_a_tab(slug: str) -> Response:
        """Open an app on this chart, in the tab of the form."""
        return redirect(_address(ehr, ehr.chart(slug), request.form, is_framed=False), code=303)

    @apps.post("/patients/<slug>/app")
    def in_a_frame(slug: str) -> str:
        """Open an app on this chart, inside the EHR's page."""
        chart = ehr.chart(slug)
        return render_template(
            "app.html",
            chart=chart,
            banner=banner(chart, ehr.today()),
            app=_app(ehr, request.form),
            address=_address(ehr, chart, request.form, is_framed=True),
            switches=Switches.of(request.args),
        )

    return apps


def _app(ehr: Ehr, form: MultiDict[str, str]) -> RegisteredApp:
    app = ehr.smart.registry.find(form.get("app"))
    if app is None or not app.launch_url:
        abort(404)
    return app


def _address(ehr: Ehr, chart: Chart, form: MultiDict[str, str], is_framed: bool) -> str:
    switches, app = Switches.of(request.args), _app(ehr, form)
    report = form.get("report", "")
    context = LaunchContext(
        user=user_reference(switches.user, chart.patient_id),
        patient=chart.patient_id,
        encounter=encounter_of(chart) or None,
        fhir_context=({"reference": f"DiagnosticReport/{report}"},) if report else (),
        intent=form.get("intent") or None,
        app_context=_app_context(ehr, chart, form),
        # Around a frame the EHR shows who the patient is; a tab of its own has nobody else.
        need_patient_banner=not is_framed,
        faults=frozenset(switches.faults),
        withheld=frozenset(form.getlist("withheld")) & frozenset(SCOPED_KINDS),
    )
    return launch_address(ehr.smart.ledger, app, context, ehr.at(switches))


def _app_context(ehr: Ehr, chart: Chart, form: MultiDict[str, str]) -> str | None:
    """The appContext of the card's link that is followed, if one is."""
    if "card" not in form:
        return None
    try:
        card = ehr.cards.find(chart.slug, form["card"]).card
    except Forgotten:
        abort(410)
    links: list[dict[str, Any]] = items(card.get("links"))
    number = form.get("link", "")
    if not number.isdecimal() or int(number) >= len(links):
        abort(410)
    return text(links[int(number)].get("appContext")) or None
