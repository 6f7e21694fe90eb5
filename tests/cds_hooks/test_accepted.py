"""A card ends once its orders are taken: the EHR sends them back under its own codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.hook_calls import call, cards, product, request_for, stories

HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
_SERVICES = ("biomarker-testing", "genetic-counseling")


def _with_orders(request: dict[str, Any], resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The same call after the orders were signed yesterday, with nothing but their codes."""
    signed = [
        {
            **resource,
            "id": f"signed-{number}",
            "status": "active",
            "intent": "order",
            "authoredOn": "2026-11-21",
            "code": {"coding": [{k: c[k] for k in ("system", "code")} for c in _codings(resource)]},
        }
        for number, resource in enumerate(resources)
    ]
    before = (request["prefetch"].get("orders") or {}).get("entry", [])
    entries = [*before, *({"resource": each} for each in signed)]
    orders = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return {**request, "prefetch": {**request["prefetch"], "orders": orders}}


def _codings(resource: dict[str, Any]) -> list[dict[str, str]]:
    codings: list[dict[str, str]] = resource["code"]["coding"]
    return codings


def _accepted() -> list[tuple[str, str]]:
    answers = product()
    return [
        (story, service)
        for story in stories()
        for service in _SERVICES
        for card in cards(call(answers, service, request_for(story)))
        if card.get("suggestions")
    ]


@pytest.mark.parametrize(("story", "service"), _accepted())
def test_what_was_ordered_is_not_asked_for_again(story: str, service: str) -> None:
    """No suggestion comes twice, in any story, by the code of the order alone."""
    answers, request = product(), request_for(story)
    (card,) = cards(call(answers, service, request))
    taken = [action["resource"] for each in card["suggestions"] for action in each["actions"]]
    after = cards(call(answers, service, _with_orders(request, taken)))
    offered = {each["label"] for one in after for each in one.get("suggestions", ())}
    assert not offered & {each["label"] for each in card["suggestions"]}


def _order_call(story: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HOOKS / f"{story}.json").read_bytes())
    return found


def test_a_drug_gene_test_is_known_by_the_site_s_code() -> None:
    """The test that order-select suggested is on its way, by its code alone."""
    answers, request = product(), _order_call("order-select-capecitabine-no-dpyd")
    (card,) = cards(call(answers, "oncology-order-select", request))
    (suggestion,) = card["suggestions"]
    ordered = _with_orders(request, [suggestion["actions"][0]["resource"]])
    (after,) = cards(call(answers, "oncology-order-select", ordered))
    assert after["summary"] == "DPYD result pending since 21 Nov 2026; label: test before start"


def test_a_test_by_the_site_s_code_is_told_to_be_answered_already() -> None:
    """A repeated test is known by the code too, whatever its words."""
    request = _order_call("order-select-her2-again")
    (draft,) = [each["resource"] for each in request["context"]["draftOrders"]["entry"]]
    system = "urn:oncocue:sandbox:orders"
    draft["code"] = {"coding": [{"system": system, "code": "IHC-HER2"}]}
    (card,) = cards(call(product(), "oncology-order-select", request))
    assert card["summary"].startswith("HER2: the test on this order has a result on file")
