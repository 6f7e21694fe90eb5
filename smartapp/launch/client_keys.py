"""Our keys as a client: which one signs now, which ones are published."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from joserfc.jwk import ECKey, Key, RSAKey, import_key
from msgspec import Struct

ALGORITHMS = ("ES384", "RS384")
# An EHR may keep our key set for as long as we let it; only then may the new key sign.
SECONDS_PUBLISHED_BEFORE_USE = 3600
SECONDS_PUBLISHED_AFTER_USE = 3600
JWKS_MAX_AGE = 300


class KeyFault(ValueError):
    """A key file cannot be used; the message names it."""


class ClientKey(Struct, frozen=True, forbid_unknown_fields=True):
    """One private key with its life, in seconds since 1970. `ends_at` None: still in use."""

    kid: str
    algorithm: str
    made_at: float
    signs_from: float
    jwk: dict[str, Any]
    ends_at: float | None = None

    @property
    def key(self) -> Key:
        """The private key."""
        return import_key(self.jwk)

    @property
    def public(self) -> dict[str, Any]:
        """The entry of the JWKS: bare parameters with kid, alg and use, no private part."""
        entry = self.key.as_dict(private=False)
        return {**entry, "kid": self.kid, "alg": self.algorithm, "use": "sig"}


def make_key(algorithm: str, now: float, signs_from: float | None = None) -> ClientKey:
    """A fresh key: P-384 for ES384, RSA of 3072 bits for RS384."""
    key: Key = RSAKey.generate_key(3072) if algorithm == "RS384" else ECKey.generate_key("P-384")
    starts = now if signs_from is None else signs_from
    return ClientKey(str(uuid4()), algorithm, now, starts, key.as_dict(private=True))


class ClientKeys:
    """The keys of a moment."""

    def __init__(self, keys: tuple[ClientKey, ...]) -> None:
        self._keys = keys

    def all(self) -> tuple[ClientKey, ...]:
        """Every key, the oldest first."""
        return tuple(sorted(self._keys, key=lambda key: (key.made_at, key.kid)))

    def signing(self, algorithm: str, now: float) -> ClientKey | None:
        """The newest key of this algorithm that may sign now."""
        able = [
            key
            for key in self.all()
            if key.algorithm == algorithm
            and key.signs_from <= now
            and (key.ends_at is None or key.ends_at > now)
        ]
        return max(able, key=lambda key: key.signs_from) if able else None

    def published(self, now: float) -> list[dict[str, Any]]:
        """The entries of the JWKS."""
        return [key.public for key in self.all() if key.ends_at is None or key.ends_at > now]


class KeyFolder:
    """Keys as files, one each, readable by their owner alone.

    A running server sees a change by itself: the folder is looked at on each use.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._seen: object = None
        self._keys = ClientKeys(())

    def __call__(self) -> ClientKeys:
        """The keys as they are now. Raises KeyFault for a file that is no key."""
        with self._lock:
            paths = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
            seen = [(path.name, path.stat().st_mtime_ns) for path in paths]
            if seen != self._seen:
                self._keys = ClientKeys(tuple(map(_read, paths)))
                self._seen = seen
            return self._keys

    def write(self, key: ClientKey) -> None:
        """Add or replace a key."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{key.kid}.json"
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(key))
        draft.replace(path)

    def make(self, algorithm: str, now: float) -> ClientKey:
        """Add a key. The first of its algorithm signs at once, a later one once it is known."""
        first = self().signing(algorithm, now) is None
        starts = now if first else now + SECONDS_PUBLISHED_BEFORE_USE
        key = make_key(algorithm, now, starts)
        self.write(key)
        return key

    def rotate(self, algorithm: str, now: float) -> ClientKey:
        """Add a key, and let the others of its algorithm end once it has taken over."""
        before = [key for key in self().all() if key.algorithm == algorithm]
        new = self.make(algorithm, now)
        ends_at = new.signs_from + SECONDS_PUBLISHED_AFTER_USE
        for key in before:
            if key.ends_at is None or key.ends_at > ends_at:
                self.write(msgspec.structs.replace(key, ends_at=ends_at))
        return new


def _read(path: Path) -> ClientKey:
    try:
        key = msgspec.convert(json.loads(path.read_bytes()), ClientKey)
        kind = key.key.key_type
    except (OSError, ValueError, msgspec.ValidationError) as error:
        # The type alone: a message could quote the key.
        raise KeyFault(f"{path} is not a key of ours ({type(error).__name__}).") from None
    if key.algorithm not in ALGORITHMS or kind != {"ES384": "EC", "RS384": "RSA"}[key.algorithm]:
        raise KeyFault(f"{path}: the key does not fit its algorithm.")
    return key
