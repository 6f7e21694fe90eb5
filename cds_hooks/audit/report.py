"""What became of cards, by rule: counts, and nothing of patients or users."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from msgspec import Struct, field
from sqlalchemy import Engine, and_, func, select

from cds_hooks.audit.table import AUDIT
from cds_hooks.feedback.ledger import WITHDRAWN
from cds_hooks.feedback.tables import CARDS, FEEDBACK
from cds_hooks.reaching import naive, reached

NO_REASON = "no reason given"


class RuleOutcomes(Struct):
    """The cards of one rule at one site.

    `overridden` is by reason; `withdrawn` was overridden, then taken back. A card
    without feedback was not turned down: it may have been read and acted upon (CDS Hooks 2.0,
    "Feedback").
    """

    site: str
    service: str
    guidance: str
    topic: str
    kind: str
    shown: int = 0
    withheld: int = 0
    accepted: int = 0
    overridden: dict[str, int] = field(default_factory=dict)
    withdrawn: int = 0
    without_feedback: int = 0


class Calls(Struct, frozen=True):
    """How many calls of a service were answered in one way."""

    site: str
    service: str
    status: int
    silence: str
    refused: str
    calls: int


class Report(Struct, frozen=True):
    """Everything since a moment. `unknown_cards`: feedback on cards that are not on record."""

    since: datetime
    rules: list[RuleOutcomes]
    calls: list[Calls]
    unknown_cards: int


_NEWEST_FIRST = func.row_number().over(
    partition_by=(FEEDBACK.c.card, FEEDBACK.c.site),
    order_by=(FEEDBACK.c.at.desc(), FEEDBACK.c.received.desc(), FEEDBACK.c.digest),
)
_RANKED = select(
    FEEDBACK.c.card,
    FEEDBACK.c.site,
    FEEDBACK.c.outcome,
    FEEDBACK.c.reason,
    _NEWEST_FIRST.label("n"),
).subquery()
_RULE = (CARDS.c.site, CARDS.c.service, CARDS.c.guidance, CARDS.c.topic, CARDS.c.kind)
_ANSWERED = (AUDIT.c.site, AUDIT.c.service, AUDIT.c.status, AUDIT.c.silence, AUDIT.c.refused)


def read_report(engine: Engine, since: datetime) -> Report:
    """What became of the cards made since then, each by its latest feedback.

    Raises Unreachable when the database cannot be reached.
    """
    latest = and_(_RANKED.c.card == CARDS.c.uuid, _RANKED.c.site == CARDS.c.site, _RANKED.c.n == 1)
    of_cards = (
        select(*_RULE, CARDS.c.is_shown, _RANKED.c.outcome, _RANKED.c.reason, func.count())
        .outerjoin(_RANKED, latest)
        .where(CARDS.c.at >= naive(since))
        .group_by(*_RULE, CARDS.c.is_shown, _RANKED.c.outcome, _RANKED.c.reason)
    )
    of_calls = (
        select(*_ANSWERED, func.count())
        .where(AUDIT.c.at >= naive(since))
        .group_by(*_ANSWERED)
        .order_by(*_ANSWERED)
    )
    unknown = (
        select(func.count(func.distinct(FEEDBACK.c.card)))
        .outerjoin(CARDS, (CARDS.c.uuid == FEEDBACK.c.card) & (CARDS.c.site == FEEDBACK.c.site))
        .where(FEEDBACK.c.received >= naive(since), CARDS.c.uuid.is_(None))
    )
    with reached(engine) as connection:
        rules = _rules([tuple(row) for row in connection.execute(of_cards)])
        calls = [Calls(*row) for row in connection.execute(of_calls)]
        return Report(since, rules, calls, connection.execute(unknown).scalar_one())


def _rules(rows: list[tuple[object, ...]]) -> list[RuleOutcomes]:
    rules: dict[tuple[object, ...], RuleOutcomes] = {}
    for *rule, is_shown, outcome, reason, count in rows:
        key = tuple(rule)
        found = rules.setdefault(key, RuleOutcomes(*key))  # type: ignore[arg-type]
        _add(found, bool(is_shown), outcome, str(reason or NO_REASON), int(str(count)))
    return [rules[key] for key in sorted(rules, key=str)]


def _add(rule: RuleOutcomes, is_shown: bool, outcome: object, reason: str, count: int) -> None:
    if not is_shown:
        rule.withheld += count
        return
    rule.shown += count
    if outcome == "accepted":
        rule.accepted += count
    elif outcome == "overridden":
        reasons = defaultdict(int, rule.overridden)
        reasons[reason] += count
        rule.overridden = dict(reasons)
    elif outcome == WITHDRAWN:
        rule.withdrawn += count
    else:
        rule.without_feedback += count
