"""private_key_jwt, to the letter of SMART App Launch 2.2 ("Client authentication: asymmetric")."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.addresses import here
from sandbox.smart.clients import RegisteredApp, Registry
from sandbox.smart.ledger import Ledger

ALGORITHMS = ("RS384", "ES384")
_LONGEST = 300


class SmartAssertion(JWTBearerClientAssertion):
    """Assertions signed with RS384 or ES384, for this token endpoint, good once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, registry: Registry, ledger: Ledger) -> None:
        super().__init__(leeway=60)
        self._registry = registry
        self._ledger = ledger

    def extract_assertion(self, assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims; the header is checked before a key is looked for."""
        header, claims = super().extract_assertion(assertion)
        if header.get("alg") not in ALGORITHMS:
            raise InvalidClientError(description="The assertion is not signed with RS384 or ES384.")
        if header.get("typ") != "JWT" or not isinstance(header.get("kid"), str):
            raise InvalidClientError(description="The assertion's header needs typ JWT and a kid.")
        return header, claims

    def resolve_client_public_key(self, client: RegisteredApp) -> KeySet:
        """The keys of the registration."""
        if client.method != self.CLIENT_AUTH_METHOD:
            raise InvalidClientError(description="The client is not registered for assertions.")
        return client.key_set()

    def process_assertion_claims(self, assertion: str, resolve_key: KeySet) -> Any:
        """The claims, once the signature is right."""
        header = super().extract_assertion(assertion)[0]
        # The public launcher ignores which key it was; SMART: by kid, and of this algorithm.
        keys = [each for each in resolve_key.keys if each.kid == header["kid"]]
        suitable = [each for each in keys if each.get("alg") in (None, header["alg"])]
        if not suitable or any(each.is_private for each in suitable):
            raise InvalidClientError(description="No public key of this kid and alg is registered.")
        try:
            token = jwt.decode(assertion, suitable[0], algorithms=list(ALGORITHMS))
        except (JoseError, ValueError) as error:
            raise InvalidClientError(description="The assertion is not signed so.") from error
        self._check_jku(header, token.claims)
        self.verify_claims(token.claims)
        return token.claims

    def _check_jku(self, header: dict[str, Any], claims: dict[str, Any]) -> None:
        app = self._registry.find(claims.get("sub"))
        if "jku" in header and (app is None or header["jku"] != app.keys_at):
            raise InvalidClientError(description="jku is not the registered address of the keys.")

    def verify_claims(self, claims: Any) -> None:
        """iss and sub the client, aud this endpoint exactly, exp near, jti new."""
        if claims.get("aud") not in (here().token, [here().token]):
            raise InvalidClientError(description="aud is not the address of this token endpoint.")
        until = claims.get("exp")
        if not isinstance(until, (int, float)) or until > self._ledger.now() + _LONGEST:
            raise InvalidClientError(description="exp is more than 300 seconds ahead.")
        super().verify_claims(claims)

    def get_audiences(self) -> list[str]:
        """The address of this token endpoint."""
        return [here().token]

    def validate_jti(self, claims: Any, jti: Any) -> bool:
        """Whether this app has not used the id before."""
        is_text = isinstance(jti, str) and bool(jti)
        return is_text and self._ledger.assertions.add_new(f"{claims['sub']} {jti}", True)
