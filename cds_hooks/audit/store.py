"""Keeping the audit in a database, and forgetting what is older than it must be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, delete, insert

from cds_hooks.audit.entry import AuditEntry
from cds_hooks.audit.table import AUDIT
from cds_hooks.feedback.tables import CARDS, FEEDBACK, MARKS
from cds_hooks.reaching import naive, reached


class AuditStore:
    """The audit in a database. Methods raise Unreachable when it cannot be reached."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, entries: Sequence[AuditEntry]) -> None:
        """Keep entries."""
        rows = [
            {
                **msgspec.structs.asdict(entry),
                "at": naive(entry.at),
                "topics": msgspec.json.encode(entry.topics).decode(),
                "findings": msgspec.json.encode(entry.findings).decode(),
            }
            for entry in entries
        ]
        if rows:
            with reached(self._engine) as connection:
                connection.execute(insert(AUDIT), rows)

    def purge(self, before: datetime) -> dict[str, int]:
        """Forget entries, cards and feedback from before; how many of each. All or nothing."""
        old = naive(before)
        with reached(self._engine) as connection:
            return {
                "audit": connection.execute(delete(AUDIT).where(AUDIT.c.at < old)).rowcount,
                "cards": connection.execute(delete(CARDS).where(CARDS.c.at < old)).rowcount,
                "feedback": connection.execute(
                    delete(FEEDBACK).where(FEEDBACK.c.received < old)
                ).rowcount,
                "marks": connection.execute(
                    delete(MARKS).where(MARKS.c.until < naive(datetime.now(UTC)))
                ).rowcount,
            }
