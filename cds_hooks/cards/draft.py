"""What a card will say, before it takes a client's form."""

from __future__ import annotations

from msgspec import Struct

from cds_hooks.cards.card import Coding
from oncology.findings import Because, Finding, Source


class OrderChoice(Struct, frozen=True):
    """An order the card offers: the name the site maps, and the words on the button."""

    order: str
    label: str
    reason: str


class Draft(Struct, frozen=True):
    """The content of one card."""

    topic: str
    summary: str
    lines: tuple[tuple[str, str], ...]
    closing: str
    source: Source
    link: str
    reasons: tuple[Coding, ...]
    orders: tuple[OrderChoice, ...] = ()


Gaps = tuple[Because, ...]


def lead_source(finding: Finding, wanted: str = "") -> Source:
    """The source a card names: the one asked for, else the finding's first."""
    for source in finding.sources:
        if source.id == wanted:
            return source
    return finding.sources[0]
