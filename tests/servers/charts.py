"""The synthetic charts as a FHIR server takes them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from tests.support.hook_calls import CHARTS, chart, stories


def release(story: str) -> str:
    """The release of FHIR a chart is written in."""
    expected = json.loads((CHARTS / story / "expected.json").read_bytes())
    return str(expected.get("fhir", "R4"))


@cache
def r4_stories() -> tuple[str, ...]:
    """The charts that an R4 server can hold."""
    return tuple(story for story in stories() if release(story) == "R4")


def resources_of(story: str) -> list[dict[str, Any]]:
    """The resources of a chart."""
    return [entry["resource"] for entry in chart(story)["entry"]]


def patient_id(story: str) -> str:
    """The id of the chart's first Patient, whose chart it is."""
    patients = (each for each in resources_of(story) if each["resourceType"] == "Patient")
    return str(next(patients)["id"])


def transaction(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A transaction that puts each resource under its own id."""
    entries = []
    for each in resources:
        address = f"{each['resourceType']}/{each['id']}"
        entries.append({"resource": each, "request": {"method": "PUT", "url": address}})
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
