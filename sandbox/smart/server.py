"""The authorization server: Authlib's, with our grants, rules and ledger."""

from __future__ import annotations

from dataclasses import replace
from secrets import token_urlsafe
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import OAuth2Error, OAuth2Request
from flask import Flask, Response

from sandbox.addresses import conduct_here, faults_here, here
from sandbox.smart.asking import Asked
from sandbox.smart.assertion import SmartAssertion
from sandbox.smart.clients import RegisteredApp, Registry
from sandbox.smart.context import LaunchContext
from sandbox.smart.discovery import plain_scopes
from sandbox.smart.endpoints import Introspection, Revocation
from sandbox.smart.faulty import faulty_callback, faulty_token
from sandbox.smart.grants import CodeGrant, IdTokens, RefreshGrant, S256Only
from sandbox.smart.keys import EhrKeys
from sandbox.smart.ledger import REFRESH_SECONDS, Grant, Ledger
from sandbox.smart.rules import check_authorization
from sandbox.smart.scopes import ScopeRules

# What the fault "narrowed-scopes" takes away
_NARROWED = frozenset({"FamilyMemberHistory"})
_LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category|laboratory"
_LIMITED = (("Observation", (("category", _LABORATORY),)),)
_REFRESHING = ("offline_access", "online_access")


class SmartServer(AuthorizationServer):
    """One authorization server for every conduct; the address of a request names it."""

    def __init__(
        self, registry: Registry, ledger: Ledger, keys: EhrKeys, kinds: tuple[str, ...]
    ) -> None:
        super().__init__()
        self.registry = registry
        self.ledger = ledger
        self.keys = keys
        self._kinds = kinds
        self.register_token_generator("default", self._new_token)
        self.register_client_auth_method("private_key_jwt", SmartAssertion(registry, ledger))
        self.register_grant(CodeGrant, [S256Only(required=True), IdTokens(self)])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def init_app(self, app: Flask, query_client: Any = None, save_token: Any = None) -> None:
        """Nothing of it is configured by the app."""

    def query_client(self, client_id: str) -> RegisteredApp | None:
        """The registered app."""
        return self.registry.find(client_id)

    def rules(self, app: RegisteredApp, context: LaunchContext | None = None) -> ScopeRules:
        """What may be granted to an app here, and in a context."""
        mood = conduct_here().mood
        offered = tuple(kind for kind in self._kinds if mood.searching(kind).is_offered)
        rules = ScopeRules(app.scope, offered, mood.tokens.grammars, plain=plain_scopes(mood))
        faults = faults_here(context.faults if context else frozenset())
        if "narrowed-scopes" in faults:
            rules = replace(rules, withheld=_NARROWED, limited=_LIMITED)
        if context:
            withheld = rules.withheld | context.withheld
            rules = replace(rules, withheld=withheld, denied=context.denied)
        return replace(rules, is_split="split-scopes" in faults)

    def fault_of(self, asked: Asked, context: LaunchContext | None) -> Response | None:
        """The answer to a request that breaks a rule; None for a good one."""
        made = asked.for_authlib()
        made.user = context
        try:
            # Our rules come first: Authlib puts what was sent into its own messages.
            check_authorization(asked.values, self.rules(asked.app), self.ledger)
            grant = self.get_authorization_grant(made)
            grant.validate_consent_request()
        except OAuth2Error as error:
            return self._back(asked, error)
        return None

    def authorize(self, asked: Asked, context: LaunchContext | None) -> Response:
        """The answer to a good request: a code in this context, or a refusal without one."""
        made = asked.for_authlib()
        try:
            grant = self.get_authorization_grant(made)
            redirect_uri = grant.validate_authorization_request()
            answer = grant.create_authorization_response(redirect_uri, context)
        except OAuth2Error as error:
            return self._back(asked, error)
        faults = faults_here(context.faults if context else frozenset())
        return self._signed(self.handle_response(*answer), faults)

    def refuse(self, error: OAuth2Error) -> Response:
        """An error of the token endpoint and its like."""
        return self.handle_response(*error())

    def _back(self, asked: Asked, error: OAuth2Error) -> Response:
        error.redirect_uri = asked.values["redirect_uri"]
        error.state = asked.values.get("state")
        return self._signed(self.handle_response(*error()), frozenset())

    def _signed(self, response: Response, faults: frozenset[str]) -> Response:
        """The redirect to the app, with the issuer where the mood names it."""
        named = conduct_here().mood.discovery.issuer_in_callback
        return faulty_callback(response, faults, here().auth if named else "")

    def _new_token(self, scope: str, include_refresh_token: bool, **_: Any) -> dict[str, Any]:
        tokens = conduct_here().mood.tokens
        token = {
            "access_token": token_urlsafe(32),
            "token_type": "Bearer",
            "expires_in": tokens.seconds,
            "scope": scope,
        }
        if include_refresh_token and any(each in scope.split() for each in _REFRESHING):
            token["refresh_token"] = token_urlsafe(32)
        return token

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Keep a new token, and add the launch context to the answer."""
        before: Grant | None = request.refresh_token
        context: LaunchContext = request.user or before.context  # type: ignore[union-attr]
        now, mood = self.ledger.now(), conduct_here().mood
        faults = faults_here(context.faults)
        is_born_dead = before is None and "expired-token" in faults
        self.ledger.keep(
            Grant(
                access_token=token["access_token"],
                client_id=request.client.client_id,
                scope=token["scope"],
                original_scope=before.original_scope if before else token["scope"],
                context=context,
                conduct=conduct_here(),
                family=before.family if before else request.authorization_code.code,
                issued=now,
                until=now if is_born_dead else now + mood.tokens.seconds,
                refresh_token=token.get("refresh_token", ""),
                refresh_until=before.refresh_until if before else now + REFRESH_SECONDS,
            )
        )
        if not mood.tokens.states_expiry:
            del token["expires_in"]
        said = {**mood.tokens.extra, **context.parameters(here().host)}
        if mood.tokens.tenant:
            said.setdefault("tenant", mood.tokens.tenant)
        known = mood.tokens.context
        token.update({n: value for n, value in said.items() if known is None or n in known})
        spoiled = dict(faulty_token(token, faults))
        token.clear()
        token.update(spoiled)
