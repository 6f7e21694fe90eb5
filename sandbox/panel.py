"""The side panel: what an EHR shows of each service's answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

from sandbox.desk import Desk, Dismissal, DraftOrder, reasons_of, topic_of
from sandbox.fhir.access import Access
from sandbox.fhir.server import FhirServer
from sandbox.hooks import (
    DEAD_FHIR_SERVER,
    CdsClient,
    Exchange,
    Prefetching,
    Visit,
    hook_request,
    prefetch_keys,
)
from sandbox.words import first, items, text

_INDICATORS = {"info": "Information", "warning": "Warning", "critical": "Critical"}
# What a card may hold: paragraphs, lists, emphasis. No HTML, no links, no images.
_MARKDOWN = ("html_block", "html_inline", "image", "link", "autolink", "reference")


@dataclass(frozen=True)
class Switches:
    """How the sandbox EHR behaves on this page."""

    prefetching: Prefetching = Prefetching.FULL
    is_ehr_up: bool = True

    @classmethod
    def of(cls, prefetch: str | None, ehr: str | None) -> Switches:
        """Switches from query parameters. An EHR that is down sends no prefetch unless told to."""
        is_up = ehr != "down"
        usual = Prefetching.FULL if is_up else Prefetching.NONE
        named = {each.value: each for each in Prefetching}
        return cls(named.get(prefetch or "", usual), is_up)

    @property
    def query(self) -> dict[str, str]:
        """The query parameters that stand for these switches."""
        ehr = {} if self.is_ehr_up else {"ehr": "down"}
        usual = Switches.of(None, ehr.get("ehr")).prefetching
        prefetch = {} if self.prefetching is usual else {"prefetch": self.prefetching.value}
        return {**prefetch, **ehr}


@dataclass(frozen=True)
class Offer:
    """A suggestion as a button, or as done."""

    id: str
    label: str
    is_recommended: bool
    is_accepted: bool


@dataclass(frozen=True)
class CardView:
    """A card ready for the template; everything in it is still escaped there but `detail`."""

    id: str
    topic: str
    indicator: str
    indicator_words: str
    summary: str
    detail: Markup
    source: str
    source_url: str
    offers: tuple[Offer, ...]
    links: tuple[dict[str, str], ...]
    reasons: tuple[dict[str, str], ...]
    dismissal: Dismissal | None


@dataclass(frozen=True)
class ServiceView:
    """One service in the panel."""

    exchange: Exchange
    cards: tuple[CardView, ...]


def call_services(
    client: CdsClient, visit: Visit, fhir: FhirServer, access: Access
) -> list[Exchange]:
    """Call every patient-view service, one after the other. Raises ServiceDown."""
    exchanges = []
    for service in client.discover():
        keys = prefetch_keys(service, visit, fhir, access)
        exchanges.append(client.call(service, hook_request(visit, keys), keys))
    return exchanges


def fhir_server(switches: Switches, base: str) -> str:
    """The FHIR server this EHR names: its own, or one that does not answer."""
    return base if switches.is_ehr_up else DEAD_FHIR_SERVER


def view(exchange: Exchange, desk: Desk, slug: str) -> ServiceView:
    """A service's answer with what the clinician has already done about it."""
    dismissed, drafts = desk.dismissals(slug), desk.drafts(slug)
    return ServiceView(exchange, tuple(_card(card, dismissed, drafts) for card in exchange.cards))


def _card(
    card: dict[str, Any], dismissed: dict[str, Dismissal], drafts: list[DraftOrder]
) -> CardView:
    indicator = text(card.get("indicator"))
    indicator = indicator if indicator in _INDICATORS else "info"
    source, topic = first(card.get("source")), topic_of(card)
    return CardView(
        id=text(card.get("uuid")),
        topic=topic,
        indicator=indicator,
        indicator_words=_INDICATORS[indicator],
        summary=text(card.get("summary")),
        detail=render_markdown(text(card.get("detail"))),
        source=text(source.get("label")),
        source_url=web_address(source.get("url")),
        offers=_offers(card, topic, drafts),
        links=_links(card),
        reasons=tuple(
            {"code": text(reason.get("code")), "display": text(reason.get("display"))}
            for reason in reasons_of(card)
        ),
        dismissal=dismissed.get(topic),
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


def _links(card: dict[str, Any]) -> tuple[dict[str, str], ...]:
    found = [
        {"label": text(link.get("label")), "url": web_address(link.get("url"))}
        for link in items(card.get("links"))
    ]
    return tuple(link for link in found if link["url"])


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
