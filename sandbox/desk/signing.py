"""Signing hook calls, as CDS Hooks 2.0 asks of EHRs ("Trusting CDS clients")."""

from __future__ import annotations

from uuid import uuid4

from joserfc import jwt

from sandbox.addresses import Addresses
from sandbox.conduct import Conduct
from sandbox.smart.keys import EhrKeys
from sandbox.smart.ledger import Ledger

_SECONDS = 60


class Signer:
    """Makes the tokens of hook calls: ES384, one address, one use."""

    def __init__(self, keys: EhrKeys, ledger: Ledger, at: Addresses) -> None:
        self._keys = keys
        self._ledger = ledger
        # Faults do not change who the EHR is.
        self._issuer = Addresses(at.host, Conduct(at.conduct.mood)).fhir
        self._jku = f"{at.host}/.well-known/jwks.json"

    def headers(self, url: str) -> dict[str, str]:
        """The Authorization header for a call of an address."""
        now = int(self._ledger.now())
        header = {"alg": "ES384", "kid": self._keys.hook.kid, "typ": "JWT", "jku": self._jku}
        claims = {
            "iss": self._issuer,
            "aud": url,
            "iat": now,
            "exp": now + _SECONDS,
            "jti": str(uuid4()),
        }
        token = jwt.encode(header, claims, self._keys.hook, algorithms=["ES384"])
        return {"Authorization": f"Bearer {token}"}
