"""The cards of each patient: shown, put aside, shown again. In memory only."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from sandbox.words import first, items, text

_MOST_CARDS = 600


class Forgotten(LookupError):
    """The card is no longer held: the page it was on is too old."""


@dataclass(frozen=True)
class Shown:
    """A card as a service gave it."""

    service: str
    card: dict[str, Any]

    @property
    def topic(self) -> str:
        """What stays the same when a card is made again: its topic, else its summary."""
        return topic_of(self.card)


@dataclass(frozen=True)
class Dismissal:
    """A card put aside, and why. `is_over`: the clinician wants to see it again."""

    shown: Shown
    reason: str
    is_over: bool = False


def topic_of(card: dict[str, Any]) -> str:
    """What stays the same when a card is made again: its topic, else its summary."""
    topic = first(first(card.get("source")).get("topic"))
    return text(topic.get("code")) or text(card.get("summary"))


def reasons_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The override reasons a card offers."""
    return [each for each in items(card.get("overrideReasons")) if text(each.get("code"))]


class Cards:
    """What was shown and what was put aside. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shown: OrderedDict[tuple[str, str], Shown] = OrderedDict()
        self._dismissed: dict[str, dict[str, Dismissal]] = {}

    def show(self, slug: str, service: str, cards: list[dict[str, Any]]) -> None:
        """Remember cards as they are shown, so that they can be answered later."""
        with self._lock:
            for card in cards:
                self._shown[slug, text(card.get("uuid"))] = Shown(service, card)
            while len(self._shown) > _MOST_CARDS:
                self._shown.popitem(last=False)

    def find(self, slug: str, card_id: str) -> Shown:
        """A card that was shown. Raises Forgotten."""
        with self._lock:
            shown = self._shown.get((slug, card_id))
        if shown is None:
            raise Forgotten
        return shown

    def dismiss(self, slug: str, shown: Shown, code: str) -> None:
        """Put a card aside for one of the reasons it offers. Raises Forgotten."""
        offered = {text(r.get("code")): text(r.get("display")) for r in reasons_of(shown.card)}
        if code not in offered:
            raise Forgotten
        with self._lock:
            dismissal = Dismissal(shown, offered[code] or code)
            self._dismissed.setdefault(slug, {})[shown.topic] = dismissal

    def restore(self, slug: str, topic: str) -> None:
        """Show a dismissed card again."""
        with self._lock:
            held = self._dismissed.get(slug, {})
            if topic in held:
                held[topic] = replace(held[topic], is_over=True)

    def dismissals(self, slug: str) -> dict[str, Dismissal]:
        """The dismissals of a patient by topic, those that are over too."""
        with self._lock:
            return dict(self._dismissed.get(slug, {}))


def overridden(shown: Shown, code: str) -> dict[str, Any]:
    """The feedback of a card that was put aside (CDS Hooks 2.0, "Feedback")."""
    reason = next(each for each in reasons_of(shown.card) if text(each.get("code")) == code)
    named = {name: reason[name] for name in ("code", "system", "display") if reason.get(name)}
    override = {"reason": named}
    return {"card": shown.card["uuid"], "outcome": "overridden", "overrideReason": override}


def accepted(shown: Shown, suggestion_id: str) -> dict[str, Any]:
    """The feedback of a suggestion that was taken."""
    taken = [{"id": suggestion_id}]
    return {"card": shown.card["uuid"], "outcome": "accepted", "acceptedSuggestions": taken}
