"""Keeping the audit in a database, and forgetting what is older than it must be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, delete, or_, select

from cds_hooks.audit.entry import AuditEntry
from cds_hooks.audit.replay import SealedReplay
from cds_hooks.audit.table import AUDIT, REPLAYS
from cds_hooks.feedback.tables import CARDS, FEEDBACK, MARKS, OVERRIDES
from cds_hooks.reaching import naive, reached
from cds_hooks.rows import add_rows


class AuditStore:
    """The audit in a database. Methods raise Unreachable when it cannot be reached."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, entries: Sequence[AuditEntry], replays: Sequence[SealedReplay] = ()) -> None:
        """Keep entries and replays, all or none."""
        rows = [
            {
                **msgspec.structs.asdict(entry),
                "at": naive(entry.at),
                "topics": msgspec.json.encode(entry.topics).decode(),
                "findings": msgspec.json.encode(entry.findings).decode(),
            }
            for entry in entries
        ]
        if not rows:
            return
        sealed = [{**msgspec.structs.asdict(each), "at": naive(each.at)} for each in replays]
        with reached(self._engine) as connection:
            add_rows(connection, AUDIT, rows)
            add_rows(connection, REPLAYS, sealed)

    def find_replays(self, call_keys: Sequence[bytes], card: str) -> list[bytes]:
        """The sealed replays of these calls, and of the call that made this card."""
        # An order hook may have made two.
        made = (" " + REPLAYS.c.cards + " ").contains(f" {card} ", autoescape=True)
        found = (
            select(REPLAYS.c.content)
            .where(or_(REPLAYS.c.call_key.in_(call_keys), made))
            .order_by(REPLAYS.c.id)
        )
        with reached(self._engine) as connection:
            return list(connection.execute(found).scalars())

    def purge_replays(self, before: datetime) -> int:
        """Forget replays from before; how many."""
        with reached(self._engine) as connection:
            old = delete(REPLAYS).where(REPLAYS.c.at < naive(before))
            return connection.execute(old).rowcount

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
                "overrides": connection.execute(
                    delete(OVERRIDES).where(OVERRIDES.c.kept < old)
                ).rowcount,
                "marks": connection.execute(
                    delete(MARKS).where(MARKS.c.until < naive(datetime.now(UTC)))
                ).rowcount,
            }
