"""The clinician's desk: cards shown, draft orders, dismissals. In memory only."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import uuid4

from sandbox.words import first, items, text

_MOST_CARDS = 600
_MOST_DRAFTS = 50


class Forgotten(LookupError):
    """The card is no longer held: the page it was on is too old."""


@dataclass(frozen=True)
class DraftOrder:
    """An order that was put on the desk by accepting a suggestion; nobody has signed it."""

    id: str
    topic: str
    label: str
    resource: dict[str, Any]

    @property
    def code(self) -> str:
        """The site's code of the order."""
        return text(first(first(self.resource.get("code")).get("coding")).get("code"))


@dataclass(frozen=True)
class Dismissal:
    """A card put aside, and why."""

    topic: str
    summary: str
    reason: str


def topic_of(card: dict[str, Any]) -> str:
    """What stays the same when a card is made again: its topic, else its summary."""
    topic = first(first(card.get("source")).get("topic"))
    return text(topic.get("code")) or text(card.get("summary"))


class Desk:
    """What one clinician did with the cards of each patient. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shown: OrderedDict[tuple[str, str], dict[str, Any]] = OrderedDict()
        self._drafts: dict[str, list[DraftOrder]] = {}
        self._dismissed: dict[str, dict[str, Dismissal]] = {}

    def show(self, slug: str, cards: list[dict[str, Any]]) -> None:
        """Remember cards as they are shown, so that they can be answered later."""
        with self._lock:
            for card in cards:
                self._shown[slug, text(card.get("uuid"))] = card
            while len(self._shown) > _MOST_CARDS:
                self._shown.popitem(last=False)

    def accept(self, slug: str, card_id: str, suggestion_id: str) -> str:
        """Put the resources of a suggestion on the desk; the card's topic. Raises Forgotten."""
        card = self._card(slug, card_id)
        for suggestion in items(card.get("suggestions")):
            if text(suggestion.get("uuid")) == suggestion_id:
                self._draft(slug, topic_of(card), suggestion)
                return topic_of(card)
        raise Forgotten

    def dismiss(self, slug: str, card_id: str, code: str) -> Dismissal:
        """Put a card aside for one of the reasons it offers. Raises Forgotten."""
        card = self._card(slug, card_id)
        offered = {text(r.get("code")): text(r.get("display")) for r in reasons_of(card)}
        if code not in offered:
            raise Forgotten
        dismissal = Dismissal(topic_of(card), text(card.get("summary")), offered[code] or code)
        with self._lock:
            self._dismissed.setdefault(slug, {})[dismissal.topic] = dismissal
        return dismissal

    def restore(self, slug: str, topic: str) -> None:
        """Show a dismissed card again."""
        with self._lock:
            self._dismissed.get(slug, {}).pop(topic, None)

    def remove(self, slug: str, draft_id: str) -> None:
        """Take a draft order off the desk."""
        with self._lock:
            kept = [draft for draft in self._drafts.get(slug, []) if draft.id != draft_id]
            self._drafts[slug] = kept

    def drafts(self, slug: str) -> list[DraftOrder]:
        """The draft orders of a patient, oldest first."""
        with self._lock:
            return list(self._drafts.get(slug, []))

    def dismissals(self, slug: str) -> dict[str, Dismissal]:
        """The dismissals of a patient by topic."""
        with self._lock:
            return dict(self._dismissed.get(slug, {}))

    def _card(self, slug: str, card_id: str) -> dict[str, Any]:
        with self._lock:
            card = self._shown.get((slug, card_id))
        if card is None:
            raise Forgotten
        return card

    def _draft(self, slug: str, topic: str, suggestion: dict[str, Any]) -> None:
        label = text(suggestion.get("label"))
        created = [
            each for each in items(suggestion.get("actions")) if each.get("type") == "create"
        ]
        resources = [each for action in created for each in items(action.get("resource"))]
        with self._lock:
            held = self._drafts.setdefault(slug, [])
            if not any((draft.topic, draft.label) == (topic, label) for draft in held):
                held += [DraftOrder(str(uuid4()), topic, label, each) for each in resources]
            del held[:-_MOST_DRAFTS]


def reasons_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The override reasons a card offers."""
    return [each for each in items(card.get("overrideReasons")) if text(each.get("code"))]
