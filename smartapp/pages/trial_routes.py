"""The route of the trials page."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from smartapp.opened import Charts
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
