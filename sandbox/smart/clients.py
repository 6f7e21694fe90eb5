"""The apps registered with this EHR: fixed addresses, one way to prove who they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import compare_digest
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.oauth2.rfc6749 import ClientMixin, InvalidClientError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

METHODS = ("none", "client_secret_basic", "client_secret_post", "private_key_jwt")
_SECONDS = (2, 5)
_ALL_SCOPES = (
    "launch launch/patient launch/encounter openid fhirUser profile online_access offline_access "
    "patient/*.cruds user/*.cruds"
)


class BadRegistration(ValueError):
    """A registration this EHR does not take; the message says why."""


@dataclass(frozen=True)
class RegisteredApp(ClientMixin):
    """An app's registration. `keys_at` is the address of its JWKS, `keys` a JWKS on file.

    `public_without_keys`: as long as no key is served at `keys_at`, it is a public client.
    """

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    launch_url: str = ""
    method: str = "none"
    secret: str = ""
    keys_at: str = ""
    keys: Any = None
    scope: str = _ALL_SCOPES
    public_without_keys: bool = False

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise BadRegistration(f"{self.method} is not one of {', '.join(METHODS)}.")
        # SMART App Launch 2.2, "Register App with EHR": fixed, fully specified addresses
        for address in (*self.redirect_uris, *([self.launch_url] if self.launch_url else [])):
            parts = urlsplit(address)
            if parts.scheme not in ("http", "https") or not parts.netloc or "*" in address:
                raise BadRegistration(f"{address} is not a fully specified address.")

    @property
    def origins(self) -> tuple[str, ...]:
        """The web origins of its pages."""
        addresses = (*self.redirect_uris, self.launch_url)
        parts = [urlsplit(address) for address in addresses if address]
        return tuple(dict.fromkeys(f"{each.scheme}://{each.netloc}" for each in parts))

    def key_set(self) -> KeySet:
        """Its public keys, fetched when they are at an address. Raises InvalidClientError."""
        document = self.keys or self._fetch()
        try:
            return KeySet.import_key_set(document)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidClientError(description="The client has no usable key set.") from error

    def _fetch(self) -> Any:
        # Fetched anew each time: a sandbox is asked seldom, and a rotated key works at once.
        try:
            with requests.Session() as session:
                session.trust_env = False
                reply = session.get(self.keys_at, timeout=_SECONDS, allow_redirects=False)
                return reply.json() if reply.status_code == requests.codes.ok else None
        except (requests.RequestException, ValueError):
            return None

    def get_client_id(self) -> str:
        """See ClientMixin."""
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """None: SMART asks for redirect_uri in every request."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str:
        """What was granted already; narrowing is done once, by ScopeRules."""
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Character for character."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Without telling by time how much of it was right."""
        return bool(self.secret) and compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """The one registered method, at every endpoint."""
        if method == "none" and self.public_without_keys:
            return not (self._fetch() or {}).get("keys")
        return method == self.method

    def check_response_type(self, response_type: str) -> bool:
        """The code flow alone."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes and what refreshes them."""
        return grant_type in ("authorization_code", "refresh_token")


class Registry:
    """The registered apps by client id. Safe for several threads."""

    def __init__(self, apps: Iterable[RegisteredApp] = ()) -> None:
        self._lock = Lock()
        self._apps: dict[str, RegisteredApp] = {}
        for app in apps:
            self.register(app)

    def register(self, app: RegisteredApp) -> None:
        """Add an app, or replace the one with this client id."""
        with self._lock:
            self._apps[app.client_id] = app

    def find(self, client_id: str | None) -> RegisteredApp | None:
        """The app of a client id."""
        with self._lock:
            return self._apps.get(client_id or "")

    def launched_at(self, address: str) -> RegisteredApp | None:
        """The app with this launch URL."""
        return next((app for app in self.all() if app.launch_url == address and address), None)

    def all(self) -> tuple[RegisteredApp, ...]:
        """Every app, in the order of registration."""
        with self._lock:
            return tuple(self._apps.values())

    @property
    def origins(self) -> tuple[str, ...]:
        """The web origins of all apps."""
        return tuple(dict.fromkeys(origin for app in self.all() for origin in app.origins))
