"""What each prefetch key of a service may come as, against each other."""

from __future__ import annotations

import json
from itertools import product as every_way
from typing import Any

from cds_hooks.services import ORDER_HOOKS, ORDER_SELECT, Service
from tests.support.covering import covering_array
from tests.support.hook_calls import searchset

VALUE, NULL, MISSING, OUTCOME, EMPTY, PAGED = LEVELS = (
    "value",
    "null",
    "missing",
    "OperationOutcome",
    "empty",
    "paged",
)
UNREAD = (MISSING, OUTCOME, PAGED)
DRAFTS = "draftOrders"
Case = dict[str, str]


def required_keys(service: Service) -> list[str]:
    """What a service cannot do without; of an order hook the orders on the screen too."""
    required = [item.key for item in service.prefetch if item.is_required]
    return [*required, DRAFTS] if service.hook in ORDER_HOOKS else required


def optional_keys(service: Service) -> list[str]:
    """What makes the advice of a service more complete."""
    return [item.key for item in service.prefetch if not item.is_required]


def cases(service: Service, seed: int) -> list[Case]:
    """The full product over required keys, three-way coverage over the others and over all."""
    required, optional = required_keys(service), optional_keys(service)
    rows = [
        dict(zip(required, states, strict=True)) | dict.fromkeys(optional, VALUE)
        for states in every_way(LEVELS, repeat=len(required))
    ]
    rows += [
        dict.fromkeys(required, VALUE) | dict(zip(optional, states, strict=True))
        for states in covering_array(len(optional), LEVELS, 3, seed)
    ]
    keys = required + optional
    rows += [
        dict(zip(keys, states, strict=True))
        for states in covering_array(len(keys), LEVELS, 3, seed + 1)
    ]
    return list({json.dumps(row): row for row in rows}.values())


def in_states(request: dict[str, Any], case: Case) -> dict[str, Any]:
    """A request with each of its data in the state of the case."""
    prefetch, context = dict(request["prefetch"]), dict(request["context"])
    for key, state in case.items():
        place = context if key == DRAFTS else prefetch
        value = place.pop(key, None)
        if state != MISSING:
            place[key] = _in_state(state, value)
    return {**request, "prefetch": prefetch, "context": context}


def _in_state(state: str, value: dict[str, Any] | None) -> Any:
    if state == NULL:
        return None
    if state == OUTCOME:
        issue = {"severity": "error", "code": "forbidden"}
        return {"resourceType": "OperationOutcome", "issue": [issue]}
    if state == EMPTY:
        return searchset([])
    if state == PAGED:
        next_page = {"relation": "next", "url": "https://ehr.example/fhir?page=2"}
        whole = value if value and value["resourceType"] == "Bundle" else searchset([value or {}])
        return {**whole, "link": [next_page]}
    return value


def due_status(service: Service, case: Case) -> int:
    """Contract, "When data is missing": 412 where required data is not to be had.

    Orders on the screen that are no Bundle are a malformed request; a selection that is not
    among them, an answer that would be wrong either way.
    """
    drafts = case.get(DRAFTS, VALUE)
    if drafts == OUTCOME:
        return 400
    if drafts in (NULL, MISSING) or (drafts == EMPTY and service.hook == ORDER_SELECT):
        return 412
    asked = {item.key for item in service.prefetch if item.is_required}
    without = any(case[key] in (MISSING, OUTCOME) for key in asked)
    return 412 if without or case["patient"] in (NULL, EMPTY) else 200


def completions(case: Case) -> list[Case]:
    """Every way in which what was not read may be: all that is on file, or nothing.

    What stands on the first page of several was read, so it is on file.
    """
    unread = [key for key, state in case.items() if state in (MISSING, OUTCOME)]
    paged = [key for key, state in case.items() if state == PAGED]
    return [
        {**case, **dict.fromkeys(paged, VALUE), **dict(zip(unread, states, strict=True))}
        for states in every_way((VALUE, EMPTY), repeat=len(unread))
    ]
