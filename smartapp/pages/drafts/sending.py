"""Sending a draft order to the EHR: what is shown before, and what came of it."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from smartapp.opened import Charts, OpenedChart, Sent
from smartapp.pages.drafts.catalog import Draft
from smartapp.pages.drafts.request import OrderCodes, provenance, service_request


class Sending(Struct, frozen=True):
    """Whether an order can be sent, the resource as it would be sent, and why not.

    `sent` None: it has not been sent now.
    """

    resource: dict[str, Any] | None = None
    obstacle: str = ""
    sent: Sent | None = None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What will be sent, for reading before."""
        if self.resource is None:
            return ()
        (coding,) = self.resource["code"]["coding"]
        references = self.resource.get("reasonReference", [])
        references = references + self.resource.get("supportingInfo", [])
        return (
            ("Order", f"{coding['display']} ({coding['code']})"),
            ("Status", "draft, proposal: it needs a signature in the EHR"),
            ("Patient", self.resource["subject"]["reference"]),
            ("Reason", self.resource["reasonCode"][0]["text"]),
            ("Rests on", ", ".join(each["reference"] for each in references)),
            ("Note", self.resource["note"][0]["text"]),
        )

    @property
    def as_json(self) -> str:
        """The resource as it goes over the network."""
        return json.dumps(self.resource, indent=2, ensure_ascii=False)


def sending(opened: OpenedChart, draft: Draft, codes: OrderCodes) -> Sending | None:
    """How a draft stands with sending; None for what is no order."""
    if draft.order is None:
        return None
    if not opened.may_write:
        return Sending(obstacle="This EHR takes no drafts from OncoCue here: copy or print it.")
    finding, order = draft.order
    code = codes(opened, order.id)
    if code is None:
        return Sending(obstacle="This site has named no code for this order: copy or print it.")
    return Sending(service_request(opened, finding, order, code))


def send(charts: Charts, opened: OpenedChart, draft: Draft, ready: Sending) -> Sending:
    """Create the draft and, where the EHR takes it, a record of where it came from."""
    if ready.resource is None or draft.order is None:
        return ready
    sent = charts.create(opened.launch, ready.resource)
    if sent.reference:
        # The order stands by itself: an EHR that takes no Provenance still has the note in it.
        charts.create(opened.launch, provenance(opened, draft.order[0], sent.reference))
    return Sending(ready.resource, sent=sent)
