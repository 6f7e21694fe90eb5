"""Earlier cards of one patient, from the record: when, about what, and what became of each."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct
from sqlalchemy import Engine, bindparam, select

from cds_hooks.audit.entry import patient_key
from cds_hooks.audit.table import AUDIT
from cds_hooks.feedback.memory import Secret
from cds_hooks.feedback.tables import CARDS, FEEDBACK
from cds_hooks.reaching import reached

_MOST = 200
# The audit entry of a card's call alone knows the patient. One moment is not enough: two calls of
# a site can share it.
_OF_PATIENT = (
    select(
        CARDS.c.uuid,
        CARDS.c.at,
        CARDS.c.guidance,
        CARDS.c.kind,
        CARDS.c.service,
        FEEDBACK.c.outcome,
        FEEDBACK.c.reason,
    )
    .join(
        AUDIT,
        (AUDIT.c.call_key == CARDS.c.call_key)
        & (AUDIT.c.at == CARDS.c.at)
        & (AUDIT.c.site == CARDS.c.site)
        & (AUDIT.c.service == CARDS.c.service),
    )
    .outerjoin(FEEDBACK, (FEEDBACK.c.card == CARDS.c.uuid) & (FEEDBACK.c.site == CARDS.c.site))
    .where(
        AUDIT.c.patient_key == bindparam("patient_key"),
        AUDIT.c.site == bindparam("site"),
        CARDS.c.is_shown,
    )
    .order_by(CARDS.c.at.desc(), FEEDBACK.c.at.desc(), FEEDBACK.c.received.desc())
    .limit(_MOST)
)


class PastCard(Struct, frozen=True):
    """A card that was shown; its latest `outcome`, or none, with the reason given.

    `service` is `app` for advice that was answered in the app, without a card.
    """

    at: datetime
    guidance: str
    kind: str
    service: str
    outcome: str = ""
    reason: str = ""


class CardHistory(Struct, frozen=True):
    """Looks up the cards of a patient, who stands in the record as a keyed hash alone."""

    engine: Engine
    secret: Secret

    def of(self, site: str, issuer: str, patient: str) -> list[PastCard]:
        """The newest first, each card once. Raises Unreachable."""
        key = patient_key(self.secret, issuer or site, patient)
        with reached(self.engine) as connection:
            rows = connection.execute(_OF_PATIENT, {"patient_key": key, "site": site}).all()
        found: dict[str, PastCard] = {}
        for uuid, at, guidance, kind, service, *said in rows:
            outcome, reason = (each or "" for each in said)
            card = PastCard(at.replace(tzinfo=UTC), guidance, kind, service, outcome, reason)
            found.setdefault(uuid, card)
        return list(found.values())
