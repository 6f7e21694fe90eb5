"""The route of the trials page."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from msgspec.structs import asdict

from smartapp.opened import Charts
from smartapp.pages.drafts.letter import letter_text
from smartapp.pages.drafts.trial_note import TITLE, study_list, trial_note
from smartapp.pages.frame import frame
from smartapp.trials.search import DISTANCES, PHASES, Form, TrialSearch


def add_trial_routes(pages: Blueprint, charts: Charts, trials: TrialSearch) -> None:
    """Add it to the pages' blueprint."""

    @pages.route("/l/<launch>/trials", methods=("GET", "POST"), endpoint="trials")
    def trials_page(launch: str) -> str:
        """Open studies beside the patient's facts; what is asked comes in the body, not the URL."""
        opened = charts.open(launch)
        return render_template(
            "pages/trials.html",
            frame=frame(opened, "trials"),
            answer=trials.answer(opened, _trial_form()),
            distances=DISTANCES,
            phases=PHASES,
        )

    @pages.post("/l/<launch>/trials/note", endpoint="trial_note")
    def note_page(launch: str) -> str:
        """A note to the trial coordinator, with the reader's changes when they were sent."""
        opened = charts.open(launch)
        form = _trial_form()
        letter = trial_note(opened, trials.answer(opened, form))
        edited = request.form.get("text")
        return render_template(
            "pages/draft.html",
            frame=frame(opened, "trials", "Draft"),
            draft={"label": TITLE, "about": "The search and what is on file"},
            here=url_for("pages.trial_note", launch=launch),
            fields=asdict(form),
            letter=letter,
            name_cancer=False,
            edited=edited,
            text=letter_text(letter) if edited is None else edited,
            sending=None,
        )

    @pages.post("/l/<launch>/trials/list", endpoint="trial_list")
    def listing(launch: str) -> Response:
        """The studies found, for a spreadsheet; nothing in the file's name tells whose search."""
        opened = charts.open(launch)
        response = Response(study_list(trials.answer(opened, _trial_form())), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="trials.csv"'
        return response


def _trial_form() -> Form:
    """What the reader chose; anything else than the choices offered is left at the default."""
    sent = request.form
    within = sent.get("within_km", type=int)
    phase = sent.get("phase", "")
    return Form(
        cancer=sent.get("cancer", ""),
        marker=sent.get("marker", ""),
        place=sent.get("place", "").strip()[:80],
        within_km=within if within in DISTANCES else Form().within_km,
        phase=phase if phase in PHASES else "",
    )
