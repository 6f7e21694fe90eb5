"""How we prove who we are at a token endpoint: a signed assertion, a secret, or by id alone."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

from joserfc import jwt

from smartapp.launch.client_keys import ClientKey, ClientKeys
from smartapp.launch.discovery import Endpoints
from smartapp.launch.problems import LaunchFailed
from smartapp.registration import Ehr

# SMART 2.2 "Asymmetric authentication": at most five minutes; less leaves room for clocks.
ASSERTION_SECONDS = 240
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_Parts = tuple[str, dict[str, str], str]


def method_of(ehr: Ehr, endpoints: Endpoints) -> str:
    """asymmetric, basic or public: as registered, or by what the EHR offers."""
    if ehr.smart.auth != "auto":
        return ehr.smart.auth
    offered = endpoints.auth_methods
    return "asymmetric" if not offered or "private_key_jwt" in offered else "public"


def algorithm_of(ehr: Ehr, endpoints: Endpoints) -> str:
    """ES384 unless registered otherwise, or the EHR lists RS384 without it."""
    if ehr.smart.algorithm != "auto":
        return ehr.smart.algorithm
    listed = endpoints.algorithms
    return "RS384" if "RS384" in listed and "ES384" not in listed else "ES384"


def client_auth(
    ehr: Ehr, endpoints: Endpoints, keys: Callable[[], ClientKeys], now: Callable[[], float]
) -> Callable[..., _Parts]:
    """What signs a token request, as Authlib calls it: (client, method, uri, headers, body)."""
    algorithm = algorithm_of(ehr, endpoints)

    def asymmetric(_: Any, __: str, uri: str, headers: dict[str, str], body: str) -> _Parts:
        # Made anew for each request: an assertion is good once (Authlib's own repeats its jti).
        # Its audience is the token endpoint, also where a token is given back.
        signed = assertion(ehr, keys().signing(algorithm, now()), now(), endpoints.token)
        added = [("client_assertion_type", _ASSERTION_TYPE), ("client_assertion", signed)]
        return uri, headers, _with(body, [*_id(ehr), *added])

    def basic(_: Any, __: str, uri: str, headers: dict[str, str], body: str) -> _Parts:
        headers["Authorization"] = f"Basic {basic_credentials(ehr)}"
        return uri, headers, _with(body, _id(ehr))

    def public(_: Any, __: str, uri: str, headers: dict[str, str], body: str) -> _Parts:
        return uri, headers, _with(body, [("client_id", ehr.smart.client_id)])

    methods = {"asymmetric": asymmetric, "basic": basic, "public": public}
    return methods[method_of(ehr, endpoints)]


def _with(body: str, parameters: list[tuple[str, str]]) -> str:
    return "&".join(part for part in (body, urlencode(parameters)) if part)


def _id(ehr: Ehr) -> list[tuple[str, str]]:
    """Confidential clients leave their id out of the body, but where an EHR wants it."""
    return [("client_id", ehr.smart.client_id)] if ehr.smart.send_client_id else []


def basic_credentials(ehr: Ehr) -> str:
    """`id:secret` in base64: each form-encoded first (RFC 6749 section 2.3.1), or as it is."""
    parts = (ehr.smart.client_id, ehr.secret)
    if ehr.smart.encode_secret:
        parts = (quote_plus(parts[0]), quote_plus(parts[1]))
    return b64encode(":".join(parts).encode()).decode("ascii")


def assertion(ehr: Ehr, key: ClientKey | None, now: float, audience: str) -> str:
    """A signed statement that we are this client, good once, at this address, for 240 s.

    Raises LaunchFailed without a key.
    """
    if key is None:
        raise LaunchFailed("client-refused", "no key may sign: run `oncocue keys make`", ehr.site)
    header = {"alg": key.algorithm, "kid": key.kid, "typ": "JWT"}
    if ehr.smart.send_jku:
        header["jku"] = ehr.jwks_url
    claims = {
        "iss": ehr.smart.client_id,
        "sub": ehr.smart.client_id,
        "aud": audience,
        "iat": int(now),
        "exp": int(now) + ASSERTION_SECONDS,
        "jti": str(uuid4()),
    }
    return jwt.encode(header, claims, key.key, algorithms=[key.algorithm])
