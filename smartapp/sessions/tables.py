"""The table of launches. What it holds is encrypted; its keys are digests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from smartapp.sessions.store import Kept, StoreFailed

METADATA = MetaData()
launches = Table(
    "launches",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("leased_until", Float, nullable=False),
    Column("ends_at", Float, nullable=False, index=True),
)


class SqlStore:
    """Sessions that several processes and machines share."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, key: str, body: bytes, ends_at: float) -> None:
        """Add a record."""
        with self._begin() as connection:
            connection.execute(
                insert(launches).values(
                    key=key, body=body, version=1, leased_until=0.0, ends_at=ends_at
                )
            )

    def take(self, key: str, now: float) -> bytes | None:
        """A record, removed: the delete decides who gets it."""
        with self._begin() as connection:
            kept = connection.execute(
                select(launches.c.body).where(launches.c.key == key, launches.c.ends_at > now)
            ).scalar()
            if kept is None:
                return None
            gone = connection.execute(delete(launches).where(launches.c.key == key)).rowcount
        return bytes(kept) if gone == 1 else None

    def get(self, key: str, now: float) -> Kept | None:
        """A record that has not ended."""
        with self._begin() as connection:
            row = connection.execute(
                select(launches.c.body, launches.c.version).where(
                    launches.c.key == key, launches.c.ends_at > now
                )
            ).first()
        return Kept(bytes(row.body), row.version) if row else None

    def replace(self, key: str, body: bytes, version: int, ends_at: float) -> bool:
        """Change a record of this version."""
        with self._begin() as connection:
            changed = connection.execute(
                update(launches)
                .where(launches.c.key == key, launches.c.version == version)
                .values(body=body, version=version + 1, leased_until=0.0, ends_at=ends_at)
            ).rowcount
        return changed == 1

    def lease(self, key: str, version: int, now: float, seconds: float) -> bool:
        """Become the one who may renew."""
        with self._begin() as connection:
            changed = connection.execute(
                update(launches)
                .where(
                    launches.c.key == key,
                    launches.c.version == version,
                    launches.c.leased_until <= now,
                )
                .values(leased_until=now + seconds)
            ).rowcount
        return changed == 1

    def release(self, key: str) -> None:
        """End the lease."""
        with self._begin() as connection:
            connection.execute(update(launches).where(launches.c.key == key).values(leased_until=0))

    def remove(self, key: str) -> None:
        """Remove a record."""
        with self._begin() as connection:
            connection.execute(delete(launches).where(launches.c.key == key))

    def purge(self, now: float) -> int:
        """Remove what has ended."""
        with self._begin() as connection:
            return int(
                connection.execute(delete(launches).where(launches.c.ends_at <= now)).rowcount
            )

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreFailed(type(error).__name__) from error
