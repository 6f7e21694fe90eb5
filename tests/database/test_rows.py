"""Adding many rows at once, on each database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, select

from cds_hooks.feedback.tables import CARDS
from cds_hooks.rows import add_rows

AT = datetime(2026, 11, 22, 9, 0)


def _row(number: int, **other: object) -> dict[str, Any]:
    return {
        "uuid": f"card-{number}",
        "site": "site",
        "service": "biomarker-testing",
        "topic": "TOPIC",
        "kind": "advice",
        "guidance": "guidance",
        "version": "1.0.0",
        "patient_key": b"\0\xff" * 16,
        "user_key": b"user",
        "at": AT + timedelta(microseconds=number),
        "is_shown": number % 2 == 0,
        "call_key": b"call",
        **other,
    }


def test_every_row_is_kept_as_it_is(engine: Engine) -> None:
    """More than fit one statement, and a number that fills the last one partly."""
    rows = [_row(number) for number in range(137)]
    with engine.begin() as connection:
        add_rows(connection, CARDS, rows)
        add_rows(connection, CARDS, [])
        kept = connection.execute(select(CARDS).order_by(CARDS.c.at)).mappings().all()

    assert [dict(row) for row in kept] == rows


def test_a_row_that_is_there_stays_as_it_is(engine: Engine) -> None:
    """And hinders no other, in the same statement or a later one."""
    with engine.begin() as connection:
        add_rows(connection, CARDS, [_row(1), _row(1, site="other"), _row(2)])
        add_rows(connection, CARDS, [_row(2, site="other"), _row(3)])
        kept = connection.execute(select(CARDS.c.uuid, CARDS.c.site).order_by(CARDS.c.at)).all()

    assert [tuple(row) for row in kept] == [(f"card-{number}", "site") for number in (1, 2, 3)]


def test_times_compare_with_those_written_one_by_one(engine: Engine) -> None:
    """A whole second sorts before the same second and a microsecond."""
    with engine.begin() as connection:
        add_rows(connection, CARDS, [_row(0), _row(2)])
        connection.execute(insert(CARDS), _row(1))
        before = select(CARDS.c.uuid).where(CARDS.c.at < AT + timedelta(microseconds=2))
        found = connection.execute(before.order_by(CARDS.c.at)).scalars().all()

    assert found == ["card-0", "card-1"]
