"""Revocation (RFC 7009) and introspection (RFC 7662) over the ledger."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError, OAuth2Request
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from sandbox.addresses import here
from sandbox.smart.clients import METHODS, RegisteredApp
from sandbox.smart.ledger import Grant, Ledger


def bearer(request: OAuth2Request) -> str | None:
    """The bearer token of the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and token else None


class Revocation(RevocationEndpoint):
    """Ends a token and everything that came from the same authorisation."""

    CLIENT_AUTH_METHODS = METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Grant | None:
        """The grant of an access or a refresh token."""
        return _find(self.server.ledger, token_string)

    def revoke_token(self, token: Grant, request: OAuth2Request) -> None:
        """RFC 7009, 2.1: with a refresh token its access tokens end, and the other way round."""
        self.server.ledger.end_family(token.family)


class Introspection(IntrospectionEndpoint):
    """SMART App Launch 2.2, "Token introspection": the bearer of a token may ask about it."""

    CLIENT_AUTH_METHODS = METHODS

    def authenticate_endpoint_client(self, request: OAuth2Request) -> RegisteredApp | None:
        """The app whose access token authorizes the question, or that proves itself."""
        token = bearer(request)
        if token is None:
            return super().authenticate_endpoint_client(request)
        grant = self.server.ledger.grants.get(token)
        if grant is None or grant.is_expired():
            raise InvalidClientError(status_code=401, description="The token is not active.")
        return self.server.registry.find(grant.client_id)

    def query_token(self, token_string: str, token_type_hint: str | None) -> Grant | None:
        """The grant of an access token; refresh tokens are not told about."""
        return self.server.ledger.grants.get(token_string)

    def check_permission(self, token: Grant, client: Any, request: OAuth2Request) -> bool:
        """An app learns about its own tokens only."""
        return client is not None and token.check_client(client)

    def introspect_token(self, token: Grant) -> dict[str, Any]:
        """What the token is good for."""
        return {
            "active": True,
            "scope": token.scope,
            "client_id": token.client_id,
            "exp": int(token.until),
            "iat": int(token.issued),
            "iss": here().id_token_issuer,
            "sub": token.context.user.replace("/", "-"),
            "fhirUser": f"{here().fhir}/{token.context.user}",
            **token.context.parameters(here().host),
        }


def _find(ledger: Ledger, token: str) -> Grant | None:
    return ledger.grants.get(token) or ledger.refreshes.get(token)
