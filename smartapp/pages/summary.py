"""The summary, and the answers that are given on it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from oncology.guidance.library import Guidance
from smartapp.answers import Answerable, Answers, AnswersAway
from smartapp.opened import Charts, OpenedChart
from smartapp.pages import biomarkers, decisions, family, record, why_not
from smartapp.pages.drafts.catalog import by_finding, drafts
from smartapp.pages.frame import frame
from smartapp.pages.references import silent_id
from smartapp.pages.states import state

AWAY = "Answers cannot be read or kept now. What was answered before is shown as open."
NOT_KEPT = "Your answer could not be kept, and nothing was changed. Try again."
STALE = "This is no longer to be answered as the page showed it. Look again at what is open now."


def add_summary_routes(
    pages: Blueprint, charts: Charts, guidance: Guidance, answers: Answers
) -> None:
    """Add them to the pages' blueprint."""

    def shown(opened: OpenedChart, problem: str = "") -> str:
        known, away = _answered(opened, answers)
        return _page(opened, guidance, known, problem or away)

    @pages.get("/l/<launch>/summary", endpoint="summary")
    def summary_page(launch: str) -> str:
        """What to decide now, what is known, and why."""
        return shown(charts.open(launch))

    @pages.post("/l/<launch>/answer", endpoint="answer")
    def answer(launch: str) -> AnyResponse | tuple[str, int]:
        """Answer advice, or take an answer back; what is answered stands in the form alone."""
        opened = charts.open(launch)
        wanted, code = request.form.get("advice", ""), request.form.get("reason", "")
        known, away = _answered(opened, answers)
        found = known.get(wanted)
        if away:
            return shown(opened, NOT_KEPT), 503
        if found is None or not _fits(found, code):
            return shown(opened, STALE), 409
        try:
            if "undo" in request.form:
                answers.take_back(opened, wanted)
            elif not found.given:
                answers.give(opened, wanted, code)
        except AnswersAway:
            return shown(opened, NOT_KEPT), 503
        place = silent_id(launch, wanted)
        return redirect(url_for("pages.summary", launch=launch, _anchor=place), code=303)


def _fits(found: Answerable, code: str) -> bool:
    """Whether the page that sent this showed what is so now. What is sent twice fits: it is so."""
    if request.form.get("facts") != found.facts:
        return False
    if "undo" in request.form:
        return found.given is not None
    words = found.words_of(code)
    return bool(words) and (found.given is None or found.given.words == words)


def _answered(opened: OpenedChart, answers: Answers) -> tuple[dict[str, Answerable], str]:
    """What can be answered or was; and why that is not known."""
    try:
        return answers.of(opened), ""
    except AnswersAway:
        return {}, AWAY


def _page(
    opened: OpenedChart, guidance: Guidance, answers: dict[str, Answerable], problem: str
) -> str:
    focused = decisions.focused(opened)
    made = decisions.decisions(opened)
    given = {each for each, answer in answers.items() if answer.given}
    return render_template(
        "pages/summary.html",
        frame=frame(opened, "summary"),
        state=state(opened, guidance),
        decisions=[each for each in made if each.guidance not in given],
        answered=[each for each in made if each.guidance in given],
        answers=answers,
        problem=problem,
        questions=decisions.questions(opened),
        focused=focused,
        focused_points=decisions.points(focused) if focused else (),
        opened_from=record.opened_from(opened, guidance),
        matrices=biomarkers.matrices(opened, guidance),
        family=family.family(opened, guidance),
        silent=why_not.why_not(opened, guidance),
        notes=opened.notes,
        drafts=by_finding(drafts(opened, guidance)),
    )
