"""Signing like an EHR, well and badly. Keys are made here and never kept."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import uuid4

from joserfc.jwk import ECKey, Key, RSAKey
from joserfc.jws import JWSRegistry

NOW = 1_795_312_800.0  # 22 November 2026
PUBLIC_URL = "https://oncocue.example"
URL = f"{PUBLIC_URL}/cds-services/biomarker-testing"


def encoded(content: Any) -> str:
    """A segment of a token: bytes as they are, anything else as JSON."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def key_of(kind: str, size: int | str, name: str = "") -> Key:
    """A fresh private key, the same for the same arguments in one run of the tests."""
    return RSAKey.generate_key(int(size)) if kind == "RSA" else ECKey.generate_key(str(size))


@dataclass(frozen=True)
class Signer:
    """An EHR's signing key."""

    key: Key
    algorithm: str = "ES384"
    kid: str = "one"
    issuer: str = "https://general.example/fhir"
    changes: dict[str, Any] = field(default_factory=dict)

    def public(self, **changes: Any) -> dict[str, Any]:
        """The public key as a JWKS entry."""
        return {**self.key.as_dict(private=False), "kid": self.kid, "use": "sig", **changes}

    def header(self, **changes: Any) -> dict[str, Any]:
        """A token's header; None takes a field away."""
        return _without_none(
            {"alg": self.algorithm, "kid": self.kid, "typ": "JWT", **self.changes, **changes}
        )

    def claims(self, **changes: Any) -> dict[str, Any]:
        """A token's claims, valid at NOW and used nowhere yet; None takes one away."""
        claims = {
            "iss": self.issuer,
            "aud": URL,
            "iat": NOW - 1,
            "exp": NOW + 299,
            "jti": str(uuid4()),
        }
        return _without_none({**claims, **changes})

    def signed(self, header: Any, claims: Any) -> str:
        """A token of exactly this header and these claims."""
        signing_input = f"{encoded(header)}.{encoded(claims)}"
        model = JWSRegistry.algorithms[self.algorithm]
        return f"{signing_input}.{encoded(model.sign(signing_input.encode(), self.key))}"

    def token(self, **claims: Any) -> str:
        """A good token with these claims changed."""
        return self.signed(self.header(), self.claims(**claims))


def forged(header: Any, claims: Any, sign: Callable[[bytes], bytes]) -> str:
    """A token with a signature of any kind."""
    signing_input = f"{encoded(header)}.{encoded(claims)}"
    return f"{signing_input}.{encoded(sign(signing_input.encode()))}"


def key_set(*entries: dict[str, Any]) -> bytes:
    """A JWKS."""
    return json.dumps({"keys": list(entries)}).encode()


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
