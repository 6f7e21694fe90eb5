"""Verifying a caller: cheap refusals first, then the signature once, then the first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry
from msgspec import Struct

from cds_hooks.client import Client
from cds_hooks.trust.keys import Keys
from cds_hooks.trust.refusal import Cause, Untrusted
from cds_hooks.trust.replay import Replays, token_id
from cds_hooks.trust.site import ALGORITHMS, Site
from cds_hooks.trust.token import MOST_CHARACTERS, Token, read_token


class Registry(JWSRegistry):
    """Takes headers as long as we do: certificate chains in them are long, and ignored."""

    max_header_length = MOST_CHARACTERS


_REGISTRIES = {each: Registry(algorithms=[each], strict_check_header=False) for each in ALGORITHMS}


class TrustedSite(Struct, frozen=True):
    """A site with its keys and the client its calls are answered as."""

    site: Site
    keys: Keys
    client: Client


class SignedCallers:
    """Callers that prove who they are by a signed token, as CDS Hooks 2.0 asks.

    `public_url` is where callers reach us; `now` gives seconds since 1970.
    """

    def __init__(
        self,
        trusted: Iterable[TrustedSite],
        public_url: str,
        replays: Replays,
        now: Callable[[], float],
    ) -> None:
        self._by_tenant = {
            (each.site.issuer, tenant): each
            for each in trusted
            for tenant in each.site.tenants or (None,)
        }
        self._issuers = {issuer for issuer, _ in self._by_tenant}
        self._public_url = public_url.rstrip("/")
        self._replays = replays
        self._now = now

    def verify(self, authorization: str | None, path: str) -> Client:
        """The client whose site signed the token of a call of `path`, which is now used up."""
        token = read_token(authorization)
        trusted = self._of_issuer(token)
        try:
            self._check(token, trusted, path)
        except Untrusted as refused:
            raise Untrusted(refused.cause, trusted.site.name) from None
        return trusted.client

    def _of_issuer(self, token: Token) -> TrustedSite:
        claims = token.claims
        trusted = self._by_tenant.get((claims.iss, None)) or self._by_tenant.get(
            (claims.iss, claims.tenant)
        )
        if trusted is None:
            raise Untrusted(Cause.TENANT if claims.iss in self._issuers else Cause.ISSUER)
        return trusted

    def _check(self, token: Token, trusted: TrustedSite, path: str) -> None:
        site, claims, now = trusted.site, token.claims, self._now()
        if token.header.alg not in site.algorithms:
            raise Untrusted(Cause.ALGORITHM)
        ours = (*site.audiences, self._public_url + path)
        if not any(audience in ours for audience in claims.audiences):
            raise Untrusted(Cause.AUDIENCE)
        _check_times(token, site, now)
        key = trusted.keys.find(token.header.kid, token.header.alg, token.header.jku)
        if key is None:
            raise Untrusted(Cause.KEY)
        _check_signature(token, key)
        until = claims.exp + site.skew_seconds
        if not self._replays.is_first(token_id(claims.iss, claims.jti), until, now):
            raise Untrusted(Cause.REPLAY)


def _check_times(token: Token, site: Site, now: float) -> None:
    claims = token.claims
    if claims.exp + site.skew_seconds <= now:
        raise Untrusted(Cause.EXPIRED)
    if max(claims.iat, claims.nbf or claims.iat) > now + site.skew_seconds:
        raise Untrusted(Cause.EARLY)
    if not 0 < claims.exp - claims.iat <= site.lifetime_seconds:
        raise Untrusted(Cause.LIFETIME)


def _check_signature(token: Token, key: Key) -> None:
    try:
        jws.deserialize_compact(token.compact, key, registry=_REGISTRIES[token.header.alg])
    except (JoseError, ValueError):
        raise Untrusted(Cause.SIGNATURE) from None
