"""The routes of orders and letters: what can be drafted, one draft, sending an order."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for

from oncology.guidance.library import Guidance
from smartapp.opened import Charts, OpenedChart
from smartapp.pages.drafts.catalog import GROUPS, Draft, drafts
from smartapp.pages.drafts.letter import letter_text
from smartapp.pages.drafts.request import OrderCodes
from smartapp.pages.drafts.sending import Sending, send, sending
from smartapp.pages.frame import frame


def add_draft_routes(
    pages: Blueprint, charts: Charts, guidance: Guidance, codes: OrderCodes
) -> None:
    """Add them to the pages' blueprint."""

    @pages.get("/l/<launch>/orders", endpoint="orders")
    def orders_page(launch: str) -> str:
        """Everything that can be drafted."""
        opened = charts.open(launch)
        return render_template(
            "pages/orders.html",
            frame=frame(opened, "orders"),
            drafts=drafts(opened, guidance),
            groups=GROUPS,
            may_write=opened.may_write,
        )

    @pages.route("/l/<launch>/orders/<draft>", methods=("GET", "POST"), endpoint="draft")
    def draft_page(launch: str, draft: str) -> str:
        """One draft; with the reader's changes when they were sent. Nothing is kept."""
        opened = charts.open(launch)
        found = _draft(drafts(opened, guidance), draft)
        edited = request.form.get("text", "") if request.method == "POST" else None
        return _draft_page(opened, found, sending(opened, found, codes), edited)

    @pages.post("/l/<launch>/orders/<draft>/send", endpoint="send")
    def send_draft(launch: str, draft: str) -> str:
        """Create a draft order in the EHR; the page tells what came of it and keeps the text."""
        opened = charts.open(launch)
        found = _draft(drafts(opened, guidance), draft)
        ready = sending(opened, found, codes) or abort(404)
        return _draft_page(opened, found, send(charts, opened, found, ready))


def _draft_page(
    opened: OpenedChart, draft: Draft, sending: Sending | None, edited: str | None = None
) -> str:
    name_cancer = draft.may_name_cancer and "diagnosis" in request.args
    letter = draft.write(name_cancer)
    return render_template(
        "pages/draft.html",
        frame=frame(opened, "orders", "Draft"),
        draft=draft,
        here=url_for("pages.draft", launch=opened.launch, draft=draft.id),
        fields={},
        letter=letter,
        name_cancer=name_cancer,
        edited=edited,
        text=letter_text(letter) if edited is None else edited,
        sending=sending,
    )


def _draft(made: tuple[Draft, ...], wanted: str) -> Draft:
    found = next((each for each in made if each.id == wanted), None)
    return found or abort(404)
