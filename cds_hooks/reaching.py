"""Reaching a database: one fault for every way it can be away."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, cast

from sqlalchemy import ClauseElement, Connection, Engine, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.sql.compiler import SQLCompiler

from cds_hooks.unreachable import Unreachable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


@contextmanager
def reached(engine: Engine) -> Iterator[Connection]:
    """A transaction. Raises Unreachable when the database does not take it: nothing was kept."""
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeout) as error:
        # The type alone: a message of the driver could quote what was to be kept.
        raise Unreachable(type(error).__name__) from None


def is_sqlite(reached: Engine | Connection) -> bool:
    """Whether the database is a file of this machine."""
    return reached.dialect.name == "sqlite"


def insert_of(table: Table, reached: Engine | Connection) -> postgresql.Insert | sqlite.Insert:
    """An insert that may say what to do with a row that is there already.

    Only the database that is used is loaded.
    """
    kind = "sqlite" if is_sqlite(reached) else "postgresql"
    insert = import_module(f"sqlalchemy.dialects.{kind}").insert(table)
    return cast("postgresql.Insert | sqlite.Insert", insert)


class SqliteStatement:
    """One statement that every call runs, on a connection of the driver for each thread.

    The pool and the compiler of statements take ten times as long as SQLite itself. Each run is
    a transaction of its own.
    """

    def __init__(self, engine: Engine, statement: ClauseElement) -> None:
        compiled = statement.compile(dialect=engine.dialect)
        assert isinstance(compiled, SQLCompiler) and compiled.positiontup is not None
        self._engine = engine
        self._text, self._names = str(compiled), tuple(compiled.positiontup)
        self._own = threading.local()

    def run(self, values: Mapping[str, object]) -> int:
        """How many rows it changed. Raises Unreachable when the file does not take it."""
        try:
            connection: sqlite3.Connection = getattr(self._own, "connection", None) or self._open()
            given = [values[name] for name in self._names]
            return connection.execute(self._text, given).rowcount
        except (sqlite3.Error, DBAPIError, PoolTimeout) as error:
            # The next call begins with a connection that nothing has gone wrong with.
            self._own.connection = None
            raise Unreachable(type(error).__name__) from None

    def _open(self) -> sqlite3.Connection:
        opened = self._engine.raw_connection()
        connection = opened.driver_connection
        opened.detach()
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None
        # Who records writes the log back to the file, and waits for the disk: no caller does.
        connection.execute("PRAGMA wal_autocheckpoint=10000")
        self._own.connection = connection
        return connection


def naive(at: datetime) -> datetime:
    """Databases differ in what they do with time zones: UTC without saying so."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).replace(tzinfo=None)
