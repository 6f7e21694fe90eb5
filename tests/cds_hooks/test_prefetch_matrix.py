"""What each prefetch key may come as, against each other: advice, a stated gap, or 412.

Never an all-clear by accident: an answer without a card is only right when no way of filling in
what was not read would have made one.
"""

from __future__ import annotations

import json
import os
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from cds_hooks.services import Service
from tests.support.hook_calls import call, product, request_for
from tests.support.prefetch_cases import (
    LEVELS,
    UNREAD,
    VALUE,
    Case,
    cases,
    completions,
    due_status,
    in_states,
    optional_keys,
    required_keys,
)

SEED = int(os.environ.get("ONCOCUE_MATRIX_SEED", "20261122"))
MOST_CASES = 5_000
HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
# For each service a chart with something to say, and one whose data quiets it.
STORIES = {
    "biomarker-testing": (
        "lung-adenocarcinoma-partial-results",
        "lung-everything-tested",
    ),
    "genetic-counseling": ("family-history-pat-met", "family-history-already-counselled"),
    "trial-search": ("lung-kras-g12d", "lung-egfr-exon-20-insertion"),
    "oncology-order-select": ("order-select-capecitabine-no-dpyd", "order-sign-dpyd-normal"),
    "oncology-order-sign": ("order-sign-two-decisions", "order-sign-dpyd-normal"),
}
SERVICES = tuple(STORIES)
# At the order hooks more than one decision may be on the screen.
MOST_CARDS = {"oncology-order-select": 2, "oncology-order-sign": 2}


@cache
def _answers() -> HookAnswers:
    return product()


def _service(name: str) -> Service:
    return _answers().services[name]


@cache
def _request(name: str, story: str) -> dict[str, Any]:
    if not story.startswith("order-"):
        return request_for(story)
    request: dict[str, Any] = json.loads((HOOKS / f"{story}.json").read_bytes())
    if name == "oncology-order-select" and request["hook"] == "order-sign":
        drafts = (each["resource"] for each in request["context"]["draftOrders"]["entry"])
        selections = [f"{draft['resourceType']}/{draft['id']}" for draft in drafts]
        context = {**request["context"], "selections": selections}
        return {**request, "hook": "order-select", "context": context}
    return request


@cache
def _cards(service: str, story: str, states: tuple[tuple[str, str], ...]) -> tuple[int, str]:
    """Status and cards of a case; each case is asked once, however often it completes another."""
    asked = in_states(_request(service, story), dict(states))
    answer = call(_answers(), service, asked)
    return answer.status, answer.body.decode()


@pytest.mark.conformance("cds-hooks", 36, 37, 38, 41, 42)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SERVICES)
def test_no_way_to_prefetch_makes_an_all_clear_by_accident(name: str) -> None:
    """Each case gives 412, advice that names what it did not see, a gap, or a silence."""
    service = _service(name)
    found = cases(service, SEED)
    print(f"{name}: {len(found)} cases, seed {SEED}")
    assert 200 <= len(found) <= MOST_CASES

    for story in STORIES[name]:
        for case in found:
            status, body = _cards(name, story, tuple(case.items()))
            place = (SEED, story, case)
            assert status == due_status(service, case), (place, body)
            if status == 200:
                _check_answer(name, story, case, json.loads(body)["cards"])
            else:
                assert json.loads(body)["resourceType"] == "OperationOutcome", place


def _check_answer(name: str, story: str, case: Case, cards: list[dict[str, Any]]) -> None:
    place = (SEED, story, case)
    assert len(cards) <= MOST_CARDS.get(name, 1), place
    whole = [_cards(name, story, tuple(each.items())) for each in completions(case)]
    shown = [json.loads(body)["cards"] for status, body in whole if status == 200]
    if not cards:
        # Silence holds only if nothing that may be on the unread pages would have spoken.
        assert not any(shown), place
    unread = [key for key in _prefetched(name) if case[key] in UNREAD]
    for card in cards:
        if unread and not card["summary"].startswith("Not assessed"):
            assert "**Not read:**" in card["detail"], place
        if case.get("orders") in UNREAD:
            assert "no referral on file" not in card["summary"], place


def _prefetched(name: str) -> list[str]:
    return [item.key for item in _service(name).prefetch]


@pytest.mark.parametrize("name", SERVICES)
def test_the_cases_cover_what_they_promise(name: str) -> None:
    """Every combination of required keys, and of any three keys at all."""
    service = _service(name)
    required = required_keys(service)
    found = cases(service, SEED)

    assert len({tuple(case[key] for key in required) for case in found}) == 6 ** len(required)
    for three in combinations(required + optional_keys(service), 3):
        seen = {tuple(case[key] for key in three) for case in found}
        assert len(seen) == len(LEVELS) ** 3


@pytest.mark.parametrize("name", SERVICES)
def test_the_charts_of_the_matrix_can_speak_and_be_silent(name: str) -> None:
    """With everything read, one has advice; otherwise the matrix would prove nothing."""
    service = _service(name)
    case = tuple((key, VALUE) for key in required_keys(service) + optional_keys(service))

    shown = [json.loads(_cards(name, story, case)[1])["cards"] for story in STORIES[name]]

    assert [bool(each) for each in shown] == [True, False]
