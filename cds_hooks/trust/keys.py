"""Public keys: read once into key objects, found by key id and algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key
from msgspec import Struct

from cds_hooks.trust.refusal import Cause, Untrusted

KeyIndex = Mapping[tuple[str, str], Key]
_OF_CURVE = {"P-256": ("ES256",), "P-384": ("ES384",), "P-521": ("ES512",)}
_OF_RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
# NIST SP 800-131A: RSA below 2048 bits is disallowed. Above 8192 one check costs too much.
_RSA_BITS = range(2048, 8193)
_READ_ERRORS = (JoseError, ValueError, TypeError, KeyError, AttributeError)


class KeysFault(ValueError):
    """A key set that cannot be used; the message says why and holds no key."""


class Keys(Protocol):
    """The public keys of one site."""

    def find(self, kid: str, algorithm: str, jku: str | None) -> Key | None:
        """The key of this id for this algorithm; None when the site has none.

        Raises Untrusted when `jku` names a place the site's keys do not come from.
        """
        ...


class FileKeys(Struct, frozen=True):
    """Keys handed over out of band. A `jku` in a token changes nothing: it is not fetched."""

    index: KeyIndex

    def find(self, kid: str, algorithm: str, jku: str | None) -> Key | None:
        """The key of this id for this algorithm."""
        return self.index.get((kid, algorithm))


class AddressKeys(Struct, frozen=True):
    """Keys published by the site, by address. Only the addresses listed are ever asked."""

    addresses: Mapping[str, Published]

    def find(self, kid: str, algorithm: str, jku: str | None) -> Key | None:
        """The key of this id, at the address the token names or at any of the site's."""
        if jku is not None and jku not in self.addresses:
            raise Untrusted(Cause.KEY_SOURCE)
        asked = self.addresses.values() if jku is None else (self.addresses[jku],)
        return next((key for each in asked if (key := each.find(kid, algorithm))), None)


class Published(Protocol):
    """The keys at one address."""

    def find(self, kid: str, algorithm: str) -> Key | None:
        """The key of this id for this algorithm."""
        ...


def read_key_file(path: Path) -> FileKeys:
    """The keys of a JWKS file. Raises KeysFault, naming the file."""
    try:
        return FileKeys(read_key_set(path.read_bytes()))
    except (OSError, KeysFault) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise KeysFault(f"{path}: {reason}") from None


def read_key_set(body: bytes) -> KeyIndex:
    """The usable keys of a JWKS by (kid, algorithm).

    Left out: symmetric and private keys, keys without an id, for encryption, of a curve or size
    we do not take. Raises KeysFault when nothing is left.
    """
    try:
        entries = msgspec.json.decode(body, type=dict[str, Any]).get("keys")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise KeysFault("this is not a JSON Web Key Set.") from None
    index: dict[tuple[str, str], Key] = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            for kid, algorithm, key in _usable(entry):
                index.setdefault((kid, algorithm), key)
    if not index:
        raise KeysFault("no usable public key for signatures (with kid; RSA of 2048 bits or EC).")
    return index


def _usable(entry: dict[str, Any]) -> list[tuple[str, str, Key]]:
    kid = entry.get("kid")
    if not isinstance(kid, str) or not kid or "d" in entry or entry.get("kty") not in ("EC", "RSA"):
        return []
    if entry.get("use", "sig") != "sig" or "verify" not in entry.get("key_ops", ["verify"]):
        return []
    try:
        key = import_key(entry)
        suits = _algorithms(key)
    except _READ_ERRORS:
        return []
    named = entry.get("alg")
    return [(kid, each, key) for each in suits if named in (None, each)]


def _algorithms(key: Key) -> tuple[str, ...]:
    """What a key can check. Its kind decides, never the token: a key is of one kind."""
    if isinstance(key, ECKey):
        return _OF_CURVE.get(key.curve_name, ())
    if isinstance(key, RSAKey) and key.raw_value.key_size in _RSA_BITS:
        return _OF_RSA
    return ()
