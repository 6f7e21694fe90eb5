"""Where sessions are kept: in memory for one process, in a table for several."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Protocol

from msgspec import Struct


class Kept(Struct, frozen=True):
    """A record and its version, which grows with each change."""

    body: bytes
    version: int


class StoreFailed(Exception):
    """The store does not answer."""


class Store(Protocol):
    """Records by key, each until its end. Raises StoreFailed when it cannot be reached."""

    def put(self, key: str, body: bytes, ends_at: float) -> None:
        """Add a record under a new key."""
        ...

    def take(self, key: str, now: float) -> bytes | None:
        """A record, removed: of several callers one gets it."""
        ...

    def get(self, key: str, now: float) -> Kept | None:
        """A record that has not ended."""
        ...

    def replace(self, key: str, body: bytes, version: int, ends_at: float) -> bool:
        """Change a record that is still of this version; ends its lease."""
        ...

    def lease(self, key: str, version: int, now: float, seconds: float) -> bool:
        """Become the one who may renew a record of this version, for so long."""
        ...

    def release(self, key: str) -> None:
        """End the lease without a change."""
        ...

    def remove(self, key: str) -> None:
        """Remove a record; nothing happens when there is none."""
        ...

    def purge(self, now: float) -> int:
        """Remove what has ended; how many."""
        ...


@dataclass
class _Record:
    body: bytes
    ends_at: float
    version: int = 1
    leased_until: float = 0.0


class MemoryStore:
    """For one process: development, demonstration, tests."""

    def __init__(self, most: int = 10_000) -> None:
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}
        self._most = most

    def put(self, key: str, body: bytes, ends_at: float) -> None:
        """Add a record; the oldest gives way when there are too many."""
        with self._lock:
            while len(self._records) >= self._most:
                del self._records[next(iter(self._records))]
            self._records[key] = _Record(body, ends_at)

    def take(self, key: str, now: float) -> bytes | None:
        """A record, removed."""
        with self._lock:
            record = self._records.pop(key, None)
        return record.body if record and record.ends_at > now else None

    def get(self, key: str, now: float) -> Kept | None:
        """A record that has not ended."""
        with self._lock:
            record = self._records.get(key)
            if record is None or record.ends_at <= now:
                return None
            return Kept(record.body, record.version)

    def replace(self, key: str, body: bytes, version: int, ends_at: float) -> bool:
        """Change a record of this version."""
        with self._lock:
            record = self._records.get(key)
            if record is None or record.version != version:
                return False
            self._records[key] = _Record(body, ends_at, version + 1)
            return True

    def lease(self, key: str, version: int, now: float, seconds: float) -> bool:
        """Become the one who may renew."""
        with self._lock:
            record = self._records.get(key)
            if record is None or record.version != version or record.leased_until > now:
                return False
            record.leased_until = now + seconds
            return True

    def release(self, key: str) -> None:
        """End the lease."""
        with self._lock:
            if record := self._records.get(key):
                record.leased_until = 0.0

    def remove(self, key: str) -> None:
        """Remove a record."""
        with self._lock:
            self._records.pop(key, None)

    def purge(self, now: float) -> int:
        """Remove what has ended."""
        with self._lock:
            ended = [key for key, record in self._records.items() if record.ends_at <= now]
            for key in ended:
                del self._records[key]
        return len(ended)
