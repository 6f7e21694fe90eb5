"""Tokens used before are refused, by whichever process and on whichever database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cds_hooks.trust.replay import MemoryReplays, SqlReplays, token_id
from cds_hooks.unreachable import Unreachable
from oncocue.database.engine import make_engine
from tests.support.databases import database
from tests.support.tokens import NOW

TOKEN = token_id("issuer", "id")


def test_many_threads_with_one_token_are_one_first_use(engine: Engine) -> None:
    """Of a hundred at once exactly one is first, in every store."""
    for replays in (MemoryReplays(), SqlReplays(engine)):
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(replays.is_first, TOKEN, NOW + 60, NOW) for _ in range(100)]
            first = [each.result() for each in asked]
        assert first.count(True) == 1


def test_two_stores_on_one_database_know_each_others_tokens(
    engine: Engine, database_url: str
) -> None:
    """What one process or machine has seen, the other refuses; and it outlives both."""
    one, two = (SqlReplays(make_engine(database_url, durable=False)) for _ in range(2))

    assert one.is_first(TOKEN, NOW + 60, NOW)
    assert not two.is_first(TOKEN, NOW + 60, NOW)
    assert not SqlReplays(engine).is_first(TOKEN, NOW + 60, NOW)


def test_what_has_expired_is_forgotten(engine: Engine) -> None:
    """Rows past their time are purged, and until then taken over."""
    replays = SqlReplays(engine)
    for number in range(50):
        assert replays.is_first(token_id("issuer", str(number)), NOW + 10, NOW)
    assert replays.is_first(token_id("issuer", "1"), NOW + 100, NOW + 11)
    assert not replays.is_first(token_id("issuer", "1"), NOW + 100, NOW + 12)
    replays.is_first(token_id("issuer", "new"), NOW + 200, NOW + 90)

    with engine.connect() as connection:
        [(rows,)] = connection.exec_driver_sql("SELECT count(*) FROM used_tokens")
    assert rows == 2


def test_the_file_holds_no_token_and_is_the_owners_alone(tmp_path: Path) -> None:
    """Digests only, readable by nobody else."""
    path = tmp_path / "state" / "oncocue.sqlite"
    replays = SqlReplays(database(path))
    replays.is_first(token_id("https://issuer.example", "canary-id"), NOW + 60, NOW)

    content = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"canary-id" not in content and b"issuer.example" not in content
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0


def test_who_cannot_write_lets_nobody_through(tmp_path: Path) -> None:
    """A file without its table, or gone bad, is a fault and no first use."""
    without = SqlReplays(make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}"))
    with pytest.raises(Unreachable):
        without.is_first(TOKEN, NOW + 60, NOW)

    kept = SqlReplays(database(tmp_path / "kept.sqlite"))
    assert kept.is_first(TOKEN, NOW + 60, NOW)
    with make_engine(f"sqlite:///{tmp_path / 'kept.sqlite'}").begin() as connection:
        connection.exec_driver_sql("DROP TABLE used_tokens")
    with pytest.raises(Unreachable):
        kept.is_first(token_id("issuer", "another"), NOW + 60, NOW)
