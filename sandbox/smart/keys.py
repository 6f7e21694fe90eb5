"""The EHR's own keys: made at the start, gone at the end."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from joserfc.jwk import ECKey, Key, KeySet, RSAKey


class EhrKeys:
    """RS256 for ID tokens (the floor of OpenID Connect), ES384 for hook calls.

    Made when first used: RSA keys take a moment, and many tests need none.
    """

    @cached_property
    def id_token(self) -> RSAKey:
        """The key that signs ID tokens."""
        return RSAKey.generate_key(2048, _about("RS256"), auto_kid=True)

    def rotate(self) -> None:
        """Sign ID tokens with a new key from here on; the old one is no longer published."""
        self.__dict__.pop("id_token", None)

    @cached_property
    def stranger(self) -> RSAKey:
        """A key of nobody: what a forged ID token is signed with. Never published."""
        return RSAKey.generate_key(2048, _about("RS256", kid="unknown"))

    @cached_property
    def hook(self) -> ECKey:
        """The key that signs CDS Hooks calls."""
        return ECKey.generate_key("P-384", _about("ES384"), auto_kid=True)

    def id_token_jwks(self) -> dict[str, Any]:
        """The public key of ID tokens as a JWKS."""
        return _published(self.id_token)

    def hook_jwks(self) -> dict[str, Any]:
        """The public key of hook calls as a JWKS."""
        return _published(self.hook)


def _about(algorithm: str, **more: str) -> Any:
    return {"alg": algorithm, "use": "sig", **more}


def _published(key: Key) -> dict[str, Any]:
    return KeySet([key]).as_dict(private=False)  # type: ignore[return-value]
