"""Engines: SQLite on one machine, PostgreSQL for several."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

_SECONDS_TO_WAIT = 2
_KINDS = "sqlite:///path/to/file or postgresql+psycopg://user@host/database"


class DatabaseFault(ValueError):
    """The database cannot be used; the message says what to do, without its password."""


def read_url(text: str) -> URL:
    """The address of a database. Raises DatabaseFault when it is of no kind we know."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise DatabaseFault(f"database.url is not an address like {_KINDS}.") from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database:
        raise DatabaseFault(f"database.url {url.render_as_string()} is not like {_KINDS}.")
    return url


def make_engine(text: str, durable: bool = True) -> Engine:
    """An engine for this address; nothing is opened yet, save that an SQLite file is made.

    `durable`: what is committed survives a power cut. Without it a commit does not wait for the
    disk: for what may be lost with the last moment (used tokens, audit), not for what somebody
    was told is kept. Transactions on SQLite take the write lock at once, so that two writers wait
    for each other instead of failing; use isolation_level="AUTOCOMMIT" to read.
    """
    url = read_url(text)
    if url.drivername == "sqlite":
        return _sqlite(url, durable)
    try:
        return create_engine(
            url,
            pool_pre_ping=True,  # a connection that died while idle is replaced, not handed out
            pool_timeout=_SECONDS_TO_WAIT,
            hide_parameters=True,
            connect_args={
                "connect_timeout": _SECONDS_TO_WAIT,
                "options": f"-c synchronous_commit={'on' if durable else 'off'}",
            },
        )
    except (NoSuchModuleError, ModuleNotFoundError):
        raise DatabaseFault("PostgreSQL needs psycopg: install oncocue[servers].") from None


def _sqlite(url: URL, durable: bool) -> Engine:
    path = Path(url.database or "")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Readable by its owner alone, from its first moment.
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": _SECONDS_TO_WAIT})

    def configure(connection: sqlite3.Connection, _record: Any) -> None:
        """Write-ahead log: readers and one writer do not wait for each other."""
        with suppress(sqlite3.OperationalError):
            # The mode is the file's; when another process is just setting it, that will do.
            connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """Python's sqlite3 would begin at the first write only, and never before a CREATE TABLE."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    opened = connection.connection.dbapi_connection
    assert opened is not None
    opened.isolation_level = None
    connection.exec_driver_sql("BEGIN IMMEDIATE")
