"""What a call takes whose data must be fetched: from an EHR that takes 100 ms for an answer."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.bodies import request_body
from tests.benchmarks.load_servers import RS384, SERVE, running, write_config
from tests.benchmarks.press import fresh_tokens, post
from tests.support.fhir_server import FhirServer, running_fhir_server

EHR_SECONDS = 0.1
_CALLS = 60
# What the EHR gives for each search, by the prefetch key it is for.
_TYPES = {"conditions": "Condition", "observations": "Observation"}


def measure_fallback(folder: Path, chart: tuple[int, int]) -> list[str]:
    """The goal of issue 5 for fetching: nothing, or only the patient, came with the call."""
    lines = ["| prefetched | fetched | median ms | p95 ms | slowest ms |", "|---|---|---|---|---|"]
    with running_fhir_server() as ehr:
        request = _ehr_with(ehr, json.loads(request_body(*chart)))
        ehr.delay = EHR_SECONDS
        write_config(folder, ehr.base)
        with running(SERVE, folder, "1") as (port, _):
            for kept in ((), ("patient", "conditions")):
                prefetch = {key: request["prefetch"][key] for key in kept}
                body = json.dumps({**request, "prefetch": prefetch}).encode()
                ehr.calls.clear()
                took = sorted(_milliseconds(port, body) for _ in range(_CALLS))
                fetched = len(ehr.calls) // _CALLS
                lines.append(
                    f"| {', '.join(kept) or 'nothing'} | {fetched} searches "
                    f"| {statistics.median(took):.0f} | {took[int(_CALLS * 0.95)]:.0f} "
                    f"| {took[-1]:.0f} |"
                )
    write_config(folder)
    return lines


def _ehr_with(ehr: FhirServer, request: dict[str, Any]) -> dict[str, Any]:
    """An EHR that holds what the request would have brought, and the request that names it."""
    prefetch = request["prefetch"]
    ehr.answers[f"Patient/{prefetch['patient']['id']}"] = prefetch["patient"]
    for key, kind in _TYPES.items():
        ehr.answers[kind] = prefetch[key]
    granted = {
        "access_token": "bench",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/*.rs",
        "subject": "bench",
    }
    return {**request, "fhirServer": ehr.base, "fhirAuthorization": granted}


def _milliseconds(port: int, body: bytes) -> float:
    [token] = fresh_tokens(RS384, 1)
    started = time.perf_counter()
    status = post(port, SERVE, body, token)
    took = (time.perf_counter() - started) * 1000
    if status != 200:
        raise RuntimeError(f"a call whose data was fetched was answered {status}")
    return took
