"""Tokens already used: each may be used once while it is valid, whichever process it reaches."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import (
    Column,
    Engine,
    Float,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
)

from cds_hooks.reaching import SqliteStatement, insert_of, is_sqlite, reached

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_SECONDS_BETWEEN_PURGES = 60.0


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


METADATA = MetaData()
_USED = Table(
    "used_tokens",
    METADATA,
    Column("token", LargeBinary(32), primary_key=True),
    Column("until", Float, nullable=False, index=True),
    sqlite_with_rowid=False,
)
_PURGE = delete(_USED).where(_USED.c.until < bindparam("now"))


def _remember(engine: Engine) -> postgresql.Insert | sqlite.Insert:
    """One statement, so that of two processes with one token exactly one changes a row.

    A row whose time has passed is taken over as if it had been purged.
    """
    new = insert_of(_USED, engine).values(token=bindparam("token"), until=bindparam("until"))
    return new.on_conflict_do_update(
        index_elements=[_USED.c.token],
        set_={"until": new.excluded.until},
        where=_USED.c.until < bindparam("now"),
    )


class SqlReplays:
    """Remembers in a database: all worker processes share it, and on PostgreSQL all machines.

    A database that cannot be written raises Unreachable: nobody is let through.
    """

    def __init__(self, engine: Engine) -> None:
        # The count of rows of an INSERT is thrown away unless it is asked for.
        options = {"isolation_level": "AUTOCOMMIT", "preserve_rowcount": True}
        self._engine = engine.execution_options(**options)
        self._remember = _remember(engine)
        self._sqlite = SqliteStatement(engine, self._remember) if is_sqlite(engine) else None
        self._next_purge = 0.0

    def is_first(self, token_id: bytes, until: float, now: float) -> bool:
        """Whether no process has seen this token before."""
        if now >= self._next_purge:
            self._next_purge = now + _SECONDS_BETWEEN_PURGES
            with reached(self._engine) as connection:
                connection.execute(_PURGE, {"now": now})
        values = {"token": token_id, "until": until, "now": now}
        if self._sqlite is not None:
            return self._sqlite.run(values) == 1
        with reached(self._engine) as connection:
            return connection.execute(self._remember, values).rowcount == 1
