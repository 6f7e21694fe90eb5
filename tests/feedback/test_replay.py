"""Replays: off by default, sealed, forgotten in time, and judged again as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine
from typer.testing import CliRunner

from cds_hooks.audit.recorder import Recorder, Replays
from cds_hooks.audit.replay import ReplayFault, ReplayVault
from cds_hooks.audit.report import read_report
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.memory import CardMemory
from cds_hooks.feedback.sql_ledger import SqlLedger
from oncocue.command_line import app
from oncocue.recording import hash_secret
from oncocue.settings import RecordSection
from oncocue.wiring import hook_answers
from oncology.chart.model import Chart
from oncology.guidance.library import Guidance
from tests.support.hook_calls import TODAY, chart, request_for, stories
from tests.support.product import STORY, Hospital
from tests.support.two_servers import write_config

KEY, OLD_KEY, OTHER_KEY = (Fernet.generate_key().decode() for _ in range(3))
HASH_KEY = "k" * 32
HOOKS = Path(__file__).parents[2] / "fixtures" / "hooks" / "good"
CALL = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"


def _hospital(guidance: Guidance, engine: Engine, key: str = KEY) -> tuple[Hospital, Recorder]:
    replays = Replays(ReplayVault([key]), days=30) if key else None
    recorder = Recorder(SqlLedger(engine), AuditStore(engine), replays)
    hospital = Hospital(guidance, SqlLedger(engine), watch=recorder)
    answers = hospital.front.answers
    secret = hash_secret(RecordSection(hash_key=HASH_KEY), engine)  # type: ignore[arg-type]
    memory = CardMemory(answers.memory.ledger, secret, answers.memory.rules, lambda: hospital.now)
    made = hook_answers(guidance, answers.callers, lambda: TODAY, memory)
    hospital.front = msgspec.structs.replace(hospital.front, answers=made)
    return hospital, recorder


def _evaluate(config: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.setenv("ONCOCUE_CONFIG", str(config))
    return CliRunner().invoke(app, ["evaluate", "--replay", *arguments])


def _config(folder: Path, url: str, *keys: str) -> Path:
    listed = ", ".join(f'"{key}"' for key in keys)
    more = f'[record]\nhash_key = "{HASH_KEY}"\nreplay_keys = [{listed}]\n'
    return write_config(folder, url, more)


def _count(engine: Engine) -> int:
    with engine.connect() as connection:
        count: int = connection.exec_driver_sql("SELECT count(*) FROM replays").scalar_one()
        return count


@pytest.mark.parametrize("story", stories())
def test_a_chart_survives_being_kept(guidance: Guidance, story: str) -> None:
    """Every fact of it, in every synthetic chart: what is judged again is what was judged."""
    from oncology.chart.read import read_chart
    from oncology.reading.decode import read_records

    records = read_records(json.dumps(chart(story)).encode())
    read = read_chart(records, guidance.terminology, None)

    assert msgspec.msgpack.decode(msgspec.msgpack.encode(read), type=Chart) == read


def test_by_default_nothing_is_kept(guidance: Guidance, engine: Engine) -> None:
    """A site turns replays on, or there are none."""
    hospital, recorder = _hospital(guidance, engine, key="")
    hospital.look()
    recorder.close()

    assert RecordSection().replays is False and _count(engine) == 0


def test_a_call_is_judged_again_by_its_hook_instance_or_a_card(
    guidance: Guidance,
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same finding, as of the same day; that it was read is on record."""
    hospital, recorder = _hospital(guidance, engine)
    [card] = hospital.look(hookInstance=CALL)
    recorder.close()
    config = _config(tmp_path, database_url, KEY)

    for name in (CALL, card["uuid"]):
        done = _evaluate(config, monkeypatch, name, "--format", "json")
        assert done.exit_code == 0, done.output
        told = json.loads(done.stdout)
        assert told["asOf"] == TODAY.isoformat()
        [finding] = [each for each in told["findings"] if each["guidance"] == "nsclc-biomarkers"]
        assert finding["answer"] == "advise" and finding["because"]
    cards = json.loads(_evaluate(config, monkeypatch, CALL, "--format", "cards").stdout)["cards"]
    assert [each["summary"] for each in cards] == [card["summary"]]
    with engine.connect() as connection:
        query = "SELECT site FROM audit WHERE service = 'evaluate --replay'"
        read = connection.exec_driver_sql(query)
        assert [tuple(row) for row in read] == [("general",)] * 3


@pytest.mark.parametrize("story", ["order-sign-two-decisions", "order-select-capecitabine-no-dpyd"])
def test_orders_on_the_screen_are_judged_again(
    guidance: Guidance,
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    story: str,
) -> None:
    """They were what the call was about: the same cards, from the chart and the orders kept."""
    hospital, recorder = _hospital(guidance, engine)
    request = json.loads((HOOKS / f"{story}.json").read_bytes())
    service = f"oncology-{request['hook']}"
    shown = hospital.look(service=service, **{**request, "hookInstance": CALL})
    recorder.close()
    config = _config(tmp_path, database_url, KEY)

    for name in (CALL, *(each["uuid"] for each in shown)):
        done = _evaluate(config, monkeypatch, name, "--format", "cards", "--profile", "sandbox")
        assert done.exit_code == 0, done.output
        again = json.loads(done.stdout)["cards"]
        assert [each["summary"] for each in again] == [each["summary"] for each in shown]
        assert [each["indicator"] for each in again] == [each["indicator"] for each in shown]
    told = json.loads(_evaluate(config, monkeypatch, CALL, "--format", "json").stdout)
    assert {"pharmacogenomics", "order-check"} >= {each["kind"] for each in told["findings"]}
    assert any(each["answer"] == "advise" for each in told["findings"])


def test_a_later_day_may_be_asked_for(
    guidance: Guidance,
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What would be said of the same facts then."""
    hospital, recorder = _hospital(guidance, engine)
    hospital.look(hookInstance=CALL)
    recorder.close()
    config = _config(tmp_path, database_url, KEY)

    done = _evaluate(config, monkeypatch, CALL, "--format", "json", "--as-of", "2027-03-01")

    assert json.loads(done.stdout)["asOf"] == "2027-03-01"


def test_what_is_kept_cannot_be_read_without_the_key(guidance: Guidance, engine: Engine) -> None:
    """Nor is a name in it: the facts alone, with references."""
    hospital, recorder = _hospital(guidance, engine)
    request = request_for(STORY)
    request["prefetch"]["patient"]["name"] = [{"family": "Canaryname"}]
    hospital.look(prefetch=request["prefetch"])
    recorder.close()

    with engine.connect() as connection:
        [(content,)] = connection.exec_driver_sql("SELECT content FROM replays")
    assert b"Condition" not in content
    assert "Canaryname" not in str(msgspec.structs.asdict(ReplayVault([KEY]).open(content)))
    with pytest.raises(ReplayFault, match="No key"):
        ReplayVault([OTHER_KEY]).open(content)


def test_keys_can_be_changed(guidance: Guidance, engine: Engine) -> None:
    """The new one seals, the old ones still open."""
    hospital, recorder = _hospital(guidance, engine, OLD_KEY)
    hospital.look()
    recorder.close()

    with engine.connect() as connection:
        [(content,)] = connection.exec_driver_sql("SELECT content FROM replays")
    assert ReplayVault([KEY, OLD_KEY]).open(content).site == "general"


@pytest.mark.parametrize(
    ("keys", "name", "says", "code"),
    [
        ((), CALL, "record.replay_keys is missing", 2),
        (("nonsense",), CALL, "holds what is no key", 2),
        ((OTHER_KEY,), CALL, "No key of record.replay_keys opens it", 2),
        ((KEY,), "6f0c1f44-0000-4000-8000-000000000000", "no replay of this call or card", 2),
    ],
)
def test_a_replay_that_cannot_be_read_says_why(
    guidance: Guidance,
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: tuple[str, ...],
    name: str,
    says: str,
    code: int,
) -> None:
    """One message and exit code 2."""
    hospital, recorder = _hospital(guidance, engine)
    hospital.look(hookInstance=CALL)
    recorder.close()

    done = _evaluate(_config(tmp_path, database_url, *keys), monkeypatch, name)

    assert done.exit_code == code
    assert says in done.output


def test_replays_are_forgotten_when_their_days_are_over(guidance: Guidance, engine: Engine) -> None:
    """By the service itself; those of the last days stay."""
    hospital, recorder = _hospital(guidance, engine)
    hospital.look()
    recorder.close()
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE replays SET at = '2020-01-01 00:00:00'")
    hospital, recorder = _hospital(guidance, engine)
    hospital.look()
    recorder.close()

    assert _count(engine) == 1


def test_charts_do_not_pile_up_while_the_database_is_away(
    guidance: Guidance, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries wait, the charts of the first ones with them."""
    monkeypatch.setattr("cds_hooks.audit.recorder._MOST_CHARTS", 2)
    hospital, recorder = _hospital(guidance, engine)
    monkeypatch.setattr(recorder, "_start", lambda: None)
    for _ in range(4):
        hospital.look()
    assert recorder._write()

    assert _count(engine) == 2
    assert len(read_report(engine, datetime(2020, 1, 1, tzinfo=UTC)).calls) == 1


def test_all_replays_can_be_forgotten_at_once(
    guidance: Guidance,
    engine: Engine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When a site turns them off again; audit and feedback stay."""
    hospital, recorder = _hospital(guidance, engine)
    hospital.look()
    recorder.close()
    monkeypatch.setenv("ONCOCUE__DATABASE__URL", database_url)

    done = CliRunner().invoke(app, ["db", "purge", "--replays"])

    assert "replays: 1 forgotten" in done.output and _count(engine) == 0
    assert AuditStore(engine).purge(datetime.now(UTC) + timedelta(days=1))["audit"] == 1


def test_evaluate_wants_files_or_a_replay() -> None:
    """One of them."""
    for arguments in ([], ["file.json", "--replay", CALL]):
        done = CliRunner().invoke(app, ["evaluate", *arguments])
        assert done.exit_code == 2 and "Name the files to judge" in done.output
