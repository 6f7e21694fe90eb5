"""Feedback is kept once, without comments, and acknowledged only when it is safe."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from cds_hooks.feedback.sql_ledger import SqlLedger
from oncology.guidance.library import Guidance
from tests.support.hook_calls import request_for
from tests.support.product import STORY, Hospital, entry

CANARY = "Zyx Canaryname"


def _rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.conformance("cds-hooks", 81, 85, 88)
def test_a_batch_over_many_cards_is_kept_whole(hospital: Hospital, engine: Engine) -> None:
    """Cards of many calls, known or not."""
    [one], [two] = hospital.look(), hospital.look()
    sent = hospital.send(
        entry(one["uuid"]),
        entry(two["uuid"], outcome="accepted", acceptedSuggestions=[{"id": str(uuid4())}] * 2),
        entry(uuid4()),
    )

    assert (sent.status_code, sent.get_data()) == (200, b"{}")
    assert sorted(_rows(engine, "SELECT outcome FROM feedback")) == [
        ("accepted",),
        ("overridden",),
        ("overridden",),
    ]


@pytest.mark.conformance("cds-hooks", 85)
def test_what_is_sent_again_is_kept_once(hospital: Hospital, engine: Engine) -> None:
    """In one batch or in many; another outcome of the same card is another entry."""
    [card] = hospital.look()
    first, second = entry(card["uuid"]), entry(card["uuid"], overrideReason={"userComment": "x"})
    answers = [hospital.send(first, first), hospital.send(first), hospital.send(second, first)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert _rows(engine, "SELECT count(*) FROM feedback") == [(2,)]


def test_a_batch_with_a_fault_is_refused_whole(hospital: Hospital, engine: Engine) -> None:
    """Half of it kept would be counted twice when it is sent again."""
    sent = hospital.send(entry(uuid4()), entry(uuid4(), outcome=CANARY))

    assert sent.status_code == 400
    assert "feedback[1].outcome" in sent.json["issue"][0]["diagnostics"]
    assert CANARY not in sent.get_data(as_text=True)
    assert _rows(engine, "SELECT count(*) FROM feedback") == [(0,)]


@pytest.mark.conformance("cds-hooks", 89)
@pytest.mark.parametrize("keep", [False, True])
def test_comments_are_thrown_away_unless_a_site_keeps_them(
    guidance: Guidance, engine: Engine, keep: bool
) -> None:
    """They may name the patient. That there was one is told."""
    hospital = Hospital(guidance, SqlLedger(engine, keep_comments=keep))
    hospital.send(entry(uuid4(), overrideReason={"userComment": f"{CANARY}\0 knows"}))

    [row] = _rows(engine, "SELECT has_comment, comment FROM feedback")
    assert row == (True, f"{CANARY} knows" if keep else None)


def test_an_unknown_service_has_no_feedback(hospital: Hospital) -> None:
    """404, as for the service itself."""
    assert hospital.send(entry(uuid4()), service="nothing").status_code == 404


def test_a_long_body_is_refused(hospital: Hospital) -> None:
    """Feedback is short: a megabyte is enough for a thousand entries with comments."""
    assert hospital.send_body(b" " * (1024 * 1024 + 1)).status_code == 413


def test_what_cannot_be_kept_is_not_acknowledged(hospital: Hospital, engine: Engine) -> None:
    """503, and the EHR sends it again."""
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO feedback_away")
    refused = hospital.send(entry(uuid4()))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback_away RENAME TO feedback")

    assert refused.status_code == 503
    assert refused.json["issue"][0]["code"] == "transient"
    assert hospital.send(entry(uuid4())).status_code == 200


def test_nothing_of_who_it_is_about_is_kept(hospital: Hospital, engine: Engine) -> None:
    """Names, ids, users, comments: planted everywhere, found nowhere in the tables."""
    body = json.loads(
        json.dumps(_request()).replace(_request()["context"]["patientId"], "canary-patient-id")
    )
    body["context"]["userId"] = "Practitioner/canary-user"
    body["hookInstance"] = "canary-instance"
    body["fhirAuthorization"] = {"access_token": "canary-token"}
    body["prefetch"]["patient"]["name"] = [{"family": CANARY, "given": ["Canary"]}]
    cards = hospital.look(**body)
    reason = {"reason": {"code": CANARY, "display": CANARY}, "userComment": CANARY}
    hospital.send(entry(cards[0]["uuid"], overrideReason=reason))

    tables = ("cards", "feedback", "card_marks", "audit", "used_tokens")
    told = str([_rows(engine, f"SELECT * FROM {table}") for table in tables])
    assert cards[0]["uuid"] in told
    assert "canary" not in told.lower()


def _request() -> dict[str, Any]:
    return request_for(STORY)
