"""The ledger in a database that all processes, and on PostgreSQL all machines, share."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import DateTime, Engine, bindparam, delete, select

from cds_hooks.feedback.ledger import WITHDRAWN, MadeCard, Override
from cds_hooks.feedback.parse import Feedback
from cds_hooks.feedback.put_aside import PutAside
from cds_hooks.feedback.tables import CARDS, FEEDBACK, MARKS, OVERRIDES
from cds_hooks.reaching import insert_of, naive, reached
from cds_hooks.rows import add_rows

_FOUND = select(OVERRIDES.c.reason, OVERRIDES.c.at, OVERRIDES.c.user_key).where(
    OVERRIDES.c.patient_key == bindparam("patient_key"),
    OVERRIDES.c.site == bindparam("site"),
    OVERRIDES.c.at > bindparam("since"),
)
_SINCE = select(OVERRIDES.c.patient_key).where(OVERRIDES.c.kept > bindparam("since"))
_TAKEN_BACK = FEEDBACK.alias("taken_back")
# Of these cards, those that were put aside, and not taken back since: an EHR may send again what
# it sent before.
_ASIDE = (
    select(
        FEEDBACK.c.digest,
        CARDS.c.patient_key,
        CARDS.c.site,
        CARDS.c.user_key,
        FEEDBACK.c.reason,
        FEEDBACK.c.at,
        bindparam("now", type_=DateTime).label("kept"),
    )
    .join(CARDS, (CARDS.c.uuid == FEEDBACK.c.card) & (CARDS.c.site == FEEDBACK.c.site))
    .where(
        FEEDBACK.c.outcome == "overridden",
        FEEDBACK.c.card.in_(bindparam("cards", expanding=True)),
        ~select(_TAKEN_BACK.c.digest)
        .where(
            _TAKEN_BACK.c.card == FEEDBACK.c.card,
            _TAKEN_BACK.c.site == FEEDBACK.c.site,
            _TAKEN_BACK.c.outcome == WITHDRAWN,
            _TAKEN_BACK.c.received >= FEEDBACK.c.received,
        )
        .exists(),
    )
)
_IN_FORCE = (
    select(OVERRIDES, FEEDBACK.c.card, FEEDBACK.c.service)
    .join(FEEDBACK, FEEDBACK.c.digest == OVERRIDES.c.digest)
    .where(
        OVERRIDES.c.patient_key == bindparam("patient_key"), OVERRIDES.c.site == bindparam("site")
    )
)


def _now() -> datetime:
    return datetime.now(UTC)


class SqlLedger:
    """Keeps cards and feedback. `engine` must be durable: feedback is safe once acknowledged.

    What another process was told is known here after so many `seconds`. User comments may name
    patients: they are thrown away unless `keep_comments`.
    """

    def __init__(
        self,
        engine: Engine,
        keep_comments: bool = False,
        now: Callable[[], datetime] = _now,
        seconds: float = 1.0,
    ) -> None:
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._keep_comments = keep_comments
        self._now = now
        self._aside = PutAside(self._put_aside_since, seconds)
        aside = insert_of(OVERRIDES, engine).from_select(OVERRIDES.columns.keys(), _ASIDE)
        self._put_aside = aside.on_conflict_do_nothing()
        mark = insert_of(MARKS, engine).values(mark=bindparam("mark"), until=bindparam("until"))
        self._mark = mark.on_conflict_do_update(
            index_elements=[MARKS.c.mark],
            set_={"until": mark.excluded.until},
            where=MARKS.c.until < bindparam("now"),
        ).execution_options(preserve_rowcount=True)

    def keep_cards(self, cards: Sequence[MadeCard]) -> None:
        """Keep cards that were made."""
        if not cards:
            return
        rows = [{**msgspec.structs.asdict(card), "at": naive(card.at)} for card in cards]
        with reached(self._engine) as connection:
            add_rows(connection, CARDS, rows)
        self._find_aside(card.uuid for card in cards)

    def keep_feedback(self, site: str, service: str, entries: Sequence[Feedback]) -> None:
        """Keep feedback: committed to disk when this returns."""
        if not entries:
            return
        rows = [self._row(site, service, entry) for entry in entries]
        with reached(self._engine) as connection:
            add_rows(connection, FEEDBACK, rows)
        self._find_aside(entry.card for entry in entries)
        self._aside.ask_anew()

    def _find_aside(self, cards: Iterable[str]) -> None:
        """Note those of these cards that were put aside.

        Feedback may be quicker than the record of its card, so both look, each after its own
        commit: whichever comes last sees the other.
        """
        with reached(self._engine) as connection:
            values = {"cards": list(cards), "now": naive(self._now())}
            connection.execute(self._put_aside, values)

    def _row(self, site: str, service: str, entry: Feedback) -> dict[str, object]:
        digest = hashlib.sha256(msgspec.json.encode((site, service, entry))).digest()
        now = self._now()
        return {
            "digest": digest,
            "card": entry.card,
            "site": site,
            "service": service,
            "outcome": entry.outcome,
            "at": naive(min(entry.at, now)),
            "received": naive(now),
            "suggestions": " ".join(entry.suggestions),
            "reason": entry.reason,
            "has_comment": bool(entry.comment),
            # PostgreSQL has no text with NUL in it.
            "comment": entry.comment.replace("\0", "") or None if self._keep_comments else None,
        }

    def overrides(
        self, site: str, patient_key: bytes, since: datetime, at_once: bool = False
    ) -> list[Override]:
        """How the cards of this key were put aside since then."""
        if not at_once and not self._aside.may_hold(patient_key):
            return []
        values = {"site": site, "patient_key": patient_key, "since": naive(since)}
        with reached(self._reading) as connection:
            rows = connection.execute(_FOUND, values).all()
        return [Override(reason, at.replace(tzinfo=UTC), user) for reason, at, user in rows]

    def withdraw(self, site: str, patient_key: bytes, chosen: Callable[[Override], bool]) -> None:
        """Take back the chosen ones of the overrides of this key, for good."""
        values = {"site": site, "patient_key": patient_key}
        with reached(self._engine) as connection:
            rows = [
                row
                for row in connection.execute(_IN_FORCE, values).all()
                if chosen(Override(row.reason, row.at.replace(tzinfo=UTC), row.user_key))
            ]
            taken = [
                self._row(site, row.service, Feedback(row.card, WITHDRAWN, self._now()))
                for row in rows
            ]
            add_rows(connection, FEEDBACK, taken)
            digests = [row.digest for row in rows]
            connection.execute(delete(OVERRIDES).where(OVERRIDES.c.digest.in_(digests)))

    def _put_aside_since(self, since: datetime) -> list[bytes]:
        with reached(self._reading) as connection:
            return list(connection.execute(_SINCE, {"since": naive(since)}).scalars())

    def is_first(self, key: bytes, until: datetime, now: datetime) -> bool:
        """Whether this key was not marked before, by any process."""
        values = {"mark": key, "until": naive(until), "now": naive(now)}
        with reached(self._reading) as connection:
            return connection.execute(self._mark, values).rowcount == 1
