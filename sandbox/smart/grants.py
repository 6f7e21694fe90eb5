"""Codes and refreshes: Authlib's grants over the ledger, with SMART's stricter rules."""

from __future__ import annotations

import time
from typing import Any

from authlib.oauth2.rfc6749 import (
    AuthorizationCodeGrant,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
    RefreshTokenGrant,
)
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode

from sandbox.addresses import conduct_here, faults_here, here
from sandbox.smart.clients import METHODS, RegisteredApp
from sandbox.smart.context import LaunchContext
from sandbox.smart.faulty import faulty_id_token
from sandbox.smart.ledger import CODE_SECONDS, Code, Grant, Ledger

_ID_TOKEN_SECONDS = 300


class S256Only(CodeChallenge):
    """PKCE as SMART asks for it: from every client, S256 alone."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)


class CodeGrant(AuthorizationCodeGrant):
    """Authorization codes: good once, for a minute, where they were asked for."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def _ledger(self) -> Ledger:
        ledger: Ledger = self.server.ledger
        return ledger

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep the code; a launch it answers is used up by it."""
        asked, context = request.payload.data, request.user
        if asked.get("launch") and self._ledger.launches.take(asked["launch"]) is None:
            raise InvalidRequestError("This launch has been used.")
        if nonce := asked.get("nonce"):
            self._ledger.nonces.put(f"{request.client.client_id} {nonce}", True)
        kept = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri,
            scope=self.server.rules(request.client, context).grant(request.payload.scope),
            code_challenge=asked["code_challenge"],
            nonce=asked.get("nonce"),
            context=context,
            conduct=conduct_here(),
            until=self._ledger.now() + CODE_SECONDS,
        )
        self._ledger.codes.put(code, kept)

    def query_authorization_code(self, code: str, client: RegisteredApp) -> Code | None:
        """The code, which is used up by asking; one used before ends all its tokens."""
        kept = self._ledger.codes.take(code)
        if kept is None:
            if self._ledger.used_codes.get(code):
                self._ledger.end_family(code)
            return None
        self._ledger.used_codes.put(code, code)
        good = kept.client_id == client.client_id and kept.until > self._ledger.now()
        return kept if good and kept.conduct == conduct_here() else None

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """It was used up when it was asked for."""

    def authenticate_user(self, authorization_code: Code) -> LaunchContext:
        """The context is what Authlib calls the user."""
        return authorization_code.context


class RefreshGrant(RefreshTokenGrant):
    """Refresh tokens: each good once where the mood rotates them."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self) -> bool:
        """Whether this EHR answers with a new refresh token."""
        return conduct_here().mood.tokens.rotates

    def authenticate_refresh_token(self, refresh_token: str) -> Grant | None:
        """The grant of a refresh token; one used before ends all of its family."""
        ledger: Ledger = self.server.ledger
        grant = ledger.refreshes.get(refresh_token)
        if grant is None:
            if family := ledger.used_refreshes.get(refresh_token):
                ledger.end_family(family)
            return None
        if "dead-refresh" in faults_here(grant.context.faults):
            return None
        good = grant.refresh_until > ledger.now() and grant.conduct == conduct_here()
        return grant if good else None

    def authenticate_user(self, refresh_token: Grant) -> LaunchContext:
        """The context is what Authlib calls the user."""
        return refresh_token.context

    def issue_token(self, user: LaunchContext, refresh_token: Grant) -> Any:
        """Claim the refresh token before anything is issued: of two askers one gets it."""
        ledger: Ledger = self.server.ledger
        if self.INCLUDE_NEW_REFRESH_TOKEN:
            if ledger.refreshes.take(refresh_token.refresh_token) is None:
                ledger.end_family(refresh_token.family)
                raise InvalidGrantError()
            ledger.used_refreshes.put(refresh_token.refresh_token, refresh_token.family)
        return super().issue_token(user, refresh_token)

    def revoke_old_credential(self, refresh_token: Grant) -> None:
        """The old access token ends with the refresh token that came with it."""
        if self.INCLUDE_NEW_REFRESH_TOKEN:
            ledger: Ledger = self.server.ledger
            ledger.grants.take(refresh_token.access_token)


class IdTokens(OpenIDCode):
    """ID tokens with fhirUser (SMART App Launch 2.2, "Scopes for requesting identity data")."""

    def __init__(self, server: Any) -> None:
        super().__init__(require_nonce=False)
        self._server = server

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Whether this app has used the nonce before."""
        ledger: Ledger = self._server.ledger
        return ledger.nonces.get(f"{request.payload.client_id} {nonce}") is not None

    def resolve_client_private_key(self, client: RegisteredApp) -> Any:
        """The EHR's key."""
        return self._server.keys.id_token

    def get_encode_header(self, client: RegisteredApp) -> dict[str, Any]:
        """RS256 with the key's id."""
        return {"alg": "RS256", "kid": self._server.keys.id_token.kid, "typ": "JWT"}

    def get_client_claims(self, client: RegisteredApp) -> dict[str, Any]:
        """Who issues it, for whom, until when."""
        now = int(time.time())
        audience = {"iss": here().id_token_issuer, "aud": client.client_id}
        return {**audience, "iat": now, "exp": now + _ID_TOKEN_SECONDS}

    def get_compatible_claims(self, request: OAuth2Request) -> dict[str, Any]:
        """Without auth_time, which this EHR does not offer."""
        return self.get_client_claims(request.client)

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
        """The ID token, with the faults of the conduct."""
        good: str = super().encode_id_token(token, request)
        return faulty_id_token(good, faults_here(request.user.faults), self._server.keys)

    def generate_user_info(self, user: LaunchContext, scope: str) -> dict[str, Any]:
        """The subject, and fhirUser where it was asked for."""
        claims = {"sub": user.user.replace("/", "-")}
        if {"fhirUser", "profile"} & set(scope.split()):
            claims["fhirUser"] = f"{here().fhir}/{user.user}"
        return claims
