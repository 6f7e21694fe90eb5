"""What a clinician does with orders: compose, take away, sign; and the list of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.desk.card_forms import back
from sandbox.desk.ehr import Ehr
from sandbox.desk.orders import catalogue
from sandbox.desk.pages import refuse_other_sites
from sandbox.desk.prefetch import ORDER_SELECT
from sandbox.desk.summary import banner
from sandbox.desk.switches import Switches
from sandbox.fhir.creating import filed
from sandbox.smart.context import USUAL_USER, user_reference


def order_routes(ehr: Ehr) -> Blueprint:
    """The blueprint of the orders of a chart."""
    orders = Blueprint("orders", __name__)
    orders.before_request(refuse_other_sites)

    @orders.get("/patients/<slug>/orders")
    def listed(slug: str) -> str:
        """Drafts on the desk, and what was filed since the sandbox started."""
        chart = ehr.chart(slug)
        return render_template(
            "orders.html",
            chart=chart,
            banner=banner(chart, ehr.today()),
            drafts=ehr.drafts.of(slug),
            filed=list(reversed(chart.filed)),
            switches=Switches.of(request.args),
        )

    @orders.post("/patients/<slug>/draft")
    def draft(slug: str) -> Response:
        """Put an order of the catalogue on the desk, and ask what services say of it."""
        chart = ehr.chart(slug)
        orderable = catalogue().get(request.form.get("order", ""))
        if orderable is None:
            abort(404)
        user = user_reference(USUAL_USER, chart.patient_id)
        resource = orderable.drafted(chart.patient_id, user)
        made = ehr.drafts.add(slug, "", orderable.title, resource)
        return back(slug, f"panel-{ORDER_SELECT}", hook=ORDER_SELECT, selected=made.id)

    @orders.post("/patients/<slug>/remove")
    def remove(slug: str) -> Response:
        """Take a draft order away."""
        ehr.chart(slug)
        ehr.drafts.remove(slug, request.form.get("draft", ""))
        return back(slug, "draft-orders")

    @orders.post("/patients/<slug>/sign")
    def sign(slug: str) -> Response:
        """Sign every draft, those that apps wrote too: from here on they are orders on file."""
        chart = ehr.chart(slug)
        for each in ehr.drafts.take_all(slug):
            filed(ehr.fhir.records, _signed(each.resource))
        for resource in chart.filed:
            if resource.get("status") == "draft":
                ehr.fhir.records.replace(resource, _signed(resource))
        query: dict[str, Any] = Switches.of(request.args).query
        return redirect(url_for("orders.listed", slug=slug, **query), code=303)

    return orders


def _signed(resource: dict[str, Any]) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {**resource, "status": "active", "intent": "order", "authoredOn": now}
