"""Earlier cards of a chart in the words of the app's timeline, where the record keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog

from cds_hooks.audit.history import CardHistory, PastCard
from cds_hooks.feedback.ledger import IN_APP, WITHDRAWN
from cds_hooks.trust.site import Site
from cds_hooks.unreachable import Unreachable
from oncology.guidance.library import Guidance
from oncology.orders.rules import OrderRules
from smartapp.opened import EarlierCards, ShownCard

_LOG = structlog.get_logger("smartapp")
_OUTCOMES = {
    "accepted": "accepted",
    "overridden": "put aside",
    WITHDRAWN: "put aside, then taken back",
}
_PROBLEM = "Earlier cards could not be read now."


def earlier_cards(
    history: CardHistory,
    sites: Iterable[Site],
    guidance: Guidance,
    order_rules: Callable[[], OrderRules],
) -> Callable[[str, str], EarlierCards]:
    """The cards shown of a patient at a site, each titled by the rule it spoke of."""
    issuers = {site.name: site.issuer for site in sites}

    def title(rule: str) -> str:
        known = guidance.artifacts.get(rule) or order_rules().artifacts.get(rule)
        return known.title if known else "a rule of an earlier release"

    def of(site: str, patient: str) -> EarlierCards:
        try:
            found = history.of(site, issuers.get(site, ""), patient)
        except Unreachable:
            _LOG.error("card_history_unreachable", site=site)
            return EarlierCards(problem=_PROBLEM)
        # An answer that the database took but in part was told as not kept.
        told = [each for each in found if each.outcome or each.service != IN_APP]
        return EarlierCards(tuple(_shown(each, title(each.guidance)) for each in told))

    return of


def _shown(card: PastCard, title: str) -> ShownCard:
    outcome = _OUTCOMES.get(card.outcome, "")
    reason = card.reason.replace("-", " ")
    told = f"{outcome}: {reason}" if outcome and reason else outcome
    return ShownCard(card.at, title, told, card.service == IN_APP)
