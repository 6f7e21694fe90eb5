"""Hook requests made from a chart, as an EHR would prefetch it."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from cds_hooks.answer import Answer, HookAnswers
from oncocue.clients import development_caller
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import hook_answers, load_guidance_of
from oncology.guidance.library import Guidance

CHARTS = Path(__file__).parents[2] / "fixtures" / "charts"
TODAY = date(2026, 11, 22)
TYPES = {
    "conditions": "Condition",
    "observations": "Observation",
    "reports": "DiagnosticReport",
    "orders": "ServiceRequest",
    "medications": "MedicationRequest",
    "procedures": "Procedure",
    "family": "FamilyMemberHistory",
}


def stories() -> list[str]:
    """The synthetic charts, without the bad ones."""
    return sorted(path.parent.name for path in CHARTS.glob("*/bundle.json"))


def chart(story: str) -> dict[str, Any]:
    """The bundle of a story."""
    bundle: dict[str, Any] = json.loads((CHARTS / story / "bundle.json").read_bytes())
    return bundle


def searchset(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A search result."""
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def request_for(story: str, **changes: Any) -> dict[str, Any]:
    """A patient-view request with everything prefetched; `changes` replace top-level fields."""
    resources = [entry["resource"] for entry in chart(story)["entry"] if "resource" in entry]
    patient = next(each for each in resources if each["resourceType"] == "Patient")
    prefetch: dict[str, Any] = {"patient": patient}
    for key, kind in TYPES.items():
        prefetch[key] = searchset([each for each in resources if each["resourceType"] == kind])
    request = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": patient["id"]},
        "prefetch": prefetch,
    }
    return {**request, **changes}


def product(**hooks: Any) -> HookAnswers:
    """The CDS Hooks face on a fixed day; `hooks` are its settings."""
    caller = development_caller(HooksSection(**{"profile": "sandbox", **hooks}))
    return hook_answers(_guidance(), caller, lambda: TODAY)


@cache
def _guidance() -> Guidance:
    return load_guidance_of(Settings())


def call(answers: HookAnswers, service: str, request: dict[str, Any]) -> Answer:
    """Answer one request."""
    return answers.answer(service, json.dumps(request).encode())


def cards(answer: Answer) -> list[dict[str, Any]]:
    """The cards of a 200 answer."""
    assert answer.status == 200, answer.body
    found: list[dict[str, Any]] = json.loads(answer.body)["cards"]
    return found
