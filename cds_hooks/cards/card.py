"""The parts of a CDS Hooks 2.0.1 card; what is absent is left out, never null."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

TOPIC_SYSTEM = "urn:oncocue:topic"
REASON_SYSTEM = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"

# Its codes that cards offer (HL7/cds-hooks, CodeSystem-non-adherence-reason-codes, 3.0 ballot).
REASONS = frozenset(
    {
        "action-completed",
        "action-not-priority",
        "indication-order-exists",
        "need-more-info",
        "patient-contraindication",
        "patient-ineligible",
        "patient-refuses",
        "risk-benefit-ratio",
        "service-not-available",
        "wrong-time-workflow",
    }
)


class Coding(Struct, frozen=True, omit_defaults=True):
    """A Coding as cards carry it."""

    system: str
    code: str
    display: str = ""


class CardSource(Struct, frozen=True, omit_defaults=True):
    """The guideline or label body behind the card."""

    label: str
    url: str = ""
    topic: Coding | None = None


class Action(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One change proposed: a complete draft to create, or the reference of an order to delete."""

    type: str
    description: str
    resource: dict[str, Any] = {}
    resource_id: str = ""


class Suggestion(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One choice the clinician may accept."""

    label: str
    uuid: str
    is_recommended: bool = False
    actions: tuple[Action, ...] = ()


class Link(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A link; `app_context` only for type smart."""

    label: str
    url: str
    type: str
    app_context: str = ""


class Card(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One decision."""

    uuid: str
    summary: str
    indicator: str
    source: CardSource
    detail: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: str = ""
    override_reasons: tuple[Coding, ...] = ()
    links: tuple[Link, ...] = ()


class CardsResponse(Struct, frozen=True):
    """The body of a 200 answer; `cards` may be empty."""

    cards: tuple[Card, ...]


def override_reasons(*reasons: tuple[str, str]) -> tuple[Coding, ...]:
    """Override reasons from (HL7 non-adherence code, our words)."""
    return tuple(Coding(REASON_SYSTEM, code, display) for code, display in reasons)
