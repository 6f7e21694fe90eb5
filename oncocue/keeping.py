"""`oncocue report` and `oncocue db purge`: looking at what was kept, and forgetting it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec

from cds_hooks.audit.report import read_report
from cds_hooks.audit.store import AuditStore
from cds_hooks.unreachable import Unreachable
from oncocue.database.engine import DatabaseFault
from oncocue.database.opening import open_database
from oncocue.reports.outcome_text import outcome_text
from oncocue.settings import Settings


def report_outcomes(settings: Settings, days: int, output: str) -> str:
    """Outcomes of the last days as text or JSON."""
    engine = open_database(settings.database)
    with while_reached():
        found = read_report(engine, datetime.now(UTC) - timedelta(days=days))
    return msgspec.json.encode(found).decode() if output == "json" else outcome_text(found)


def purge_records(settings: Settings, days: int | None, replays: bool) -> list[str]:
    """Forget what is older than the days given, or those of the settings; a line for each kind.

    `replays`: all of them, however young; nothing else.
    """
    store, now = AuditStore(open_database(settings.database)), datetime.now(UTC)
    record = settings.record
    with while_reached():
        if replays:
            forgotten = {"replays": store.purge_replays(now + timedelta(days=1))}
        else:
            forgotten = store.purge(now - timedelta(days=days or record.keep_days))
            kept = now - timedelta(days=min(days or record.replay_days, record.replay_days))
            forgotten["replays"] = store.purge_replays(kept)
    return [f"{kind}: {count} forgotten" for kind, count in forgotten.items()]


@contextmanager
def while_reached() -> Iterator[None]:
    """A database that goes away meanwhile is one message."""
    try:
        yield
    except Unreachable:
        raise DatabaseFault("The database went away: nothing was done. Try again.") from None
