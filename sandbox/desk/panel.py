"""The side panel: what an EHR shows of each service's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

from sandbox.desk.cards import Cards, Dismissal, reasons_of, topic_of
from sandbox.desk.exchange import Exchange
from sandbox.desk.orders import DraftOrder
from sandbox.smart.clients import Registry
from sandbox.words import first, items, text

_INDICATORS = {"info": "Information", "warning": "Warning", "critical": "Critical"}
# What a card may hold: paragraphs, lists, emphasis. No HTML, no links, no images.
_MARKDOWN = ("html_block", "html_inline", "image", "link", "autolink", "reference")


@dataclass(frozen=True)
class Offer:
    """A suggestion as a button, or as done."""

    id: str
    label: str
    is_recommended: bool
    is_accepted: bool


@dataclass(frozen=True)
class Link:
    """A link of a card. `app` is the client id of the registered app it opens, if it opens one."""

    label: str
    url: str
    number: int
    app: str = ""


@dataclass(frozen=True)
class CardView:
    """A card ready for the template; everything in it is still escaped there but `detail`.

    `is_held`: the service no longer sends it, the sandbox has kept it.
    """

    id: str
    topic: str
    indicator: str
    indicator_words: str
    summary: str
    detail: Markup
    source: str
    source_url: str
    offers: tuple[Offer, ...]
    links: tuple[Link, ...]
    reasons: tuple[dict[str, str], ...]
    dismissal: str
    is_held: bool


@dataclass(frozen=True)
class ServiceView:
    """One service in the panel."""

    exchange: Exchange
    cards: tuple[CardView, ...]


@dataclass(frozen=True)
class Standing:
    """What the clinician has done so far with one patient's cards."""

    dismissals: dict[str, Dismissal]
    drafts: list[DraftOrder]
    registry: Registry

    @classmethod
    def of(cls, slug: str, cards: Cards, drafts: list[DraftOrder], registry: Registry) -> Standing:
        """Where things stand for a patient."""
        return cls(cards.dismissals(slug), drafts, registry)


def view(exchange: Exchange, standing: Standing) -> ServiceView:
    """A service's answer with what the clinician has already done about it.

    A card that was put aside stays on the page, although the service lets it rest: the sandbox
    shows what it was told.
    """
    fresh = exchange.cards
    topics = {topic_of(card) for card in fresh}
    held = [
        each.shown.card
        for topic, each in standing.dismissals.items()
        if each.shown.service == exchange.service.id and topic not in topics
    ]
    shown = [_card(card, standing, False) for card in fresh]
    kept = [_card(card, standing, True) for card in held if exchange.is_answered]
    return ServiceView(exchange, (*shown, *kept))


def _card(card: dict[str, Any], standing: Standing, is_held: bool) -> CardView:
    indicator = text(card.get("indicator"))
    indicator = indicator if indicator in _INDICATORS else "info"
    source, topic = first(card.get("source")), topic_of(card)
    dismissal = standing.dismissals.get(topic)
    return CardView(
        id=text(card.get("uuid")),
        topic=topic,
        indicator=indicator,
        indicator_words=_INDICATORS[indicator],
        summary=text(card.get("summary")),
        detail=render_markdown(text(card.get("detail"))),
        source=text(source.get("label")),
        source_url=web_address(source.get("url")),
        offers=_offers(card, topic, standing.drafts),
        links=_links(card, standing.registry),
        reasons=tuple(
            {"code": text(reason.get("code")), "display": text(reason.get("display"))}
            for reason in reasons_of(card)
        ),
        dismissal=dismissal.reason if dismissal and not dismissal.is_over else "",
        is_held=is_held,
    )


def _offers(card: dict[str, Any], topic: str, drafts: list[DraftOrder]) -> tuple[Offer, ...]:
    """The suggestions still open or taken; with "at-most-one" a taken one closes the others."""
    taken = {(draft.topic, draft.label) for draft in drafts}
    offers = tuple(
        Offer(
            id=text(each.get("uuid")),
            label=text(each.get("label")),
            is_recommended=each.get("isRecommended") is True,
            is_accepted=(topic, text(each.get("label"))) in taken,
        )
        for each in items(card.get("suggestions"))
    )
    accepted = tuple(offer for offer in offers if offer.is_accepted)
    return accepted if accepted and card.get("selectionBehavior") == "at-most-one" else offers


def _links(card: dict[str, Any], registry: Registry) -> tuple[Link, ...]:
    """The links this EHR shows: web pages, and those apps it knows."""
    found = []
    for number, link in enumerate(items(card.get("links"))):
        label, url = text(link.get("label")), web_address(link.get("url"))
        is_app = text(link.get("type")) == "smart"
        app = registry.launched_at(url) if is_app else None
        if url and (app or not is_app):
            found.append(Link(label, url, number, app.client_id if app else ""))
    return tuple(found)


def web_address(url: Any) -> str:
    """An http(s) address a page may link to; empty for any other."""
    address = text(url)
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def render_markdown(source: str) -> Markup:
    """Card detail as safe HTML: Markdown without HTML, links or images."""
    renderer = MarkdownIt("commonmark", {"html": False}).disable(list(_MARKDOWN))
    return Markup(renderer.render(source))
