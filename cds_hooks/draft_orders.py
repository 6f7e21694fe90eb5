"""The orders on the screen, as the context of order-select and order-sign brings them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from cds_hooks.gather import Lacking
from cds_hooks.profiles import Profile
from cds_hooks.request import BadRequest, HookContext
from cds_hooks.services import ORDER_SELECT
from oncology.orders.drafts import Drafts
from oncology.orders.products import DrugNames, SiteDrugs
from oncology.orders.reading import NotABundle, NothingSelected, Session, read_drafts
from oncology.terminology import Terminology

_NOT_SENT = (
    "Required data could not be had: context.draftOrders is not in the request. An EHR leaves it "
    "out when the token has no scope for orders, or when its registered address of this service "
    "differs from the address called."
)


Fetch = Callable[[tuple[str, ...]], Mapping[str, bytes]]
"""Medications by the references to them, as far as they can be had."""


def draft_orders(  # noqa: PLR0913, PLR0917  what is ordered, how it is understood, who is asked
    context: HookContext,
    hook: str,
    names: DrugNames,
    terminology: Terminology,
    profile: Profile,
    fetch: Fetch = lambda references: {},
) -> Drafts:
    """The draft orders of a call; in order-select only the selected ones are being ordered.

    Medications that the orders point to and that did not come with them are fetched. Raises
    Lacking (HTTP 412) when the orders were left out, BadRequest for malformed ones.
    """
    bundle = bytes(context.draft_orders)
    selections = _selections(context) if hook == ORDER_SELECT else None
    if bundle == b"null":
        raise Lacking(_NOT_SENT)
    session = Session(
        patient_id=context.patient_id or "",
        terminology=terminology,
        names=names,
        site=site_drugs(profile),
        selections=selections,
    )
    try:
        drafts = read_drafts(bundle, session)
        found = fetch(drafts.elsewhere) if drafts.elsewhere else {}
        return read_drafts(bundle, replace(session, medications=found)) if found else drafts
    except NotABundle as error:
        raise BadRequest("context.draftOrders is not a FHIR Bundle.") from error
    except NothingSelected as error:
        raise Lacking(
            "Required data could not be had: none of context.selections is an entry of "
            "context.draftOrders. Selections are written Type/id, as MedicationRequest/103."
        ) from error


def site_drugs(profile: Profile) -> SiteDrugs:
    """The site's own drug codes."""
    return {(each.system, each.code): each.ingredients for each in profile.drugs}


def _selections(context: HookContext) -> tuple[str, ...]:
    raw = bytes(context.selections)
    if raw == b"null":
        raise BadRequest("context.selections is missing.")
    try:
        return tuple(msgspec.json.decode(raw, type=list[str]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest("context.selections is not a list of texts.") from error
