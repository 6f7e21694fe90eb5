"""Which cards were put aside at all, known in each process: most calls ask no database."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

# Clocks of machines differ, and what was begun earlier may be committed later.
_OVERLAP = timedelta(minutes=5)
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_LEADING_BYTES = 8


class PutAside:
    """The keys of overridden cards, as of a moment ago.

    `read_since` gives the keys kept since a moment; it is asked again after so many seconds. A key
    that is not here was not put aside when it was last asked; one that is may have been.
    """

    def __init__(self, read_since: Callable[[datetime], Iterable[bytes]], seconds: float) -> None:
        self._read_since = read_since
        self._seconds = seconds
        self._since = _LONG_AGO
        self._again = 0.0
        self._asking = threading.Lock()
        self._known: set[bytes] = set()

    def may_hold(self, key: bytes) -> bool:
        """Whether the cards of this key may have been put aside."""
        if time.monotonic() >= self._again:
            self._ask()
        return key[:_LEADING_BYTES] in self._known

    def ask_anew(self) -> None:
        """Something was put aside just now, by this process: ask before the next answer."""
        self._again = 0.0

    def _ask(self) -> None:
        with self._asking:
            if time.monotonic() < self._again:
                return  # another thread did, meanwhile
            now = datetime.now(UTC)
            self._known.update(key[:_LEADING_BYTES] for key in self._read_since(self._since))
            self._since = now - _OVERLAP
            self._again = time.monotonic() + self._seconds
