"""The sandbox EHR: synthetic patients, their FHIR server, and the cards of a CDS service."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from sandbox.charts import Chart, load_charts
from sandbox.desk.apps import app_routes
from sandbox.desk.card_forms import card_routes
from sandbox.desk.ehr import Ehr
from sandbox.desk.order_forms import order_routes
from sandbox.desk.pages import page_routes
from sandbox.desk.summary import banner
from sandbox.fhir.matching import SCOPED_KINDS
from sandbox.fhir.outcome import operation_outcome
from sandbox.fhir.records import Records
from sandbox.fhir.routes import fhir_response, fhir_routes
from sandbox.fhir.server import FhirServer
from sandbox.smart.chooser import Choice, Chooser
from sandbox.smart.clients import RegisteredApp, Registry
from sandbox.smart.keys import EhrKeys
from sandbox.smart.launching import usual_app
from sandbox.smart.ledger import Ledger
from sandbox.smart.publishing import root_routes
from sandbox.smart.routes import smart_routes
from sandbox.smart.server import SmartServer

_ERRORS = {
    403: ("Refused", "This form was sent from another site."),
    404: ("Not found", "There is no such page or patient in this sandbox."),
    405: ("Not possible", "This address does not answer this kind of request."),
    410: (
        "This card is no longer held",
        "The sandbox was restarted, or the page is too old. Open the chart again; the services "
        "will be asked anew.",
    ),
    500: ("The sandbox failed", "This is a fault of the sandbox EHR, not of the CDS service."),
}


def create_app(
    service_url: str,
    charts: Path,
    today: Callable[[], date] = date.today,
    apps: tuple[RegisteredApp, ...] = (),
) -> Flask:
    """A sandbox EHR for the CDS service at `service_url`, with the charts of a folder.

    The app beside the service is registered as `oncocue`; `apps` are further registrations.
    Tests find the EHR's parts in `app.extensions["sandbox"]`.
    Raises ChartFault when the charts cannot be used.
    """
    app = Flask("sandbox", root_path=str(Path(__file__).parent))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    loaded = load_charts(charts)
    # This EHR's server speaks R4; the command line reads charts of other versions.
    held = {slug: chart for slug, chart in loaded.items() if chart.fhir == "R4"}
    records = Records(each for chart in held.values() for each in chart.resources)
    fhir = FhirServer(records, time.sleep)
    registry = Registry((usual_app(service_url), *apps))
    smart = SmartServer(registry, Ledger(), EhrKeys(), SCOPED_KINDS)
    choices = [_choice(chart, today()) for chart in held.values()]
    ehr = Ehr(held, fhir, smart, service_url.rstrip("/"), today, len(loaded) - len(held))
    for prefix, name in (("", ""), ("/sim/<conduct>", "sim-")):
        app.register_blueprint(root_routes(SCOPED_KINDS), url_prefix=prefix, name=f"{name}root")
        app.register_blueprint(
            fhir_routes(fhir, smart.ledger), url_prefix=f"{prefix}/fhir", name=f"{name}fhir"
        )
        app.register_blueprint(
            smart_routes(smart, Chooser(smart, choices)),
            url_prefix=f"{prefix}/auth",
            name=f"{name}smart",
        )
    for routes in (page_routes, card_routes, order_routes, app_routes):
        app.register_blueprint(routes(ehr))
    app.register_error_handler(HTTPException, _error)
    app.after_request(partial(_harden, registry))
    app.extensions["sandbox"] = ehr
    return app


def _choice(chart: Chart, today: date) -> Choice:
    who = banner(chart, today)
    return Choice(chart.patient_id, who.name, f"{who.age}, {who.sex} · {chart.title}")


def _error(error: HTTPException) -> AnyResponse:
    """An error in the look of the page, or as FHIR says it."""
    status = error.code or 500
    title, words = _ERRORS.get(status, (error.name, "The request could not be answered."))
    if "/fhir/" in request.path:
        code = "not-found" if status == 404 else "processing"
        return fhir_response(operation_outcome("error", code, words), status)
    page = render_template("error.html", status=status, title=title, words=words)
    return Response(page, status=status)


def _harden(registry: Registry, response: Response) -> Response:
    apps = " ".join(registry.origins)
    # Forms lead to the registered apps by redirect, and the apps are shown in frames; an app
    # in a frame comes to /auth on its way, inside this EHR's own page.
    framed = "'self'" if "/auth/" in request.path else "'none'"
    response.headers["Content-Security-Policy"] = (
        f"default-src 'self'; base-uri 'none'; form-action 'self' {apps}; frame-src 'self' {apps}; "
        f"frame-ancestors {framed}; object-src 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": with that, browsers send our own forms with an Origin of "null".
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
