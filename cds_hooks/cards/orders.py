"""Draft orders: ServiceRequests built and checked by fhir.resources, once for each order.

The resource is validated with a placeholder for the patient; a call then puts the patient's
reference in. Building one costs as much as a whole hook call, so it never happens twice.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cds_hooks.profiles import OrderCode

_PLACEHOLDER = "Patient/placeholder"


def draft_order(code: OrderCode, patient: str, reason: str, identifier: str) -> dict[str, Any]:
    """A draft/proposal ServiceRequest (FHIR R4) for `patient`, `Patient/id`.

    It carries an id although the EHR gives it another one: HL7's validator asks for it.
    """
    order = dict(_checked(code, reason))
    order["id"] = identifier
    order["subject"] = {"reference": patient}
    return order


@lru_cache(maxsize=256)
def _checked(code: OrderCode, reason: str) -> dict[str, Any]:
    from fhir.resources.R4B.servicerequest import ServiceRequest  # noqa: PLC0415  heavy, lazy

    order = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "code": {
            "coding": [{"system": code.system, "code": code.code, "display": code.display}],
            "text": code.display,
        },
        "subject": {"reference": _PLACEHOLDER},
        "reasonCode": [{"text": reason}],
    }
    ServiceRequest.model_validate(order)
    return order
