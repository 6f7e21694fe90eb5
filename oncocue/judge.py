"""One patient from a file: a Bundle, NDJSON or a CDS Hooks request, judged on a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from cds_hooks.cards.render import render
from cds_hooks.gather import prefetched
from cds_hooks.profiles import Profile
from cds_hooks.request import BadRequest, parse_request
from cds_hooks.services import services
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.reading.decode import NotFhirJson, read_records
from oncology.reading.records import Records


class Judged(Struct, frozen=True):
    """A chart and what the guidance says of it."""

    chart: Chart
    findings: list[Finding]
    as_of: date


class _Kind(Struct):
    """What tells a hook request from FHIR."""

    hook: Any = None
    resourceType: Any = None


def judge(body: bytes, guidance: Guidance, as_of: date, explain: bool = False) -> Judged:
    """Read and judge one patient.

    Raises NotFhirJson or BadRequest with a message that names no patient data.
    """
    records, patient_id = _read(body, guidance)
    chart = read_chart(records, guidance.terminology, patient_id)
    return Judged(chart, evaluate(chart, guidance, as_of, explain=explain), as_of)


def _read(body: bytes, guidance: Guidance) -> tuple[Records, str | None]:
    try:
        kind = msgspec.json.decode(body, type=_Kind)
    except msgspec.DecodeError:
        kind = _Kind()
    if kind.hook is None or kind.resourceType is not None:
        return read_records(body), None
    request = parse_request(body, kind.hook if isinstance(kind.hook, str) else "")
    items = {
        item.key: item
        for service in services(guidance.terminology).values()
        for item in service.prefetch
    }
    records = prefetched(request, tuple(items.values()))
    return records, request.context.patient_id if request.context else None


def cards_of(judged: Judged, guidance: Guidance, profile: Profile) -> list[dict[str, Any]]:
    """The cards each service would show for a judged patient.

    A service whose required data a hook request lacks would answer 412, and shows none.
    """
    cards: list[dict[str, Any]] = []
    for service in services(guidance.terminology).values():
        required = [item.resource_type for item in service.prefetch if item.is_required]
        if not all(map(judged.chart.was_read, required)):
            continue
        findings = [each for each in judged.findings if each.kind in service.kinds]
        approved = bool(findings) and all(
            guidance.artifacts[each.guidance].is_approved for each in findings
        )
        shown = render(findings, judged.chart, profile, approved).cards
        cards += [msgspec.to_builtins(card) for card in shown]
    return cards


__all__ = ["BadRequest", "Judged", "NotFhirJson", "cards_of", "judge"]
