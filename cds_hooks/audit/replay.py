"""Replays: the facts an answer was judged from, sealed, so that it can be judged again.

Off unless a site turns them on. They hold what the chart said of the patient, with references to
the EHR's resources and without names; only who has the key can read them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from msgspec import Struct

from oncology.chart.model import Chart
from oncology.orders.drafts import Drafts


class ReplayFault(ValueError):
    """The keys cannot be used, or none of them opens a replay; the message says which."""


class Replay(Struct, frozen=True):
    """What was judged: for which service, on which day, by which release of the guidance.

    `drafts` are the orders on the screen of an order hook.
    """

    site: str
    service: str
    day: date
    release: str
    chart: Chart
    drafts: Drafts | None = None

    def __repr__(self) -> str:
        return "Replay(…)"


class SealedReplay(Struct, frozen=True):
    """A replay as it is kept. `call_key` stands for the call, `cards` are those it made."""

    at: datetime
    site: str
    service: str
    call_key: bytes
    cards: str
    content: bytes


class ReplayVault:
    """Seals with the first key and opens with any, so that keys can be changed."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ReplayFault("record.replay_keys is missing: `oncocue keys secret` makes one.")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except (ValueError, TypeError):
            raise ReplayFault(
                "record.replay_keys holds what is no key: `oncocue keys secret` makes one."
            ) from None

    def seal(self, replay: Replay) -> bytes:
        """Encrypted and authenticated."""
        return self._fernet.encrypt(msgspec.msgpack.encode(replay))

    def open(self, content: bytes) -> Replay:
        """What was sealed. Raises ReplayFault when no key opens it or its shape is another."""
        try:
            return msgspec.msgpack.decode(self._fernet.decrypt(content), type=Replay)
        except InvalidToken:
            raise ReplayFault("No key of record.replay_keys opens it.") from None
        except msgspec.MsgspecError:
            raise ReplayFault("It was kept by a release whose charts have another shape.") from None
