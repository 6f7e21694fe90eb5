"""Earlier cards of a patient, read back from the record for the app's timeline."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from cds_hooks.audit.history import CardHistory
from cds_hooks.audit.recorder import Recorder
from cds_hooks.trust.site import Site
from cds_hooks.unreachable import Unreachable
from oncocue.card_history import earlier_cards
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
