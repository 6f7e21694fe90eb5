"""Two servers on one database: what one is told the other knows; it may be killed and come back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cds_hooks.audit.report import read_report
from oncocue.database.engine import make_engine
from tests.support.databases import PostgresServer, database, running_postgres
from tests.support.product import entry
from tests.support.two_servers import Serving, signed, write_config

KEY = f'[record]\nhash_key = "{"k" * 32}"\n'
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DONE = {"reason": {"code": "action-completed"}}


@pytest.fixture
def serving(database_url: str, tmp_path: Path) -> Iterator[Serving]:
    """Two servers on a database of either kind."""
    database(database_url).dispose()
    both = Serving(write_config(tmp_path, database_url, KEY))
    try:
        both.wait()
        yield both
    finally:
        both.stop()


def _until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        count: int = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
        return count


def test_both_know_what_one_was_told(serving: Serving, database_url: str) -> None:
    """Tokens used, cards put aside, feedback sent twice; and both write the record."""
    token = signed()
    [card] = serving.cards(0)
    aside = entry(card["uuid"], datetime.now(UTC), overrideReason=DONE)

    assert [serving.post(which, token).status_code for which in (0, 1)] == [200, 401]
    assert [serving.send(which, aside).status_code for which in (1, 0)] == [200, 200]
    engine = make_engine(database_url)
    _until(lambda: _count(engine, "cards") == 2)
    for which in (0, 1):
        _until(lambda which=which: serving.cards(which) == [])
    assert _count(engine, "feedback") == 1


def test_a_server_that_is_stopped_writes_its_record_first(
    database_url: str, tmp_path: Path
) -> None:
    """Every call it answered is accounted for."""
    engine = database(database_url)
    both = Serving(write_config(tmp_path, database_url, KEY))
    try:
        both.wait()
        for which in (0, 1) * 4:
            assert both.post(which).status_code == 200
    finally:
        printed = both.stop()

    [calls] = read_report(engine, LONG_AGO).calls
    assert calls.calls == 8, printed
    assert "Traceback" not in printed


@pytest.mark.postgres
def test_a_killed_database_gives_clear_errors_and_loses_no_feedback(tmp_path: Path) -> None:
    """Away: 503, nobody is let in and nothing is acknowledged. Back: all goes on by itself."""
    with running_postgres() as server:
        _kill_and_come_back(server, tmp_path)


def _kill_and_come_back(server: PostgresServer, folder: Path) -> None:
    url = server.new_database()
    engine = database(url)
    both = Serving(write_config(folder, url, KEY))
    try:
        both.wait()
        cards = [both.cards(which)[0]["uuid"] for which in (0, 1)]
        now = datetime.now(UTC)
        assert both.send(0, entry(cards[0], now)).status_code == 200
        server.kill()
        away = [both.post(0), both.send(1, entry(cards[1], now))]
        server.start()
        back = [both.post(which).status_code for which in (0, 1)]
        again = both.send(1, entry(cards[1], now))
        kept = _count(make_engine(url), "feedback")
    finally:
        printed = both.stop()

    assert [answer.status_code for answer in away] == [503, 503], printed
    assert {answer.json()["issue"][0]["code"] for answer in away} == {"transient"}
    assert back == [200, 200] and again.status_code == 200
    assert kept == 2
    assert "Traceback" not in printed and "password" not in printed
    engine.dispose()
