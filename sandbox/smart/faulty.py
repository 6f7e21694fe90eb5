"""The faults of discovery, authorization and tokens: what each does to a good answer."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response
from joserfc import jws, jwt

from sandbox.addresses import Addresses
from sandbox.smart.keys import EhrKeys
from sandbox.words import text

# TEST-NET-1 (RFC 5737): nobody is there.
ELSEWHERE = "http://192.0.2.1"
SCRIPT = "<script>alert('from the EHR')</script>"


def faulty_configuration(document: dict[str, Any], at: Addresses) -> dict[str, Any]:
    """smart-configuration as the faults of an address have it."""
    faults = at.conduct.faults
    if "hostile-configuration" in faults:
        settings = {
            "code_challenge_method": "",
            "scope": "patient/*.cruds user/*.cruds",
            "client_id": "somebody-else",
            "redirect_uri": f"{ELSEWHERE}/callback",
            "token_endpoint_auth_method": "none",
        }
        document = {**document, **settings, "code_challenge_methods_supported": ["plain"]}
    if "foreign-endpoints" in faults:
        document = {**document, "token_endpoint": f"{ELSEWHERE}/token"}
    return document


def faulty_callback(response: Response, faults: frozenset[str], issuer: str) -> Response:
    """The redirect back to the app; `issuer` is added as RFC 9207 wants it, unless empty."""
    parts = urlsplit(response.headers["Location"])
    said = dict(parse_qsl(parts.query, keep_blank_values=True))
    if issuer:
        said["iss"] = issuer
    if "denied" in faults:
        said = {"error": "access_denied", "error_description": SCRIPT, "state": said["state"]}
    if "wrong-state" in faults:
        said["state"] = "not-the-state-that-was-sent"
    if "no-state" in faults:
        said.pop("state", None)
    if "foreign-issuer" in faults:
        said["iss"] = f"{ELSEWHERE}/auth"
    response.headers["Location"] = urlunsplit(parts._replace(query=urlencode(said)))
    return response


def faulty_token(token: dict[str, Any], faults: frozenset[str]) -> dict[str, Any]:
    """A token response."""
    if "no-patient" in faults:
        token = {name: value for name, value in token.items() if name != "patient"}
    if "no-expiry" in faults:
        token = {n: value for n, value in token.items() if n not in ("expires_in", "scope")}
    if "odd-types" in faults:
        odd = {"expires_in": str(token.get("expires_in", 3600)), "token_type": "bearer"}
        token = {**token, **odd, "fhirContext": ["DiagnosticReport/1"]}
    if "wrong-token-type" in faults:
        token = {**token, "token_type": "mac"}
    return token


def faulty_id_token(good: str, faults: frozenset[str], keys: EhrKeys) -> str:
    """An ID token; the good one comes back untouched when no fault speaks of it."""
    claims = json.loads(jws.extract_compact(good.encode()).payload)
    spoiled = {**claims, **_claims(claims, faults)}
    if "unsigned-id-token" in faults:
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(spoiled)}."
    if spoiled == claims and "wrong-key" not in faults:
        return good
    key = keys.stranger if "wrong-key" in faults else keys.id_token
    header = {"alg": "RS256", "kid": keys.id_token.kid, "typ": "JWT"}
    return jwt.encode(header, spoiled, key, algorithms=["RS256"])


def _claims(claims: dict[str, Any], faults: frozenset[str]) -> dict[str, Any]:
    now = int(time.time())
    spoiled: dict[str, dict[str, Any]] = {
        "wrong-nonce": {"nonce": "not-the-nonce-that-was-sent"},
        "wrong-audience": {"aud": "somebody-else"},
        "old-id-token": {"iat": now - 7200, "exp": now - 3600},
        "foreign-user": {"fhirUser": f"{ELSEWHERE}/fhir/Practitioner/1"},
        "relative-user": {"fhirUser": text(claims.get("fhirUser")).rpartition("/fhir/")[2]},
    }
    changed: dict[str, Any] = {}
    for name in faults & spoiled.keys():
        changed.update(spoiled[name])
    return changed


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
