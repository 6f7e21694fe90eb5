"""Adding many rows by few statements.

SQLite's driver lets other threads run at every statement. A row a statement, the thread that
records would wait for each with the lock of the database in its hand, and callers for that lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table

from cds_hooks.reaching import insert_of, is_sqlite

_ROWS_AT_ONCE = 50


def add_rows(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    """Add rows of the same columns; one whose key is there already is left as it is."""
    if not rows:
        return
    if not is_sqlite(connection):
        # Its driver sends them all before it waits.
        connection.execute(insert_of(table, connection).on_conflict_do_nothing(), rows)
        return
    moments = [at for at, name in enumerate(rows[0]) if isinstance(rows[0][name], datetime)]
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = rows[start : start + _ROWS_AT_ONCE]
        columns = tuple(part[0])
        values: list[Any] = [value for row in part for value in row.values()]
        for at in moments:
            values[at :: len(columns)] = map(_text, values[at :: len(columns)])
        connection.exec_driver_sql(_insert(table.name, columns, len(part)), tuple(values))


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int) -> str:
    row = f"({', '.join('?' * len(columns))})"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)} "
        "ON CONFLICT DO NOTHING"
    )


def _text(moment: datetime) -> str:
    """As SQLAlchemy writes it: sorted as text, it is sorted by time."""
    return moment.isoformat(" ", "microseconds")
