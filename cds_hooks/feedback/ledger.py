"""The ledger: which cards were made, and what users did with them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from msgspec import Struct

from cds_hooks.feedback.parse import Feedback

_MOST_REMEMBERED = 10_000
WITHDRAWN = "withdrawn"
"""The outcome of a card whose putting aside was taken back."""
IN_APP = "app"
"""The service that advice answered in the app, without a card, is recorded under."""
_K = TypeVar("_K")
_V = TypeVar("_V")


class MadeCard(Struct, frozen=True):
    """A card that was made; keys are keyed hashes. `is_shown` is False at a silent site.

    `call_key` is that of the call's entry in the audit.
    """

    uuid: str
    site: str
    service: str
    topic: str
    kind: str
    guidance: str
    version: str
    patient_key: bytes
    user_key: bytes
    at: datetime
    is_shown: bool = True
    call_key: bytes | None = None


class Override(Struct, frozen=True):
    """That a card was put aside: why, when, and by whom (a keyed hash)."""

    reason: str
    at: datetime
    user_key: bytes


class Ledger(Protocol):
    """Keeps cards and feedback. Every method raises Unreachable when it cannot."""

    def keep_cards(self, cards: Sequence[MadeCard]) -> None:
        """Keep cards that were made; one kept before is left as it is."""
        ...

    def keep_feedback(self, site: str, service: str, entries: Sequence[Feedback]) -> None:
        """Keep feedback, safe when this returns; an entry kept before is left as it is.

        What is said to have happened later than now happened now: a wrong clock must not make a
        card rest for years.
        """
        ...

    def overrides(
        self, site: str, patient_key: bytes, since: datetime, at_once: bool = False
    ) -> list[Override]:
        """How the cards of this key were put aside since then.

        What another process was told may be known here a moment later, unless asked `at_once`.
        """
        ...

    def withdraw(self, site: str, patient_key: bytes, chosen: Callable[[Override], bool]) -> None:
        """Take back the chosen ones of the overrides of this key, for good.

        That they were given, and taken back, stays on record. Sent again, they stay taken back.
        """
        ...

    def is_first(self, key: bytes, until: datetime, now: datetime) -> bool:
        """Whether this key was not marked before; it then is, until then."""
        ...


class InProcessLedger:
    """For development and tests: a process remembers its last cards, and forgets when it ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cards: OrderedDict[str, MadeCard] = OrderedDict()
        self._feedback: OrderedDict[tuple[str, Feedback], datetime] = OrderedDict()
        self._withdrawn: set[tuple[str, Feedback]] = set()
        self._marked: OrderedDict[bytes, datetime] = OrderedDict()

    def keep_cards(self, cards: Sequence[MadeCard]) -> None:
        """Keep cards."""
        with self._lock:
            for card in cards:
                self._cards.setdefault(card.uuid, card)
            _forget(self._cards)

    def keep_feedback(self, site: str, service: str, entries: Sequence[Feedback]) -> None:
        """Keep feedback."""
        with self._lock:
            for entry in entries:
                self._feedback.setdefault((site, entry), min(entry.at, datetime.now(UTC)))
            _forget(self._feedback)
            self._withdrawn &= self._feedback.keys()

    def overrides(
        self, site: str, patient_key: bytes, since: datetime, at_once: bool = False
    ) -> list[Override]:
        """How the cards of this key were put aside since then."""
        with self._lock:
            found = self._aside(site, patient_key)
        return [override for override in found.values() if override.at > since]

    def withdraw(self, site: str, patient_key: bytes, chosen: Callable[[Override], bool]) -> None:
        """Take back the chosen ones of the overrides of this key."""
        with self._lock:
            found = self._aside(site, patient_key)
            self._withdrawn |= {key for key, override in found.items() if chosen(override)}

    def _aside(self, site: str, patient_key: bytes) -> dict[tuple[str, Feedback], Override]:
        found = {}
        for key, at in self._feedback.items():
            entry, card = key[1], self._cards.get(key[1].card)
            if key in self._withdrawn or key[0] != site or entry.outcome != "overridden":
                continue
            if card and card.site == site and card.patient_key == patient_key:
                found[key] = Override(entry.reason, at, card.user_key)
        return found

    def is_first(self, key: bytes, until: datetime, now: datetime) -> bool:
        """Whether this key was not marked before."""
        with self._lock:
            if key in self._marked and self._marked[key] >= now:
                return False
            self._marked[key] = until
            _forget(self._marked)
            return True


def _forget(kept: OrderedDict[_K, _V]) -> None:
    while len(kept) > _MOST_REMEMBERED:
        kept.popitem(last=False)
