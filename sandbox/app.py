"""The sandbox EHR: synthetic patients, their FHIR server, and the cards of a CDS service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from sandbox.charts import load_charts
from sandbox.desk import Desk
from sandbox.fhir import fhir_response, fhir_routes
from sandbox.hooks import CdsClient
from sandbox.pages import Ehr, page_routes
from sandbox.search import Records, operation_outcome

_CSP = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
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


def create_app(service_url: str, charts: Path, today: Callable[[], date] = date.today) -> Flask:
    """A sandbox EHR for the CDS service at `service_url`, with the charts of a folder.

    Raises ChartFault when the charts cannot be used.
    """
    app = Flask("sandbox", root_path=str(Path(__file__).parent))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    loaded = load_charts(charts)
    # This EHR's server speaks R4; the command line reads charts of other versions.
    held = {slug: chart for slug, chart in loaded.items() if chart.fhir == "R4"}
    records = Records(each for chart in held.values() for each in chart.resources)
    ehr = Ehr(held, records, CdsClient(service_url), Desk(), today, len(loaded) - len(held))
    app.register_blueprint(fhir_routes(records))
    app.register_blueprint(page_routes(ehr))
    app.register_error_handler(HTTPException, _error)
    app.after_request(_harden)
    return app


def _error(error: HTTPException) -> AnyResponse:
    """An error in the look of the page, or as FHIR says it."""
    status = error.code or 500
    title, words = _ERRORS.get(status, (error.name, "The request could not be answered."))
    if request.path.startswith("/fhir/"):
        code = "not-found" if status == 404 else "processing"
        return fhir_response(operation_outcome("error", code, words), status)
    page = render_template("error.html", status=status, title=title, words=words)
    return Response(page, status=status)


def _harden(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not "no-referrer": with that, browsers send our own forms with an Origin of "null".
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
