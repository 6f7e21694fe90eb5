"""The discovery documents: SMART's and OpenID Connect's."""

from __future__ import annotations

from typing import Any

from sandbox.addresses import Addresses
from sandbox.conduct.mood import Mood
from sandbox.smart.assertion import ALGORITHMS
from sandbox.smart.scopes import PLAIN_SCOPES

OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"


def smart_configuration(at: Addresses, kinds: tuple[str, ...]) -> dict[str, Any]:
    """`.well-known/smart-configuration` (SMART App Launch 2.2, "Conformance")."""
    mood = at.conduct.mood
    says, tokens = mood.discovery, mood.tokens
    # Relative addresses are resolved against the FHIR base (I#379).
    auth = "../auth" if says.relative else at.auth
    document: dict[str, Any] = {
        "issuer": at.auth,
        "jwks_uri": f"{auth}/jwks",
        "authorization_endpoint": f"{auth}/authorize",
        "token_endpoint": f"{auth}/token",
        "token_endpoint_auth_methods_supported": [m for m in tokens.methods if m != "none"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "response_types_supported": ["code"],
        "capabilities": list(says.capabilities),
    }
    if says.states_pkce:
        document["code_challenge_methods_supported"] = ["S256"]
    if says.states_scopes:
        document["scopes_supported"] = list(says.scopes) or supported_scopes(at, kinds)
    if says.issuer_in_callback:
        document["authorization_response_iss_parameter_supported"] = True
    if says.revocation:
        document["revocation_endpoint"] = f"{auth}/revoke"
    if says.introspection:
        document["introspection_endpoint"] = f"{auth}/introspect"
    return document


def supported_scopes(at: Addresses, kinds: tuple[str, ...]) -> list[str]:
    """Every scope in the grammars of the mood."""
    mood = at.conduct.mood
    suffixes = {"v1": ("read",), "v2": ("rs", "cruds")}
    offered = [kind for kind in kinds if mood.searching(kind).is_offered]
    ends = [suffix for grammar in mood.tokens.grammars for suffix in suffixes[grammar]]
    named = [f"{who}/{kind}" for who in ("patient", "user") for kind in offered]
    return [*plain_scopes(mood), *(f"{name}.{end}" for name in named for end in ends)]


def plain_scopes(mood: Mood) -> tuple[str, ...]:
    """The scopes of a mood that are not about resources."""
    known = PLAIN_SCOPES if mood.tokens.plain is None else mood.tokens.plain
    return tuple(s for s in known if s != "online_access" or mood.tokens.online)


def openid_configuration(at: Addresses) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, for the issuer of ID tokens."""
    return {
        "issuer": at.id_token_issuer,
        "authorization_endpoint": f"{at.auth}/authorize",
        "token_endpoint": at.token,
        "jwks_uri": f"{at.auth}/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "fhirUser", "profile"],
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "nonce", "fhirUser"],
    }


def oauth_uris(at: Addresses) -> dict[str, Any]:
    """The deprecated extension of the CapabilityStatement that Epic still serves."""
    places = {
        "authorize": f"{at.auth}/authorize",
        "token": at.token,
        **({"revoke": f"{at.auth}/revoke"} if at.conduct.mood.discovery.revocation else {}),
    }
    parts = [{"url": name, "valueUri": address} for name, address in places.items()]
    return {"url": OAUTH_URIS, "extension": parts}
