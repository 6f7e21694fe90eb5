"""The vault: what a session holds is encrypted before it is kept anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from hmac import new as hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultFault(ValueError):
    """The keys of the vault cannot be used."""


class Sealed(ValueError):
    """What was kept cannot be opened with the keys of now."""


class Vault:
    """Encrypts with the first key, opens with any: so keys are changed without losing sessions."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise VaultFault("no key")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except (ValueError, TypeError):
            raise VaultFault(
                "a key is not one of ours: make one with `oncocue keys secret`."
            ) from None
        self._keys = [key.encode() for key in keys]

    def seal(self, content: bytes) -> bytes:
        """Encrypted and authenticated."""
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises Sealed when no key fits, or when it was changed."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise Sealed("sealed with a key that is not there") from None

    def derived(self, purpose: str) -> list[str]:
        """Secrets for another purpose, one of each key, the same in every process."""
        return [hmac(key, purpose.encode(), sha256).hexdigest() for key in self._keys]


def make_vault_key() -> str:
    """A new key for the settings."""
    return Fernet.generate_key().decode("ascii")
