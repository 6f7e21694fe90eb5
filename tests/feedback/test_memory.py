"""Card memory: what is put aside rests, for whom and how long; new facts wake it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, event

from cds_hooks.answer import Answer
from cds_hooks.audit.entry import keep_at_once
from cds_hooks.cards.advised import advised
from cds_hooks.cards.candidate import Candidate
from cds_hooks.feedback.ledger import InProcessLedger, Ledger
from cds_hooks.feedback.memory import CallMemory
from cds_hooks.feedback.reasons import RestRules
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.unreachable import Unreachable
from oncology.guidance.library import Guidance
from tests.support.databases import PostgresServer, database
from tests.support.hook_calls import call, request_for
from tests.support.product import STORY, Hospital, entry

FIXTURES = Path(__file__).parents[2] / "fixtures"
ONE, TWO = "Practitioner/one", "Practitioner/two"


@pytest.fixture(params=["process", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def anywhere(request: pytest.FixtureRequest, guidance: Guidance, tmp_path: Path) -> Hospital:
    """An EHR whose feedback goes to any ledger there is."""
    if request.param == "process":
        return Hospital(guidance, InProcessLedger())
    if request.param == "sqlite":
        return Hospital(guidance, SqlLedger(database(tmp_path / "state.sqlite")))
    server: PostgresServer = request.getfixturevalue("postgres")
    return Hospital(guidance, SqlLedger(database(server.new_database())))


def test_a_card_put_aside_rests_ninety_days(anywhere: Hospital) -> None:
    """The same facts make no card until then."""
    [card] = anywhere.look()
    assert anywhere.override(card, "action-completed").status_code == 200

    assert anywhere.look() == []
    anywhere.later(days=89)
    assert anywhere.look() == []
    anywhere.later(days=1, seconds=1)
    assert len(anywhere.look()) == 1


def test_a_pending_result_rests_fourteen_days(anywhere: Hospital) -> None:
    """It should be there by then."""
    [card] = anywhere.look()
    anywhere.override(card, "need-more-info")

    anywhere.later(days=13)
    assert anywhere.look() == []
    anywhere.later(days=1, seconds=1)
    assert len(anywhere.look()) == 1


@pytest.mark.parametrize(
    ("reason", "others_see_it"),
    [
        ("action-completed", False),
        ("patient-refuses", False),
        ("patient-ineligible", False),
        ("service-not-available", False),
        ("45", False),
        ("action-not-priority", True),
        ("wrong-time-workflow", True),
        ("made-up", True),
        (None, True),
    ],
)
def test_a_fact_holds_for_the_patient_an_opinion_for_the_user(
    anywhere: Hospital, reason: str | None, others_see_it: bool
) -> None:
    """Done elsewhere is true for everybody; not my plan is mine."""
    [card] = anywhere.look(ONE)
    anywhere.override(card, reason)

    assert anywhere.look(ONE) == []
    assert bool(anywhere.look(TWO)) is others_see_it


def _candidate(hospital: Hospital, user: str = ONE) -> tuple[CallMemory, Candidate]:
    """The card this user would see, and the memory of the call that made it."""
    request = request_for(STORY)
    request["context"]["userId"] = user
    account = call(hospital.front.answers, "biomarker-testing", request).account
    assert account is not None and account.chart is not None
    [candidate] = advised(account.findings, account.chart)
    return account.memory, candidate


def test_what_is_taken_back_is_shown_again_and_may_be_put_aside_again(anywhere: Hospital) -> None:
    """For good, even when the EHR sends its feedback once more; a new answer is a new one."""
    [card] = anywhere.look()
    given = {**entry(card["uuid"], anywhere.now), "overrideReason": _because("patient-refuses")}
    anywhere.send(given)
    memory, candidate = _candidate(anywhere, TWO)
    assert [each.reason for each in memory.put_aside(candidate)] == ["patient-refuses"]

    memory.take_back(candidate)
    assert memory.put_aside(candidate) == []
    anywhere.send(given)
    [again] = anywhere.look()
    anywhere.override(again, "action-completed")
    assert anywhere.look() == []


def test_nobody_takes_back_what_another_user_said_for_themselves(anywhere: Hospital) -> None:
    """It keeps the card from that user alone, so it is theirs."""
    [card] = anywhere.look(ONE)
    anywhere.override(card, "action-not-priority")
    memory, candidate = _candidate(anywhere, TWO)
    memory.take_back(candidate)
    assert anywhere.look(ONE) == []

    memory, candidate = _candidate(anywhere, ONE)
    memory.take_back(candidate)
    assert len(anywhere.look(ONE)) == 1


def _because(code: str) -> dict[str, Any]:
    return {"reason": {"code": code}}


def test_new_facts_wake_a_card(anywhere: Hospital) -> None:
    """A further result makes it another card."""
    [card] = anywhere.look()
    anywhere.override(card, "action-completed")
    assert anywhere.look() == []

    request = request_for(STORY)
    observations = request["prefetch"]["observations"]["entry"]
    for each in observations:
        each["resource"]["effectiveDateTime"] = "2026-11-20"

    [woken] = anywhere.look(prefetch=request["prefetch"])
    assert woken["source"]["topic"] == card["source"]["topic"]


def test_an_accepted_card_does_not_rest(anywhere: Hospital) -> None:
    """The order it made will say so by itself."""
    [card] = anywhere.look()
    taken = [{"id": card["suggestions"][0]["uuid"]}]
    sent = anywhere.send(entry(card["uuid"], outcome="accepted", acceptedSuggestions=taken))

    assert sent.status_code == 200
    assert len(anywhere.look()) == 1


def test_another_patient_of_the_same_facts_is_another(anywhere: Hospital) -> None:
    """The key holds the patient."""
    [card] = anywhere.look()
    anywhere.override(card, "action-completed")
    request = request_for(STORY)
    text = json.dumps(request).replace(request["context"]["patientId"], "somebody-else")

    assert len(anywhere.look(**json.loads(text))) == 1
    assert anywhere.look() == []


def test_a_clock_that_runs_ahead_makes_nothing_rest_longer(
    guidance: Guidance, in_process: Ledger
) -> None:
    """What happened in the future happened when it was told."""
    hospital = Hospital(guidance, in_process)
    [card] = hospital.look()
    hospital.send(
        entry(
            card["uuid"],
            hospital.now + timedelta(days=3650),
            overrideReason={"reason": {"code": "action-completed"}},
        )
    )

    [override] = in_process.overrides(
        "general", _key(hospital), hospital.now - timedelta(days=3650)
    )
    assert override.at < hospital.now + timedelta(days=3650)


def _key(hospital: Hospital) -> bytes:
    ledger: Any = hospital.front.answers.memory.ledger
    [card] = ledger._cards.values()
    key: bytes = card.patient_key
    return key


def test_one_site_cannot_put_aside_the_cards_of_another(
    guidance: Guidance, sql_ledger: SqlLedger
) -> None:
    """Even when it knows the card's id."""
    general, other = (Hospital(guidance, sql_ledger, site=name) for name in ("general", "other"))
    [card] = general.look()
    assert other.override(card, "action-completed").status_code == 200

    assert len(general.look()) == 1


def test_two_processes_share_the_memory(guidance: Guidance, engine: Engine) -> None:
    """What one was told, the other knows."""
    one, two = (Hospital(guidance, SqlLedger(engine, seconds=0.0)) for _ in range(2))
    [card] = one.look()
    two.override(card, "action-completed")

    assert one.look() == [] and two.look() == []


def test_feedback_may_be_quicker_than_the_record_of_its_card(
    guidance: Guidance, engine: Engine
) -> None:
    """The card is written behind the answer; what was said of it counts all the same."""
    late: list[tuple[str, Answer, float]] = []
    ledger = SqlLedger(engine, seconds=0.0)
    hospital = Hospital(guidance, ledger, watch=lambda *told: late.append(told))
    [card] = hospital.look()
    hospital.override(card, "action-completed")
    assert len(hospital.look()) == 1

    for told in late:
        keep_at_once(ledger)(*told)

    assert hospital.look() == []


def test_most_calls_do_not_ask_the_database(
    guidance: Guidance, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a card that may have been put aside is looked up, however often it was shown."""
    ledger = SqlLedger(engine, seconds=3600.0)
    hospital = Hospital(guidance, ledger)
    hospital.look()
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    hospital.front = msgspec.structs.replace(hospital.front, watches=())

    hospital.look()

    assert asked == []


def test_all_rests_are_configurable(guidance: Guidance, in_process: Ledger) -> None:
    """Days, and which reasons are facts or wait for a result."""
    rules = RestRules(
        override_days=2,
        pending_days=1,
        factual=frozenset({"wrong-time-workflow"}),
        pending=frozenset({"wrong-time-workflow"}),
    )
    hospital = Hospital(guidance, in_process, rules)
    [card] = hospital.look(ONE)
    hospital.override(card, "wrong-time-workflow")

    assert hospital.look(TWO) == []
    hospital.later(days=1, seconds=1)
    assert len(hospital.look(TWO)) == 1


def _order(drug: str, draft: str) -> dict[str, Any]:
    """A call of order-sign for a poor metaboliser, with this drug on the screen."""
    path = FIXTURES / "hooks" / "good" / "order-sign-dpyd-poor-metaboliser.json"
    request: dict[str, Any] = json.loads(path.read_bytes())
    [drafted] = request["context"]["draftOrders"]["entry"]
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    coding = {"system": rxnorm, "code": drug}
    drafted["resource"] |= {"id": draft, "medicationCodeableConcept": {"coding": [coding]}}
    return request


def test_an_order_card_rests_for_the_same_drug_and_wakes_for_another(anywhere: Hospital) -> None:
    """A draft has another id each time; a drug of the same gene is a decision of its own."""
    capecitabine, fluorouracil = "194000", "4492"
    [card] = anywhere.look(service="oncology-order-sign", **_order(capecitabine, "one"))
    assert anywhere.override(card, "patient-ineligible").status_code == 200

    assert anywhere.look(service="oncology-order-sign", **_order(capecitabine, "two")) == []
    [other] = anywhere.look(service="oncology-order-sign", **_order(fluorouracil, "three"))
    assert other["source"]["topic"] == card["source"]["topic"]


# ------------------------------------------------------------------------------ said once


def _gap(hospital: Hospital, user: str = ONE) -> list[dict[str, Any]]:
    """The cards of a chart that nothing is advised for while a part of it was not read."""
    request = request_for("family-history-pat-met")
    del request["prefetch"]["family"]
    request["context"]["userId"] = user
    return hospital.look(
        service="genetic-counseling", context=request["context"], prefetch=request["prefetch"]
    )


def _question(hospital: Hospital, user: str = ONE) -> list[dict[str, Any]]:
    request = request_for("lung-histology-not-recorded")
    request["context"]["userId"] = user
    return hospital.look(context=request["context"], prefetch=request["prefetch"])


def test_a_question_is_asked_once_in_ninety_days(anywhere: Hospital) -> None:
    """Whoever opens the chart."""
    [card] = _question(anywhere)
    assert card["source"]["topic"]["code"].endswith("ASK")

    assert _question(anywhere) == [] and _question(anywhere, TWO) == []
    anywhere.later(days=90, seconds=1)
    assert len(_question(anywhere)) == 1


def test_a_gap_is_told_once_a_day(anywhere: Hospital) -> None:
    """At most one a patient a day, whoever opens the chart."""
    [card] = _gap(anywhere)
    assert card["source"]["topic"]["code"].startswith("NOTASSESSED")

    assert _gap(anywhere) == [] and _gap(anywhere, TWO) == []
    anywhere.later(days=1, seconds=1)
    assert len(_gap(anywhere)) == 1


def test_no_days_is_no_limit(guidance: Guidance, in_process: Ledger) -> None:
    """As in development, where each call shows what it comes to."""
    hospital = Hospital(guidance, in_process, RestRules(question_days=0, gap_days=0))

    assert [len(_question(hospital)) for _ in range(3)] == [1, 1, 1]
    assert [len(_gap(hospital)) for _ in range(3)] == [1, 1, 1]


# ------------------------------------------------------------------------------ silence, faults


def test_a_silent_site_makes_cards_for_the_record_and_shows_none(
    guidance: Guidance, in_process: InProcessLedger
) -> None:
    """And uses up no question: the day it goes live everything is said."""
    hospital = Hospital(guidance, in_process, silent=True)

    assert hospital.look() == [] and _question(hospital) == []
    assert [card.is_shown for card in in_process._cards.values()] == [False, False]
    assert in_process._marked == {}


def test_a_memory_that_cannot_be_reached_hides_nothing(
    guidance: Guidance, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Better a card too many than a silence nobody chose."""
    hospital = Hospital(guidance, SqlLedger(engine), watch=lambda *_: None)

    def fail(*_: object, **__: object) -> None:
        raise Unreachable("OperationalError")

    monkeypatch.setattr(SqlLedger, "overrides", fail)

    assert len(hospital.look()) == 1
