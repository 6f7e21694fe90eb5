"""What the order hooks say when every drug Synthea ordered for a patient is ordered at once."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from cds_hooks.profiles import load_profiles
from cds_hooks.services import services
from oncocue.judge import Judged, cards_of, judge
from oncology.guidance.library import Guidance
from tests.servers.synthea import Bundle
from tests.servers.through_hapi import TODAY


def ordered(bundle: Bundle, guidance: Guidance) -> Judged:
    """The chart at order-sign: its requests as drafts, everything else of it prefetched."""
    resources = [entry["resource"] for entry in bundle["entry"]]
    by_address = {f"urn:uuid:{each['id']}": each for each in resources}
    requests = [each for each in resources if each["resourceType"] == "MedicationRequest"]
    patient = next(each for each in resources if each["resourceType"] == "Patient")
    listed = services(guidance.terminology).values()
    kinds = {item.key: item.resource_type for service in listed for item in service.prefetch}
    others = {"Patient", "MedicationRequest"}
    prefetch = {
        key: _bundle([each for each in resources if each["resourceType"] == kind])
        for key, kind in kinds.items()
        if kind not in others
    }
    request = {
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/example",
            "patientId": patient["id"],
            "draftOrders": _bundle([_draft(each, by_address) for each in requests]),
        },
        "prefetch": {"patient": patient, "medications": _bundle([]), **prefetch},
    }
    return judge(json.dumps(request).encode(), guidance, TODAY)


def _draft(request: dict[str, Any], by_address: dict[str, Any]) -> dict[str, Any]:
    """The order before it was signed, naming its drug itself."""
    draft = {**request, "status": "draft"}
    reference = draft.pop("medicationReference", None)
    if reference:
        draft["medicationCodeableConcept"] = by_address[reference["reference"]]["code"]
    return draft


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def known_drugs(judged: Judged) -> list[str]:
    """The drugs on the screen that the order rules know by code or name."""
    assert judged.ordering is not None
    return [drug for order in judged.ordering.drafts.orders for drug in order.drugs]


def drugs_with_rules(judged: Judged) -> set[str]:
    """The drugs that some rule asks a result for."""
    assert judged.ordering is not None
    artifacts = judged.ordering.rules.artifacts.values()
    return {drug for each in artifacts for row in each.rows for drug in row.drugs}


def lines(bundles: list[Bundle], guidance: Guidance) -> list[str]:
    """The section of the report."""
    drugs: Counter[str] = Counter()
    unknown, cards, asked = 0, Counter[str](), set[str]()
    for bundle in bundles:
        judged = ordered(bundle, guidance)
        assert judged.ordering is not None
        drugs.update(known_drugs(judged))
        unknown += judged.ordering.drafts.unresolved
        asked |= drugs_with_rules(judged)
        profile = load_profiles()["standard"]
        cards.update(each["summary"] for each in cards_of(judged, guidance, profile))
    shown = [f"- {number} × {summary}" for summary, number in sorted(cards.items())]
    return [
        "## At the order hooks",
        "",
        "Each patient's medication requests, put on the screen at order-sign as drafts: "
        f"{drugs.total()} of drugs that the order rules know by name, {unknown} of drugs "
        "that no rule names. Cards:",
        "",
        *(shown or ["- none"]),
        "",
        "| drug | orders | a rule asks for a result |",
        "|---|---|---|",
        *(f"| {drug} | {drugs[drug]} | {_yes(drug in asked)} |" for drug in sorted(drugs)),
        "",
    ]


def _yes(value: bool) -> str:
    return "yes" if value else "no"
