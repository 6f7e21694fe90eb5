"""The audit of answers: written a moment later, bounded, and never without its facts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from cds_hooks.audit.recorder import Recorder
from cds_hooks.audit.report import NO_REASON, read_report
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.unreachable import Unreachable
from oncocue.command_line import app
from oncology.guidance.library import Guidance
from tests.support.product import Hospital, entry

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def _audit(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM audit ORDER BY id").mappings()
        return [dict(row) for row in rows]


@pytest.mark.conformance("cds-hooks", 110)
def test_each_answer_has_an_entry(
    recorded: Hospital, recorder: Recorder, engine: Engine, guidance: Guidance
) -> None:
    """Guidance with versions and answers, timing, and keys that tell equals without telling who."""
    recorded.look()
    recorded.look(user="Practitioner/two")
    recorded.look(service="genetic-counseling")
    recorder.close()

    first, second, third = _audit(engine)
    assert (first["site"], first["service"], first["status"]) == (
        "general",
        "biomarker-testing",
        200,
    )
    assert first["release"] == guidance.version and first["milliseconds"] > 0
    judged = {each["guidance"]: each for each in json.loads(first["findings"])}
    assert judged["nsclc-biomarkers"]["answer"] == "advise"
    assert judged["nsclc-biomarkers"]["version"] == guidance.artifacts["nsclc-biomarkers"].version
    assert json.loads(first["topics"]) == ["BIOMARKERNSCLC"]
    assert first["patient_key"] == second["patient_key"] == third["patient_key"]
    assert first["facts_key"] == second["facts_key"] != third["facts_key"]


@pytest.mark.conformance("cds-hooks", 110)
def test_a_refusal_has_an_entry_too(recorded: Hospital, recorder: Recorder, engine: Engine) -> None:
    """What could not be answered, and why not."""
    answers = recorded.front.answers
    recorded.front.run("biomarker-testing", lambda: answers.answer("biomarker-testing", b"{}"))
    recorder.close()

    [row] = _audit(engine)
    assert (row["status"], row["cards"], row["findings"]) == (400, 0, "[]")


class _Down:
    """A database that is away until it is back."""

    def __init__(self, engine: Engine) -> None:
        self._store, self.is_away = AuditStore(engine), True

    def keep(self, entries: Any, replays: Any) -> None:
        if self.is_away:
            raise Unreachable("OperationalError")
        self._store.keep(entries, replays)

    def purge_replays(self, before: datetime) -> int:
        raise AssertionError("there are none")


def test_what_waits_for_a_database_is_written_when_it_is_back(
    guidance: Guidance, engine: Engine
) -> None:
    """Calls go on meanwhile; nothing is written twice."""
    down = _Down(engine)
    recorder = Recorder(SqlLedger(engine), down)
    hospital = Hospital(guidance, SqlLedger(engine), watch=recorder)
    for _ in range(3):
        assert hospital.look()

    assert not recorder._write()
    down.is_away = False
    recorder.close()

    assert len(_audit(engine)) == 3


def test_what_waits_is_bounded(guidance: Guidance, engine: Engine) -> None:
    """A database that stays away takes no memory without end; what is lost is told."""
    recorder = Recorder(SqlLedger(engine), _Down(engine), most_waiting=2)
    hospital = Hospital(guidance, SqlLedger(engine), watch=recorder)
    for _ in range(5):
        hospital.look()

    assert len(recorder._waiting) == 2 and recorder._lost == 3
    recorder.close()


# ------------------------------------------------------------------------------ report, purge


def _report(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> str:
    monkeypatch.setenv("ONCOCUE__DATABASE__URL", url)
    done = CliRunner().invoke(app, ["report", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.conformance("cds-hooks", 86)
def test_the_report_counts_each_card_by_its_latest_feedback(
    recorded: Hospital, recorder: Recorder, engine: Engine
) -> None:
    """Shown, accepted, overridden by reason, and left alone, which is no rejection."""
    seen = [recorded.look(user=f"Practitioner/{number}")[0] for number in range(6)]
    taken = [{"id": seen[0]["suggestions"][0]["uuid"]}]
    recorded.send(entry(seen[0]["uuid"], outcome="accepted", acceptedSuggestions=taken))
    recorded.override(seen[1], "wrong-time-workflow")
    recorded.override(seen[1], "wrong-time-workflow")
    recorded.override(seen[2], "action-not-priority")
    recorded.later(minutes=1)
    recorded.override(seen[2], "wrong-time-workflow")
    recorded.override(seen[3])
    recorded.send(entry("7b3ab06c-5cd9-4a7b-8f7b-1f2c6b6a2a10"))
    recorder.close()

    report = read_report(engine, LONG_AGO)

    [rule] = report.rules
    assert (rule.topic, rule.shown, rule.accepted) == ("BIOMARKERNSCLC", 6, 1)
    assert rule.overridden == {"wrong-time-workflow": 2, NO_REASON: 1}
    assert (rule.without_feedback, rule.withheld, report.unknown_cards) == (2, 0, 1)
    assert [(each.status, each.calls) for each in report.calls] == [(200, 6)]


def test_cards_of_a_silent_site_are_withheld_ones(
    guidance: Guidance, engine: Engine, recorder: Recorder
) -> None:
    """What would have been shown is what a site wants to know before it goes live."""
    hospital = Hospital(guidance, SqlLedger(engine), watch=recorder, silent=True)
    hospital.look()
    recorder.close()

    report = read_report(engine, LONG_AGO)
    [rule] = report.rules
    assert (rule.withheld, rule.shown) == (1, 0)
    assert [each.silence for each in report.calls] == ["silent"]


def test_the_command_prints_text_and_json(
    recorded: Hospital,
    recorder: Recorder,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By rule and reason; JSON holds the same."""
    [card] = recorded.look()
    recorded.override(card, "action-completed")
    recorder.close()

    text = _report(monkeypatch, database_url)
    [rule] = json.loads(_report(monkeypatch, database_url, "--format", "json"))["rules"]

    assert "BIOMARKERNSCLC (nsclc-biomarkers, advice) at general: shown 1" in text
    assert "    action-completed: 1" in text
    assert "biomarker-testing at general: 1 × 200" in text
    assert rule["overridden"] == {"action-completed": 1}


def test_an_empty_database_has_an_empty_report(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not an error."""
    assert "No cards." in _report(monkeypatch, database_url)


def test_purging_forgets_what_is_older_than_the_days_to_keep(
    recorded: Hospital, recorder: Recorder, engine: Engine
) -> None:
    """Audit, cards and feedback; what is younger stays."""
    [card] = recorded.look()
    recorded.override(card)
    recorder.close()
    store, now = AuditStore(engine), datetime.now(UTC)

    assert store.purge(now - timedelta(days=1)) == dict.fromkeys(
        ("audit", "cards", "feedback", "overrides", "marks"), 0
    )
    forgotten = store.purge(now + timedelta(days=1))
    assert (forgotten["audit"], forgotten["cards"], forgotten["feedback"]) == (1, 1, 1)
    assert read_report(engine, LONG_AGO).rules == []
