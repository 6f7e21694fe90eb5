"""Refusals as OperationOutcome, the body every non-2xx answer has. No patient data in them."""

from __future__ import annotations

import msgspec

# CDS Hooks status → FHIR issue type
_ISSUE_TYPES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    412: "required",
    413: "too-long",
    415: "not-supported",
    429: "throttled",
    500: "exception",
    503: "transient",
}


def operation_outcome(status: int, text: str) -> bytes:
    """An OperationOutcome for an HTTP status and a sentence for the integrator."""
    return msgspec.json.encode(
        {
            "resourceType": "OperationOutcome",
            "issue": [
                {
                    "severity": "error",
                    "code": _ISSUE_TYPES.get(status, "processing"),
                    "diagnostics": text,
                }
            ],
        }
    )
