"""Whole synthetic charts as hook requests: procedures, reports, orders and drugs among them."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson

from cds_hooks.services import Service

_PATIENTS = Path(__file__).parents[2] / "fixtures" / "synthea" / "patients.ndjson.gz"


def chart_requests(service: Service) -> dict[str, tuple[int, bytes]]:
    """A request of `service` for the smallest, the median and the largest chart Synthea made.

    Each with how many resources it prefetches: all of the types the service asks for.
    """
    made = [
        _request(orjson.loads(line), service)
        for line in gzip.decompress(_PATIENTS.read_bytes()).splitlines()
        if line.strip()
    ]
    made.sort(key=lambda each: len(each[1]))
    return {"smallest": made[0], "median": made[len(made) // 2], "largest": made[-1]}


def _request(chart: dict[str, Any], service: Service) -> tuple[int, bytes]:
    by_type: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in chart["entry"]:
        by_type[entry["resource"]["resourceType"]].append(entry)
    patient = by_type["Patient"][0]["resource"]
    prefetch = {
        item.key: {
            "resourceType": "Bundle",
            "type": "searchset",
            "entry": by_type[item.resource_type],
        }
        for item in service.prefetch
    }
    prefetch["patient"] = patient
    # Synthea's references are to the URNs of its entries; an EHR's are to the ids.
    body = orjson.dumps(
        {
            "hook": "patient-view",
            "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "context": {"userId": "Practitioner/example", "patientId": patient["id"]},
            "prefetch": prefetch,
        }
    ).replace(b'"urn:uuid:' + patient["id"].encode(), b'"Patient/' + patient["id"].encode())
    return sum(len(by_type[item.resource_type]) for item in service.prefetch), body
