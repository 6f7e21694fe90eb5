"""The routes of the pages of one launch: `/l/<launch>/…`."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    stream_template,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from oncology.guidance.library import Guidance
from smartapp.answers import Answers
from smartapp.opened import Charts, Step
from smartapp.pages import (
    biomarkers,
    decisions,
    family,
    record,
    timeline,
    told,
    unused,
    why_not,
    words,
)
from smartapp.pages.assets import Assets
from smartapp.pages.draft_routes import add_draft_routes
from smartapp.pages.drafts.catalog import drafts, of_genetics
from smartapp.pages.drafts.request import OrderCodes
from smartapp.pages.export_routes import add_export_routes
from smartapp.pages.frame import PAGES, frame
from smartapp.pages.history.routes import add_history_routes
from smartapp.pages.references import anchor, silent_id
from smartapp.pages.states import state
from smartapp.pages.style import print_sheet, style_sheet
from smartapp.pages.summary import add_summary_routes
from smartapp.pages.trial_routes import add_trial_routes
from smartapp.trials.markers import searchable
from smartapp.trials.search import TrialSearch

_LOG = structlog.get_logger("smartapp.pages")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_routes(
    charts: Charts,
    guidance: Guidance,
    trials: TrialSearch,
    codes: OrderCodes,
    answers: Answers,
) -> Blueprint:
    """The blueprint of all pages of an opened chart."""
    pages = Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/app/static",
    )
    assets = Assets(pages.static_folder or "")
    pages.add_app_template_filter(anchor, "anchor")
    pages.add_app_template_filter(words.when, "when")
    pages.add_app_template_filter(words.day_words, "day_words")
    pages.add_app_template_filter(words.capital, "capital")
    pages.add_app_template_filter(words.recorded_day, "recorded_day")
    pages.add_app_template_filter(words.counted, "counted")
    pages.add_app_template_filter(words.listed, "listed")
    pages.add_app_template_filter(biomarkers.variant_words, "variant_words")
    pages.add_app_template_filter(biomarkers.outcome_standing, "outcome_standing")
    pages.add_app_template_global(assets.url, "asset")
    pages.add_app_template_global(silent_id, "silent_id")
    pages.before_request(_refuse_other_sites)
    pages.after_request(_guard)
    _reading_routes(pages, charts, guidance)
    add_summary_routes(pages, charts, guidance, answers)
    add_draft_routes(pages, charts, guidance, codes)
    add_history_routes(pages, charts, guidance)
    add_export_routes(pages, charts, guidance)
    add_trial_routes(pages, charts, trials)
    return pages


def _reading_routes(pages: Blueprint, charts: Charts, guidance: Guidance) -> None:
    @pages.get("/l/<launch>/")
    def first(launch: str) -> AnyResponse | str:
        """The page the EHR's intent names, else the summary: it holds a card's facts.

        A browser is shown meanwhile how far the reading of the chart is.
        """
        if "read" not in request.args and _is_browser() and not charts.is_read(launch):
            onward = url_for("pages.first", launch=launch, read=1)
            pieces = stream_template(
                "pages/reading.html", onward=onward, rows=_rows(charts, launch)
            )
            # Proxies that know this header pass on each row as it comes.
            return Response(pieces, headers={"X-Accel-Buffering": "no"})
        intent = charts.open(launch).intent
        page = intent if intent in dict(PAGES) else "summary"
        return redirect(url_for(f"pages.{page}", launch=launch), code=303)

    @pages.get("/l/<launch>/biomarkers", endpoint="biomarkers")
    def biomarkers_page(launch: str) -> str:
        """Every biomarker that is due, and where it stands."""
        opened = charts.open(launch)
        show = request.args.get("show", "all")
        show = show if show in biomarkers.SHOWN else "all"
        found = biomarkers.matrices(opened, guidance, show)
        every = found if show == "all" else biomarkers.matrices(opened, guidance)
        return render_template(
            "pages/biomarkers.html",
            frame=frame(opened, "biomarkers"),
            state=state(opened, guidance),
            matrices=found,
            others=biomarkers.other_results(opened, every),
            tests=opened.beside.tests,
            searchable=searchable(opened.chart.results),
            show=show,
            filters=biomarkers.SHOWN,
        )

    @pages.get("/l/<launch>/family", endpoint="family")
    def family_page(launch: str) -> str:
        """The pedigree and what it meets."""
        opened = charts.open(launch)
        return render_template(
            "pages/family.html",
            frame=frame(opened, "family"),
            family=family.family(opened, guidance),
            drafts=of_genetics(drafts(opened, guidance)),
            told=told.told(opened, guidance),
            possibly_met=words.POSSIBLY_MET,
        )

    @pages.get("/l/<launch>/timeline", endpoint="timeline")
    def timeline_page(launch: str) -> str:
        """What happened when."""
        opened = charts.open(launch)
        earlier = charts.cards(launch)
        events = timeline.events(opened, earlier)
        listed = events if "every" in request.args else events[: record.MOST_LISTED]
        return render_template(
            "pages/timeline.html",
            frame=frame(opened, "timeline"),
            events=listed,
            total=len(events),
            drawing=timeline.drawing(events),
            problem=earlier.problem,
        )

    @pages.get("/l/<launch>/data", endpoint="data")
    def data_page(launch: str) -> str:
        """What was read, and what was not."""
        opened = charts.open(launch)
        every = record.parts(opened, guidance)
        return render_template(
            "pages/data.html",
            frame=frame(opened, "data"),
            searches=record.searches(opened),
            parts=every if "every" in request.args else record.shortened(every),
            unused=unused.unused(opened, every),
            partial=unused.partial_dates(every),
            notes=opened.notes,
        )

    @pages.get("/l/<launch>/why-not", endpoint="why_not")
    def why_not_page(launch: str) -> str:
        """Each artifact without advice, and the reason."""
        opened = charts.open(launch)
        return render_template(
            "pages/why_not.html",
            frame=frame(opened, "why-not", "Why not?"),
            groups=why_not.why_not(opened, guidance),
            advised=decisions.decisions(opened),
        )

    @pages.get("/l/<launch>/style.css", endpoint="style")
    def style_page(launch: str) -> Response:
        """The EHR's colours over ours, where they can be read."""
        return Response(style_sheet(charts.open(launch).style), mimetype="text/css")

    @pages.get("/l/<launch>/print.css", endpoint="print")
    def print_page(launch: str) -> Response:
        """The patient line and the age of the data on each sheet of paper."""
        return Response(print_sheet(frame(charts.open(launch), "summary")), mimetype="text/css")


def _rows(charts: Charts, launch: str) -> Iterator[tuple[Step, record.Search]]:
    """Each search as it ends. The page that comes then opens the chart, and tells a failure."""
    try:
        for step in charts.reading(launch):
            yield step, record.search(step.loaded, {})
    except Exception as fault:
        # The type alone: a message could quote the chart. Half of the page is out by now, so the
        # page that tells what to do must be another one.
        _LOG.warning("reading_failed", fault=type(fault).__name__)


def _is_browser() -> bool:
    """Browsers say that they go to a page (Fetch Metadata); other clients follow redirects."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def _refuse_other_sites() -> None:
    """A form of another site must not act here: browsers say where a request comes from."""
    came = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method == "POST" and came not in ("same-origin", "none"):
        abort(403)


def _guard(response: Response) -> Response:
    """What holds for each page wherever it is served; the site's own policy goes before it."""
    response.headers.setdefault("Content-Security-Policy", _CSP)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint != "pages.static":
        response.headers["Cache-Control"] = "no-store"
    elif "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
