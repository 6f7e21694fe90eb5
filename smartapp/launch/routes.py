"""The routes of launching: entry, authorisation, callback, keys, and the end of a session."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import msgspec
import structlog
from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from msgspec import Struct
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from smartapp.fhir.charts import LaunchedCharts
from smartapp.launch.attempt import Launching, state_of
from smartapp.launch.browser import (
    attempt_mark,
    browser_here,
    forget_attempt,
    known_browser,
    mark_attempt,
    protect,
    set_cookie_rules,
)
from smartapp.launch.client_keys import JWKS_MAX_AGE
from smartapp.launch.problems import LaunchFailed
from smartapp.launch.steps import Step
from smartapp.registration import Ehr, origin_of
from smartapp.sessions.session import mark
from smartapp.sessions.store import StoreFailed

_LOG = structlog.get_logger("smartapp.launch")
# Longer than many servers and proxies take: then the request goes as a form, where the EHR can.
_LONGEST_ADDRESS = 6000
_PAGES = ("/l/", "/launch", "/callback")


class Face(Struct, frozen=True):
    """What the routes need.

    `secrets` sign the cookie. `limit` counts a launch of a site: 0, or the seconds to wait when
    there were too many. `diagnostics`: integrators see each step of a launch.
    """

    launching: Launching
    charts: LaunchedCharts
    secrets: tuple[str, ...]
    limit: Callable[[str], int] = lambda site: 0
    diagnostics: bool = False


def attach_launch(app: Flask, face: Face) -> None:
    """Give a Flask app the launch and the guard before every page of a launch.

    Tests find the charts in `app.extensions["smartapp"]`.
    """
    app.extensions["smartapp"] = face.charts
    set_cookie_rules(app, face.secrets)
    csrf = CSRFProtect(app)
    app.register_blueprint(_entry_routes(face))
    app.register_blueprint(_session_routes(face))

    @app.before_request
    def guard() -> None:
        """No page of a launch without the browser it belongs to; no form of another site."""
        if not request.path.startswith("/l/"):
            return
        launch = request.path.split("/")[2]
        held = face.launching.sessions.find(launch, known_browser())
        g.smart_ehr = face.launching.ehrs.at(held.session.site)
        csrf.protect()

    @app.after_request
    def harden(response: Response) -> Response:
        if request.path.startswith(_PAGES):
            _harden(response, face)
        return response

    _explain_failures(app, face)


def _harden(response: Response, face: Face) -> None:
    ehr: Ehr | None = g.get("smart_ehr")
    # A page that belongs to no EHR yet may be shown in each registered one, or nobody would see
    # in its frame what went wrong.
    ancestors = ehr.smart.frame_ancestors if ehr else face.launching.ehrs.frame_ancestors
    forms_to = g.get("smart_forms_to", ())
    https = any(each.redirect_base.startswith("https:") for each in face.launching.ehrs)
    protect(response, ancestors, forms_to, https)


def _entry_routes(face: Face) -> Blueprint:
    entry = Blueprint(
        "launch",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/launch/static",
    )
    launching = face.launching

    @entry.get("/launch.html")
    def launch_html() -> AnyResponse:
        """The SMART entry: hands iss and launch on as they came; opened by hand it offers EHRs."""
        if request.query_string:
            query = request.query_string.decode("latin-1")
            return redirect(urlunsplit(("", "", "/launch", query, "")), code=303)
        choices = [each for each in launching.ehrs if each.smart.standalone]
        return make_response(render_template("launch/launch.html", choices=choices))

    @entry.get("/launch")
    def launch() -> AnyResponse:
        """Send the browser to the EHR that launched us, if it is a registered one."""
        parameters = request.args.to_dict(flat=False)
        if "site" in parameters and not {"iss", "launch"} & parameters.keys():
            ehr = launching.ehr_of_site(parameters["site"][0])
            iss, value = ehr.smart.issuer, ""
        else:
            ehr, iss, value = launching.ehr_of_launch(parameters)
        g.smart_ehr = ehr
        if face.limit(ehr.site):
            raise LaunchFailed("too-many", "limits.launches_per_minute", ehr.site)
        is_fresh = known_browser() is None
        browser = browser_here()
        address, state = launching.begin(ehr, iss, value, browser)
        is_long = len(address) > _LONGEST_ADDRESS and _takes_posts(face, ehr)
        response = _form(address) if is_long else redirect(address, code=302)
        if is_fresh:
            mark_attempt(response, state, browser)
        return response

    @entry.get("/callback")
    def callback() -> AnyResponse:
        """Finish what the EHR answered, and open the launch under an id of its own."""
        parameters = request.args.to_dict(flat=False)
        state = state_of(parameters)
        attempt = launching.sessions.come_back(state, known_browser(), attempt_mark(state))
        g.smart_ehr = launching.ehrs.at(attempt.site)
        g.smart_steps, g.smart_reference = attempt.steps, attempt.reference
        # The chart belongs to the browser by the mark it keeps.
        attempt = msgspec.structs.replace(attempt, browser=mark(browser_here()))
        opened = launching.finish(attempt, parameters)
        response = redirect(f"/l/{opened}/", code=303)
        forget_attempt(response, state)
        return response

    _key_route(entry, launching)
    return entry


def _key_route(entry: Blueprint, launching: Launching) -> None:
    @entry.get("/.well-known/jwks.json")
    def jwks() -> Response:
        """Our public keys, old and new."""
        published = launching.keys().published(launching.sessions.now())
        response = make_response({"keys": published})
        response.headers["Cache-Control"] = f"public, max-age={JWKS_MAX_AGE}"
        return response


def _takes_posts(face: Face, ehr: Ehr) -> bool:
    return "authorize-post" in face.launching.discovery.endpoints(ehr).capabilities


def _form(address: str) -> AnyResponse:
    """The same request as a form that sends itself (SMART 2.2, `authorize-post`)."""
    parts = urlsplit(address)
    fields = parse_qsl(parts.query, keep_blank_values=True)
    g.smart_forms_to = (origin_of(address),)
    action = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return make_response(render_template("launch/continue.html", action=action, fields=fields))


def _session_routes(face: Face) -> Blueprint:
    ending = Blueprint("sessions", __name__, template_folder="templates")
    launching = face.launching

    @ending.post("/l/<launch>/end")
    def end(launch: str) -> str:
        """End the session: tokens given back where the EHR takes them, and forgotten."""
        session = launching.sessions.find(launch, known_browser()).session
        launching.sessions.end(launch)
        face.charts.forget(launch)
        oauth = launching.oauth_of(session)
        for token, hint in (
            (session.tokens.refresh, "refresh_token"),
            (session.tokens.access, "access_token"),
        ):
            oauth.revoke(token, hint)
        _LOG.info("launch_ended", site=session.site, ref=session.reference)
        return render_template("launch/ended.html")

    @ending.post("/l/<launch>/reread")
    def reread(launch: str) -> AnyResponse:
        """Read the chart anew."""
        face.charts.reread(launch)
        return redirect(f"/l/{launch}/", code=303)

    @ending.get("/l/<launch>/diagnostics")
    def diagnostics(launch: str) -> str:
        """Each step of this launch and each search, for the people who connect the EHR."""
        session = launching.sessions.find(launch, known_browser()).session
        if not face.diagnostics:
            raise LaunchFailed("diagnostics-off", site=session.site)
        opened = face.charts.open(launch)
        return render_template(
            "launch/diagnostics.html",
            session=session,
            steps=session.steps,
            loaded=opened.loaded,
            launch=launch,
        )

    return ending


def _explain_failures(app: Flask, face: Face) -> None:
    @app.errorhandler(LaunchFailed)
    def failed(failure: LaunchFailed) -> AnyResponse:
        """The page of a failure, and its one log line."""
        reference = g.get("smart_reference") or secrets.token_hex(4)
        problem = failure.problem
        if failure.site and "smart_ehr" not in g:
            g.smart_ehr = face.launching.ehrs.at(failure.site)
        _LOG.warning(
            "launch_failed",
            code=problem.code,
            site=failure.site or "unknown",
            detail=failure.detail,
            ref=reference,
        )
        steps: tuple[Step, ...] = ()
        if face.diagnostics:
            steps = (*g.get("smart_steps", ()), Step(problem.code, False, failure.detail))
        ehr: Ehr | None = g.get("smart_ehr")
        offer = ehr if problem.code == "no-cookie" and ehr and ehr.smart.standalone else None
        page = render_template(
            "launch/error.html", problem=problem, reference=reference, steps=steps, offer=offer
        )
        return make_response(page, problem.status)

    @app.errorhandler(StoreFailed)
    def storage(_: StoreFailed) -> AnyResponse:
        return failed(LaunchFailed("storage-failed"))

    @app.errorhandler(CSRFError)
    def stale(_: CSRFError) -> AnyResponse:
        return failed(LaunchFailed("form-stale"))

    def refused(error: HTTPException) -> AnyResponse:
        """What is refused before a page is made, as a page too."""
        code = "page-unknown" if error.code in (404, 405) else "form-stale"
        return failed(LaunchFailed(code, f"{error.code}"))

    others = app.error_handler_spec[None][None].get(HTTPException)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Any:
        is_ours = request.path.startswith(_PAGES) and (error.code or 500) < 500
        return refused(error) if is_ours or others is None else others(error)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> AnyResponse:
        """Our own fault. The type alone is logged: a message could quote the chart."""
        if not request.path.startswith(_PAGES):
            raise error
        return failed(LaunchFailed("our-fault", type(error).__name__))
