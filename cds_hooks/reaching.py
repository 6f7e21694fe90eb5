"""Reaching a database: one fault for every way it can be away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cds_hooks.unreachable import Unreachable


@contextmanager
def reached(engine: Engine) -> Iterator[Connection]:
    """A transaction. Raises Unreachable when the database does not take it: nothing was kept."""
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolTimeout) as error:
        # The type alone: a message of the driver could quote what was to be kept.
        raise Unreachable(type(error).__name__) from None


def naive(at: datetime) -> datetime:
    """Databases differ in what they do with time zones: UTC without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)
