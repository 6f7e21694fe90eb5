"""Who signed in: the ID token, checked as OpenID Connect asks."""

from __future__ import annotations

import json
import re
import threading
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from smartapp.launch.problems import LaunchFailed
from smartapp.opened import User
from smartapp.outbound import get_json
from smartapp.registration import Ehr

# Signatures with a public key only: never `none`, never HS… with a key everybody can read.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512")
_SHORTEST_RSA = 2048
_SKEW = 60
_SECONDS_FRESH = 3600.0
_SECONDS_BETWEEN = 10.0
_MOST_BYTES = 512 * 1024
_MOST_TOKEN = 16 * 1024
# SMART 2.2 `fhirUser`: one of these five, absolute or relative to the FHIR base.
_USER = re.compile(
    r"(?:\A|/)(Practitioner|PractitionerRole|Patient|RelatedPerson|Person)/([A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/[^/]+)?\Z"
)
_NOT_CARE_TEAM = ("Patient", "RelatedPerson", "Person")
_LONGEST_NAME = 120


class Identity:
    """Checks ID tokens. Documents and keys of an issuer are kept for an hour."""

    def __init__(
        self,
        now: Callable[[], float],
        get: Callable[..., tuple[int, Any]] = get_json,
    ) -> None:
        self._now = now
        self._get = get
        self._lock = threading.Lock()
        self._documents: dict[str, tuple[float, dict[str, Any]]] = {}

    def user(self, token: str, ehr: Ehr, published: str, nonce: str) -> User:
        """The user an ID token names.

        `published` is the issuer of the EHR's smart-configuration, if there is one. Raises
        LaunchFailed with what did not hold.
        """
        try:
            claims = self._checked(token, ehr, published, nonce)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            detail = f"ID token: {error if type(error) is ValueError else type(error).__name__}"
            raise LaunchFailed("identity-failed", detail, ehr.site) from None
        except requests.RequestException as error:
            detail = f"keys of the ID token: {type(error).__name__}"
            raise LaunchFailed("identity-failed", detail, ehr.site) from None
        return _user(claims, ehr)

    def _checked(self, token: str, ehr: Ehr, published: str, nonce: str) -> dict[str, Any]:
        if not isinstance(token, str) or len(token) > _MOST_TOKEN or token.count(".") != 2:
            raise ValueError("not a signed token")
        issuer = _part(token, 1).get("iss")
        if not isinstance(issuer, str) or not _is_issuer(issuer, ehr, published):
            raise ValueError("its issuer is not one of this EHR")
        document = self._document(_openid(issuer), ehr)
        if document.get("issuer") != issuer:
            raise ValueError("the issuer's document names another issuer")
        algorithms = _algorithms(document)
        decoded = self._decoded(token, str(document.get("jwks_uri", "")), algorithms, ehr)
        _check_claims(decoded, ehr.smart.client_id, nonce, self._now())
        return decoded

    def _decoded(self, token: str, address: str, algorithms: list[str], ehr: Ehr) -> dict[str, Any]:
        kid = _part(token, 0).get("kid")
        keys = self._document(address, ehr)
        if kid is not None and kid not in _kids(keys):
            keys = self._document(address, ehr, anew=True)  # keys may have been rolled over
        usable = [key for key in keys.get("keys", []) if _may_verify(key, kid)]
        if not usable:
            raise ValueError("no key of this kid")
        for number, key in enumerate(usable, 1):
            try:
                key_set = KeySet.import_key_set({"keys": [key]})
                return dict(jwt.decode(token, key_set, algorithms=algorithms).claims)
            except JoseError:
                # Without a kid each key is tried; the last one's refusal counts.
                if number == len(usable):
                    raise
        raise ValueError("no key fits")

    def _document(self, address: str, ehr: Ehr, anew: bool = False) -> dict[str, Any]:
        if not ehr.may_use(address):
            raise ValueError("an address of the issuer is not https")
        with self._lock:
            held = self._documents.get(address)
        age = self._now() - held[0] if held else 0.0
        if held and age < (_SECONDS_BETWEEN if anew else _SECONDS_FRESH):
            return held[1]
        status, document = self._get(address, most_bytes=_MOST_BYTES)
        if status != requests.codes.ok or not isinstance(document, dict):
            raise ValueError(f"a document of the issuer answered {status}")
        with self._lock:
            self._documents[address] = (self._now(), document)
        return document


def _is_issuer(issuer: str, ehr: Ehr, published: str) -> bool:
    """Published, in the site's file, or on a host the EHR is known by (Oracle's has its path)."""
    named = issuer in (published, *ehr.smart.id_token_issuers) and ehr.may_use(issuer)
    return named or ehr.is_endpoint(issuer)


def _openid(issuer: str) -> str:
    return urljoin(f"{issuer.rstrip('/')}/", ".well-known/openid-configuration")


def _part(token: str, index: int) -> dict[str, Any]:
    """Header or claims as sent, not yet believed."""
    text = token.split(".")[index]
    value = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(value, dict):
        raise ValueError("not a signed token")
    return value


def _algorithms(document: dict[str, Any]) -> list[str]:
    listed = document.get("id_token_signing_alg_values_supported")
    named = listed if isinstance(listed, list) else ["RS256"]
    return [each for each in _ALGORITHMS if each in named]


def _kids(keys: dict[str, Any]) -> list[Any]:
    listed = keys.get("keys")
    return [key.get("kid") for key in listed if isinstance(key, dict)] if listed else []


def _may_verify(key: Any, kid: Any) -> bool:
    return (
        isinstance(key, dict)
        and (key.get("kty") == "EC" or _is_long_rsa(key))
        and key.get("use", "sig") == "sig"
        and (kid is None or key.get("kid") == kid)
    )


def _is_long_rsa(key: dict[str, Any]) -> bool:
    """RFC 7518 section 3.3: 2048 bits or more."""
    modulus = key.get("n")
    if key.get("kty") != "RSA" or not isinstance(modulus, str):
        return False
    raw = urlsafe_b64decode(modulus + "=" * (-len(modulus) % 4))
    return int.from_bytes(raw, "big").bit_length() >= _SHORTEST_RSA


def _check_claims(claims: dict[str, Any], client_id: str, nonce: str, now: float) -> None:
    """OpenID Connect Core 3.1.3.7: audience, authorised party, times, nonce."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences:
        raise ValueError("its audience is another client")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise ValueError("its authorised party is another client")
    for name in ("exp", "iat"):
        if isinstance(claims.get(name), bool) or not isinstance(claims.get(name), int | float):
            raise ValueError(f"it has no {name}")
    if claims["exp"] <= now - _SKEW:
        raise ValueError("it has expired")
    if claims["iat"] > now + _SKEW:
        raise ValueError("it was made in the future")
    if claims.get("nonce") != nonce:
        raise ValueError("its nonce is not that of this launch")


def _user(claims: dict[str, Any], ehr: Ehr) -> User:
    """The type and reference of `fhirUser`, which is never fetched, so no token leaves for it.

    A user of another server is nobody here: somebody else may have the same id in this EHR.
    """
    said = claims.get("fhirUser", claims.get("profile"))
    stated = said if isinstance(said, str) else ""
    found = _USER.search(stated)
    if found is not None and found[1] in _NOT_CARE_TEAM:
        raise LaunchFailed("not-for-patients", site=ehr.site)
    name = claims.get("name")
    display = " ".join(name.split())[:_LONGEST_NAME] if isinstance(name, str) else ""
    if found is None:
        return User("", display)
    is_here = stated[: found.start()] in ("", ehr.base)
    return User(found[1], display, f"{found[1]}/{found[2]}" if is_here else "")
