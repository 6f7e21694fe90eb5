"""Rows of the CDS Hooks table about order-select and order-sign."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from tests.cds_hooks.test_order_hooks import request
from tests.support.hook_calls import call, cards, product

SELECT = "order-select-capecitabine-no-dpyd"


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    """The product for the sandbox."""
    return product()


def _selecting(*selections: str) -> dict[str, Any]:
    """The capecitabine draft and one of a drug no rule asks about; these are being ordered."""
    body = request(SELECT)
    entries = body["context"]["draftOrders"]["entry"]
    other = copy.deepcopy(entries[0])
    other["resource"]["id"] = "other"
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    other["resource"]["medicationCodeableConcept"] = {
        "coding": [{"system": rxnorm, "code": "161", "display": "acetaminophen"}]
    }
    entries.append(other)
    body["context"]["selections"] = list(selections)
    return body


@pytest.mark.conformance("cds-hooks", 25)
def test_the_selected_orders_alone_count(answers: HookAnswers) -> None:
    """What lies in the cart beside them was judged when it was selected."""
    [selected] = request(SELECT)["context"]["selections"]
    ask = "oncology-order-select"

    assert len(cards(call(answers, ask, _selecting(selected)))) == 1
    assert len(cards(call(answers, ask, _selecting("MedicationRequest/other", selected)))) == 1
    assert cards(call(answers, ask, _selecting("MedicationRequest/other"))) == []


@pytest.mark.conformance("cds-hooks", 25)
@pytest.mark.parametrize("selection", ["MedicationRequest/none", "none", "ServiceRequest/other"])
def test_a_selection_that_is_no_entry_is_a_412(answers: HookAnswers, selection: str) -> None:
    """Nothing that is being ordered came: silence would look like an all-clear."""
    answer = call(answers, "oncology-order-select", _selecting(selection))

    assert answer.status == 412
    assert b"context.selections" in answer.body


@pytest.mark.conformance("cds-hooks", 25, 26)
@pytest.mark.parametrize("service", ["oncology-order-select", "oncology-order-sign"])
def test_without_draft_orders_nothing_can_be_judged(answers: HookAnswers, service: str) -> None:
    """Epic leaves them out when the scopes of orders are lacking: 412 says so."""
    body = _selecting("MedicationRequest/other")
    body["hook"] = service.removeprefix("oncology-")
    del body["context"]["draftOrders"]

    answer = call(answers, service, body)

    assert answer.status == 412
    assert "draftOrders" in json.loads(answer.body)["issue"][0]["diagnostics"]


@pytest.mark.conformance("cds-hooks", 26)
@pytest.mark.parametrize("status", ["draft", "active", "on-hold"])
def test_revisions_are_judged_like_drafts(answers: HookAnswers, status: str) -> None:
    """An order may be changed after it was signed."""
    body = request(SELECT)
    body["hook"] = "order-sign"
    del body["context"]["selections"]
    for entry in body["context"]["draftOrders"]["entry"]:
        entry["resource"]["status"] = status

    assert len(cards(call(answers, "oncology-order-sign", body))) == 1
