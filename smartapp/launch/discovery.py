"""Discovery: where an EHR signs people in, from its own documents, key by key."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

import requests
from msgspec import Struct

from smartapp.launch.problems import LaunchFailed
from smartapp.outbound import get_json
from smartapp.registration import Ehr

_SECONDS_FRESH = 3600.0
_SECONDS = 4.0
_MOST_BYTES = 512 * 1024
_OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_MOST_ITEMS = 1000
_FILE = "the site's file"


class Endpoints(Struct, frozen=True):
    """What we take from an EHR's documents, and nothing else of them.

    `found_in` says which document it was. `says_iss`: its answers carry `iss` (RFC 9207).
    """

    authorize: str
    token: str
    revoke: str = ""
    issuer: str = ""
    capabilities: frozenset[str] = frozenset()
    auth_methods: frozenset[str] = frozenset()
    algorithms: frozenset[str] = frozenset()
    challenge_methods: frozenset[str] = frozenset()
    says_iss: bool = False
    found_in: str = ""


class Discovery:
    """The endpoints of registered EHRs, kept for an hour."""

    def __init__(
        self,
        now: Callable[[], float],
        get: Callable[..., tuple[int, Any]] = get_json,
    ) -> None:
        self._now = now
        self._get = get
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Endpoints]] = {}

    def endpoints(self, ehr: Ehr) -> Endpoints:
        """Where this EHR signs people in.

        Raises LaunchFailed when no document tells, or when one names an unsafe address.
        """
        with self._lock:
            held = self._known.get(ehr.site)
        if held and held[0] > self._now():
            return held[1]
        found = self._from_configuration(ehr) or self._from_capabilities(ehr) or _from_file(ehr)
        if found is None:
            raise LaunchFailed("discovery-failed", "no document names the endpoints", ehr.site)
        for address in (found.authorize, found.token, found.revoke):
            if address and not ehr.may_use(address):
                raise LaunchFailed("discovery-unsafe", f"{found.found_in}: not https", ehr.site)
            if address and found.found_in != _FILE and not ehr.is_endpoint(address):
                words = f"{found.found_in}: an endpoint's host is not in smart.endpoint_hosts"
                raise LaunchFailed("discovery-unsafe", words, ehr.site)
        with self._lock:
            self._known[ehr.site] = (self._now() + _SECONDS_FRESH, found)
        return found

    def _from_configuration(self, ehr: Ehr) -> Endpoints | None:
        """SMART 2.2 "Discovery": the well-known path comes after the FHIR base path."""
        standard = f"{ehr.base}/.well-known/smart-configuration"
        document = self._document(ehr.smart.configuration_url or standard)
        if document is None:
            return None
        authorize = _address(document, "authorization_endpoint", ehr.base)
        token = _address(document, "token_endpoint", ehr.base)
        if not authorize or not token:
            return None
        return Endpoints(
            authorize,
            token,
            revoke=_address(document, "revocation_endpoint", ehr.base),
            issuer=_text(document, "issuer"),
            capabilities=_texts(document, "capabilities"),
            auth_methods=_texts(document, "token_endpoint_auth_methods_supported"),
            algorithms=_texts(document, "token_endpoint_auth_signing_alg_values_supported"),
            challenge_methods=_texts(document, "code_challenge_methods_supported"),
            says_iss=document.get("authorization_response_iss_parameter_supported") is True,
            found_in="smart-configuration",
        )

    def _from_capabilities(self, ehr: Ehr) -> Endpoints | None:
        """The `oauth-uris` extension: deprecated, and still all that some servers have."""
        document = self._document(f"{ehr.base}/metadata", Accept="application/fhir+json")
        named: dict[str, str] = {}
        for rest in _items(document, "rest"):
            for extension in _items(rest.get("security"), "extension"):
                if extension.get("url") == _OAUTH_URIS:
                    named |= {
                        _text(part, "url"): _address(part, "valueUri", ehr.base)
                        for part in _items(extension, "extension")
                    }
        if not named.get("authorize") or not named.get("token"):
            return None
        return Endpoints(
            named["authorize"],
            named["token"],
            revoke=named.get("revoke", ""),
            found_in="CapabilityStatement",
        )

    def _document(self, address: str, **headers: str) -> dict[str, Any] | None:
        try:
            status, document = self._get(
                address, seconds=_SECONDS, most_bytes=_MOST_BYTES, headers=headers
            )
        except requests.RequestException:
            return None
        return document if status == requests.codes.ok and isinstance(document, dict) else None


def _from_file(ehr: Ehr) -> Endpoints | None:
    smart = ehr.smart
    if not smart.authorize_endpoint:
        return None
    return Endpoints(smart.authorize_endpoint, smart.token_endpoint, found_in=_FILE)


def _items(value: Any, name: str) -> list[dict[str, Any]]:
    found = value.get(name) if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _texts(document: Mapping[str, Any], name: str) -> frozenset[str]:
    value = document.get(name)
    if not isinstance(value, list):
        return frozenset()
    return frozenset(each for each in value[:_MOST_ITEMS] if isinstance(each, str))


def _address(document: Mapping[str, Any], name: str, base: str) -> str:
    """An address, resolved against the FHIR base when relative; empty when there is none."""
    value = _text(document, name)
    try:
        return urljoin(f"{base}/", value) if value else ""
    except ValueError:
        return ""
