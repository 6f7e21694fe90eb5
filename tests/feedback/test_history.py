"""Earlier cards of a patient, read back from the record for the app's timeline."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from cds_hooks.audit.entry import AuditEntry
from cds_hooks.audit.history import CardHistory
from cds_hooks.audit.recorder import Recorder
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.ledger import MadeCard
from cds_hooks.feedback.memory import Secret
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.trust.site import Site
from cds_hooks.unreachable import Unreachable
from oncocue.card_history import earlier_cards
from oncocue.database.schema import revisions, upgrade
from oncology.guidance.library import Guidance
from smartapp.opened import EarlierCards
from tests.support.product import STORY, Hospital


def _shown(recorded: Hospital, engine: Engine, guidance: Guidance, patient: str) -> EarlierCards:
    memory = recorded.front.answers.memory
    look_up = earlier_cards(
        CardHistory(engine, memory.secret),
        [Site("general", "https://general.example")],
        guidance,
        _none,
    )
    return look_up("general", patient)


def _none() -> object:
    raise AssertionError("no order rule is asked for")


def test_cards_of_a_patient_with_what_became_of_them(
    recorded: Hospital, recorder: Recorder, engine: Engine, guidance: Guidance
) -> None:
    """The title of the rule, put aside with the reason given; of this patient alone."""
    [card] = recorded.look()
    recorder.close()
    assert recorded.override(card, "action-completed").status_code == 200

    [shown] = _shown(recorded, engine, guidance, STORY).cards
    assert shown.about == guidance.artifacts["nsclc-biomarkers"].title
    assert shown.outcome == "put aside: action completed"
    assert shown.at <= datetime.now(UTC)
    assert _shown(recorded, engine, guidance, "somebody-else") == EarlierCards()


def test_a_database_that_is_away_is_said_to_be(
    recorded: Hospital, guidance: Guidance, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    """A fault is told on the page, never taken for an empty history."""

    def away(*_args: object) -> None:
        raise Unreachable("OperationalError")

    monkeypatch.setattr("cds_hooks.audit.history.reached", away)
    assert _shown(recorded, engine, guidance, STORY).problem


_SECRET = Secret(b"test")
_SERVICE = "oncology-biomarkers"


def _call(engine: Engine, patient: str, at: datetime) -> str:
    """A call that made one card, as it is recorded; the card's uuid."""
    key, nobody = _SECRET.hide("call", patient), _SECRET.hide("nobody")
    of_patient = _SECRET.hide("patient", "general", patient)
    card = f"card-{patient}"
    made = MadeCard(
        card, "general", _SERVICE, "t", "gap", "g", "1", of_patient, nobody, at, call_key=key
    )
    answered = AuditEntry(
        at, "general", _SERVICE, 200, "", "", 1.0, 1, 0, ("t",), "", (), key, of_patient, nobody
    )
    SqlLedger(engine).keep_cards([made])
    AuditStore(engine).keep([answered])
    return card


def test_calls_of_one_moment_are_told_apart(engine: Engine) -> None:
    """Two patients at one site in the same microsecond: each has the one card of their own."""
    at = datetime.now(UTC)
    for patient in ("one", "other"):
        _call(engine, patient, at)

    for patient in ("one", "other"):
        assert len(CardHistory(engine, _SECRET).of("general", "", patient)) == 1


def test_an_upgrade_keeps_the_history_that_is_certain(engine: Engine) -> None:
    """Cards of before it stay with the one call of their moment; of two, with none."""
    before = revisions()[revisions().index("0006") - 1]
    alone, together = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    for patient, at in (("first", alone), ("one", together), ("other", together)):
        _call(engine, patient, at)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE cards DROP COLUMN call_key"))
        connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": before})

    upgrade(engine)

    history = CardHistory(engine, _SECRET)
    found = {each: len(history.of("general", "", each)) for each in ("first", "one", "other")}
    assert found == {"first": 1, "one": 0, "other": 0}
