"""What a clinician does with cards: take a suggestion, put a card aside, show it again."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from sandbox.desk.cards import Forgotten, Shown, accepted, overridden
from sandbox.desk.ehr import Ehr
from sandbox.desk.pages import refuse_other_sites
from sandbox.desk.switches import Switches
from sandbox.words import items, text


def card_routes(ehr: Ehr) -> Blueprint:
    """The blueprint of the forms on cards."""
    cards = Blueprint("cards", __name__)
    cards.before_request(refuse_other_sites)

    @cards.post("/patients/<slug>/accept")
    def accept(slug: str) -> Response:
        """Take a suggestion: its order goes to the draft orders."""
        ehr.chart(slug)
        shown = _shown(ehr, slug)
        wanted = request.form.get("suggestion", "")
        offered = items(shown.card.get("suggestions"))
        taken = next((each for each in offered if text(each.get("uuid")) == wanted), None)
        if taken is None:
            abort(410)
        ehr.drafts.follow(slug, shown.topic, taken)
        told = _tell(ehr, shown, accepted(shown, wanted))
        return back(slug, f"card-{shown.topic}", told=told)

    @cards.post("/patients/<slug>/dismiss")
    def dismiss(slug: str) -> Response:
        """Put a card aside with a reason."""
        ehr.chart(slug)
        shown, reason = _shown(ehr, slug), request.form.get("reason", "")
        try:
            ehr.cards.dismiss(slug, shown, reason)
        except Forgotten:
            abort(410)
        told = _tell(ehr, shown, overridden(shown, reason))
        return back(slug, f"card-{shown.topic}", told=told)

    @cards.post("/patients/<slug>/restore")
    def restore(slug: str) -> Response:
        """Show a dismissed card again."""
        ehr.chart(slug)
        topic = request.form.get("topic", "")
        ehr.cards.restore(slug, topic)
        return back(slug, f"card-{topic}")

    return cards


def _shown(ehr: Ehr, slug: str) -> Shown:
    try:
        return ehr.cards.find(slug, request.form.get("card", ""))
    except Forgotten:
        abort(410)


def _tell(ehr: Ehr, shown: Shown, feedback: dict[str, object]) -> str:
    """Send feedback; the status for the page, `no` when nothing answered."""
    status = ehr.client(Switches.of(request.args)).tell(shown.service, feedback)
    return str(status or "no")


def back(slug: str, anchor: str, **more: str) -> Response:
    """To the chart page, with its switches."""
    query: dict[str, str | list[str]] = {**Switches.of(request.args).query, **more}
    address = url_for("pages.patient", slug=slug, **query)  # type: ignore[arg-type]
    return redirect(f"{address}#{quote(anchor)}", code=303)
