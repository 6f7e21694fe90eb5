"""Tokens already used: each may be used once while it is valid, whichever process it reaches."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Float,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    create_engine,
    delete,
    event,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.schema import CreateIndex, CreateTable

_SECONDS_BETWEEN_PURGES = 60.0
_SECONDS_TO_WAIT = 2.0


class Replays(Protocol):
    """Remembers tokens for as long as they could be used again."""

    def is_first(self, token_id: bytes, until: float, now: float) -> bool:
        """Whether this is the token's first use; it is then remembered until `until`."""
        ...


def token_id(issuer: str, jti: str) -> bytes:
    """What is remembered of a token: a digest, so of one length, and nothing to read."""
    return hashlib.sha256(f"{len(issuer)} {issuer} {jti}".encode("utf-8", "replace")).digest()


class MemoryReplays:
    """Remembers in this process alone: for development and tests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[bytes, float] = {}

    def is_first(self, token_id: bytes, until: float, now: float) -> bool:
        """Whether this is the token's first use in this process."""
        with self._lock:
            self._until = {each: end for each, end in self._until.items() if end >= now}
            if token_id in self._until:
                return False
            self._until[token_id] = until
            return True


_METADATA = MetaData()
_USED = Table(
    "used_tokens",
    _METADATA,
    Column("token", LargeBinary(32), primary_key=True),
    Column("until", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
_NEW = insert(_USED).values(token=bindparam("token"), until=bindparam("until"))
# One statement, so that of two processes with one token exactly one changes a row. A row whose
# time has passed is taken over as if it had been purged.
_REMEMBER = _NEW.on_conflict_do_update(
    index_elements=[_USED.c.token],
    set_={"until": _NEW.excluded.until},
    where=_USED.c.until < bindparam("now"),
)
_PURGE = delete(_USED).where(_USED.c.until < bindparam("now"))


class SqlReplays:
    """Remembers in an SQLite file that all worker processes of a machine share.

    A file that cannot be written raises: the call is then a fault of ours, never let through.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Readable by its owner alone, from its first moment.
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        self._engine = create_engine(
            f"sqlite:///{path}",
            isolation_level="AUTOCOMMIT",
            connect_args={"timeout": _SECONDS_TO_WAIT},
        )
        event.listen(self._engine, "connect", _configure)
        self._next_purge = 0.0
        with self._engine.connect() as connection:
            # Not `create_all`, which looks first: workers that start together would collide.
            connection.execute(CreateTable(_USED, if_not_exists=True))
            for index in _USED.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))
        # A connection must not be carried over a fork.
        self._engine.dispose()

    def is_first(self, token_id: bytes, until: float, now: float) -> bool:
        """Whether no process has seen this token before."""
        with self._engine.connect() as connection:
            if now >= self._next_purge:
                self._next_purge = now + _SECONDS_BETWEEN_PURGES
                connection.execute(_PURGE, {"now": now})
            done = connection.execute(_REMEMBER, {"token": token_id, "until": until, "now": now})
            return done.rowcount == 1


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    """Write-ahead log: readers and one writer do not wait for each other, nor for the disk."""
    with suppress(sqlite3.OperationalError):
        # The mode is the file's; when another process is just setting it, that will do.
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
