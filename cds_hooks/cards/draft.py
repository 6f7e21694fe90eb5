"""What a card will say, before it takes a client's form."""

from __future__ import annotations

from msgspec import Struct

from cds_hooks.cards.card import Coding
from oncology.findings import Finding, Orderable, Source


class OrderChoice(Struct, frozen=True):
    """An order the card offers, and what it is for."""

    order: Orderable
    reason: str


class Draft(Struct, frozen=True):
    """The content of one card; `removes` is an order that a site may let it offer to remove."""

    topic: str
    summary: str
    lines: tuple[tuple[str, str], ...]
    closing: str
    source: Source
    link: str
    reasons: tuple[Coding, ...]
    orders: tuple[OrderChoice, ...] = ()
    indicator: str = "info"
    removes: str = ""


def source_of(finding: Finding, wanted: tuple[str, ...] = ()) -> Source:
    """The source a card names: the first of those wanted, else the finding's first."""
    by_id = {source.id: source for source in finding.sources}
    return by_id[wanted[0]] if wanted else finding.sources[0]
