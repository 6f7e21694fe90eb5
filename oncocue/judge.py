"""One patient from a file: a Bundle, NDJSON or a CDS Hooks request, judged on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from cds_hooks.answer import is_approved
from cds_hooks.cards.render import render, render_orders
from cds_hooks.draft_orders import draft_orders
from cds_hooks.gather import Lacking, prefetched
from cds_hooks.profiles import Profile
from cds_hooks.request import BadRequest, HookRequest, parse_request
from cds_hooks.services import ORDER_HOOKS, Service, services
from oncocue.folders import guidance_folder
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.orders.drafts import Drafts
from oncology.orders.judge import Screen, evaluate_orders
from oncology.orders.load import load_order_rules
from oncology.orders.rules import OrderRules
from oncology.reading.decode import NotFhirJson, read_records
from oncology.reading.records import Reach
from oncology.told import FamilyTold, family_told


class Ordering(Struct, frozen=True):
    """The orders on the screen, at which hook, and the rules they were judged by."""

    hook: str
    drafts: Drafts
    rules: OrderRules


class Judged(Struct, frozen=True):
    """A chart, what the guidance says of it, and of the orders on the screen if there are any.

    `told`: what notes tell of the family, apart from all that was judged.
    """

    chart: Chart
    findings: list[Finding]
    as_of: date
    ordering: Ordering | None = None
    told: FamilyTold | None = None


class _Kind(Struct):
    """What tells a hook request from FHIR."""

    hook: Any = None
    resourceType: Any = None


def judge(
    body: bytes,
    guidance: Guidance,
    as_of: date,
    explain: bool = False,
    folder: Path | None = None,
) -> Judged:
    """Read and judge one patient; the draft orders of a hook request by the order rules.

    `folder`: where the guidance and its order rules lie; the shipped ones without it.
    Raises NotFhirJson, BadRequest or Lacking with a message that names no patient data.
    """
    request = _request(body)
    if request is None or request.context is None:
        chart = read_chart(read_records(body), guidance.terminology)
        findings = evaluate(chart, guidance, as_of, explain=explain)
        return Judged(chart, findings, as_of, told=family_told(chart, guidance, as_of))
    items = {
        item.key: item
        for service in services(guidance.terminology).values()
        for item in service.prefetch
    }
    records = prefetched(request, tuple(items.values()))
    chart = read_chart(records, guidance.terminology, request.context.patient_id)
    findings = evaluate(chart, guidance, as_of, explain=explain)
    told = family_told(chart, guidance, as_of)
    if request.hook not in ORDER_HOOKS:
        return Judged(chart, findings, as_of, told=told)
    rules = load_order_rules(folder or guidance_folder(), guidance)
    terminology = guidance.terminology
    drafts = draft_orders(request.context, request.hook, rules.names, terminology, Profile("any"))
    screen = Screen(chart, drafts, guidance, rules, as_of)
    findings += evaluate_orders(screen, explain)
    return Judged(chart, findings, as_of, Ordering(request.hook, drafts, rules), told)


def _request(body: bytes) -> HookRequest | None:
    """The hook request in `body`; None when it is FHIR."""
    try:
        kind = msgspec.json.decode(body, type=_Kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if kind.hook is None or kind.resourceType is not None:
        return None
    return parse_request(body, kind.hook if isinstance(kind.hook, str) else "")


def cards_of(judged: Judged, guidance: Guidance, profile: Profile) -> list[dict[str, Any]]:
    """The cards each service would show for a judged patient.

    A service whose required data a hook request lacks would answer 412, and shows none. Order
    services speak of the orders on the screen, each at its own hook.
    """
    cards: list[dict[str, Any]] = []
    for service in services(guidance.terminology).values():
        required = [item.resource_type for item in service.prefetch if item.is_required]
        if not all(map(judged.chart.was_read, required)):
            continue
        findings = [each for each in judged.findings if each.kind in service.kinds]
        chart = _as_read_by(service, judged.chart)
        if service.hook not in ORDER_HOOKS:
            signed = is_approved(guidance.artifacts, findings)
            shown = render(findings, chart, profile, signed).cards
        elif judged.ordering and judged.ordering.hook == service.hook:
            signed = is_approved(judged.ordering.rules.artifacts, findings)
            orders = (findings, judged.ordering.drafts)
            shown = render_orders(orders, chart, profile, signed).cards
        else:
            continue
        cards += [msgspec.to_builtins(card) for card in shown]
    return cards


def _as_read_by(service: Service, chart: Chart) -> Chart:
    """The chart without the gaps in data that the service does not ask for."""
    asked = {item.resource_type for item in service.prefetch}
    reach = {
        kind: reached if kind in asked else Reach.NOT_ASKED for kind, reached in chart.reach.items()
    }
    return msgspec.structs.replace(chart, reach=reach)


__all__ = ["BadRequest", "Judged", "Lacking", "NotFhirJson", "cards_of", "judge"]
