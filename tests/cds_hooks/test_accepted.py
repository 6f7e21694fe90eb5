"""A card ends once its orders are taken: the EHR sends them back under its own codes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.hook_calls import call, cards, product, request_for, stories

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
