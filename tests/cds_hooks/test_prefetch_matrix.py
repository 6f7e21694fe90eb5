"""What each prefetch key may come as, against each other: advice, a stated gap, or 412.

Never an all-clear by accident: an answer without a card is only right when no way of filling in
what was not read would have made one.
"""

from __future__ import annotations

import json
import os
from functools import cache
from itertools import product as every_way
from typing import Any

import pytest

from cds_hooks.answer import HookAnswers
from cds_hooks.services import Service
from tests.support.covering import covering_array
from tests.support.hook_calls import call, product, request_for, searchset

SEED = int(os.environ.get("ONCOCUE_MATRIX_SEED", "20261122"))
VALUE, NULL, MISSING, OUTCOME, EMPTY, PAGED = LEVELS = (
    "value",
    "null",
    "missing",
    "OperationOutcome",
    "empty",
    "paged",
)
UNREAD = (MISSING, OUTCOME, PAGED)
MOST_CASES = 5_000
SERVICES = ("biomarker-testing", "genetic-counseling", "trial-search")
# For each service a chart with advice, one that data could quiet, and one with nothing to say.
STORIES = {
    "biomarker-testing": (
        "lung-adenocarcinoma-partial-results",
        "lung-everything-tested",
    ),
    "genetic-counseling": ("family-history-pat-met", "family-history-already-counselled"),
    "trial-search": ("lung-kras-g12d", "lung-egfr-exon-20-insertion"),
}
Case = dict[str, str]


@cache
def _answers() -> HookAnswers:
    return product()


def _service(name: str) -> Service:
    return _answers().services[name]


def cases(service: Service) -> list[Case]:
    """The full product over required keys, three-way coverage over the others and over all."""
    required = [item.key for item in service.prefetch if item.is_required]
    optional = [item.key for item in service.prefetch if not item.is_required]
    rows = [
        dict(zip(required, states, strict=True)) | dict.fromkeys(optional, VALUE)
        for states in every_way(LEVELS, repeat=len(required))
    ]
    rows += [
        dict.fromkeys(required, VALUE) | dict(zip(optional, states, strict=True))
        for states in covering_array(len(optional), LEVELS, 3, SEED)
    ]
    keys = required + optional
    rows += [
        dict(zip(keys, states, strict=True))
        for states in covering_array(len(keys), LEVELS, 3, SEED + 1)
    ]
    return list({json.dumps(row): row for row in rows}.values())


def _request(story: str, case: Case) -> dict[str, Any]:
    request = request_for(story)
    for key, state in case.items():
        value = request["prefetch"].pop(key, None)
        if state != MISSING:
            request["prefetch"][key] = _as(state, value)
    return request


def _as(state: str, value: dict[str, Any] | None) -> Any:
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


def _must_be_412(service: Service, case: Case) -> bool:
    """Contract, "When data is missing": required and not to be had."""
    required = {item.key for item in service.prefetch if item.is_required}
    without = any(case[key] in (MISSING, OUTCOME) for key in required)
    return without or case["patient"] in (NULL, EMPTY)


@cache
def _cards(service: str, story: str, states: tuple[tuple[str, str], ...]) -> tuple[int, str]:
    """Status and cards of a case; each case is asked once, however often it completes another."""
    answer = call(_answers(), service, _request(story, dict(states)))
    return answer.status, answer.body.decode()


def _completions(case: Case) -> list[Case]:
    """Every way in which what was not read may be: all that is on file, or nothing.

    What stands on the first page of several was read, so it is on file.
    """
    unread = [key for key, state in case.items() if state in (MISSING, OUTCOME)]
    paged = [key for key, state in case.items() if state == PAGED]
    return [
        {**case, **dict.fromkeys(paged, VALUE), **dict(zip(unread, states, strict=True))}
        for states in every_way((VALUE, EMPTY), repeat=len(unread))
    ]


@pytest.mark.conformance("cds-hooks", 36, 37, 38, 41, 42)
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", SERVICES)
def test_no_way_to_prefetch_makes_an_all_clear_by_accident(name: str) -> None:
    """Each case gives 412, advice that names what it did not see, a gap, or a silence."""
    service = _service(name)
    found = cases(service)
    print(f"{name}: {len(found)} cases, seed {SEED}")
    assert 200 <= len(found) <= MOST_CASES

    for story in STORIES[name]:
        for case in found:
            status, body = _cards(name, story, tuple(case.items()))
            place = (SEED, story, case)
            if _must_be_412(service, case):
                assert status == 412, place
                assert json.loads(body)["resourceType"] == "OperationOutcome", place
                continue
            assert status == 200, (place, body)
            _check_answer(name, story, case, json.loads(body)["cards"])


def _check_answer(name: str, story: str, case: Case, cards: list[dict[str, Any]]) -> None:
    place = (SEED, story, case)
    assert len(cards) <= 1, place
    whole = [_cards(name, story, tuple(each.items())) for each in _completions(case)]
    shown = [json.loads(body)["cards"] for status, body in whole if status == 200]
    if not cards:
        # Silence holds only if nothing that may be on the unread pages would have spoken.
        assert not any(shown), place
        return
    [card] = cards
    unread = [key for key, state in case.items() if state in UNREAD]
    if unread and not card["summary"].startswith("Not assessed"):
        assert "**Not read:**" in card["detail"], place
    if case.get("orders") in UNREAD:
        assert "no referral on file" not in card["summary"], place


@pytest.mark.parametrize("name", SERVICES)
def test_the_cases_cover_what_they_promise(name: str) -> None:
    """Every combination of required keys, and of any three keys at all."""
    service = _service(name)
    keys = [item.key for item in service.prefetch]
    required = [item.key for item in service.prefetch if item.is_required]
    found = cases(service)

    assert len({tuple(case[key] for key in required) for case in found}) == 6 ** len(required)
    for first in range(len(keys)):
        for second in range(first):
            for third in range(second):
                seen = {
                    (case[keys[first]], case[keys[second]], case[keys[third]]) for case in found
                }
                assert len(seen) == 6**3


@pytest.mark.parametrize("name", SERVICES)
def test_the_charts_of_the_matrix_can_speak_and_be_silent(name: str) -> None:
    """With everything read, one has advice; otherwise the matrix would prove nothing."""
    case = tuple((item.key, VALUE) for item in _service(name).prefetch)

    shown = [json.loads(_cards(name, story, case)[1])["cards"] for story in STORIES[name]]

    assert [len(each) for each in shown] == [1, 0]
