"""What the authorisation server remembers: launches, codes, tokens. In memory, bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock
from typing import Generic, TypeVar

from sandbox.conduct import Conduct
from sandbox.smart.clients import RegisteredApp
from sandbox.smart.context import LaunchContext

CODE_SECONDS = 60
LAUNCH_SECONDS = 300
REFRESH_SECONDS = 12 * 3600
_MOST = 5000

V = TypeVar("V")


class Shelf(Generic[V]):
    """Values by a name nobody can guess; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: OrderedDict[str, V] = OrderedDict()

    def put(self, name: str, value: V) -> None:
        """Keep a value."""
        with self._lock:
            self._held[name] = value
            while len(self._held) > _MOST:
                self._held.popitem(last=False)

    def get(self, name: str | None) -> V | None:
        """The value of a name."""
        with self._lock:
            return self._held.get(name or "")

    def take(self, name: str | None) -> V | None:
        """The value of a name, which is forgotten: only one asker gets it."""
        with self._lock:
            return self._held.pop(name or "", None)

    def drop(self, condition: Callable[[V], bool]) -> None:
        """Forget every value of which this holds."""
        with self._lock:
            for name in [name for name, value in self._held.items() if condition(value)]:
                del self._held[name]

    def add_new(self, name: str, value: V) -> bool:
        """Keep a value unless the name is taken already; whether it was new."""
        with self._lock:
            if name in self._held:
                return False
            self._held[name] = value
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
            return True


@dataclass(frozen=True)
class Launch:
    """A launch from the EHR: for one app, good once, for a few minutes."""

    client_id: str
    context: LaunchContext
    conduct: str
    until: float


@dataclass(frozen=True)
class Code:
    """An authorization code and the request it answers."""

    code: str
    client_id: str
    redirect_uri: str
    scope: str
    code_challenge: str
    nonce: str | None
    context: LaunchContext
    conduct: Conduct
    until: float
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """See authlib's AuthorizationCodeMixin."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """See authlib's AuthorizationCodeMixin."""
        return self.scope

    def get_nonce(self) -> str | None:
        """See authlib's AuthorizationCodeMixin."""
        return self.nonce

    def get_auth_time(self) -> None:
        """auth_time is not offered."""

    def get_acr(self) -> None:
        """Nor is acr."""

    def get_amr(self) -> None:
        """Nor is amr."""


@dataclass(frozen=True)
class Grant:
    """An access token with what it allows, and the refresh token beside it.

    `family` is the code it all began with: when a code or a refresh token is used a second
    time, everything of its family ends.
    """

    access_token: str
    client_id: str
    scope: str
    original_scope: str
    context: LaunchContext
    conduct: Conduct
    family: str
    issued: float
    until: float
    refresh_token: str = ""
    refresh_until: float = 0.0
    nonce: str | None = None

    def get_scope(self) -> str:
        """See authlib's TokenMixin: what a refresh may ask for."""
        return self.original_scope

    def check_client(self, client: RegisteredApp) -> bool:
        """See authlib's TokenMixin."""
        return client.client_id == self.client_id

    def is_expired(self) -> bool:
        """See authlib's TokenMixin."""
        return time.time() >= self.until

    def is_revoked(self) -> bool:
        """A revoked token is not in the ledger any more."""
        return False


@dataclass
class Ledger:
    """All of it. `now` gives seconds since 1970."""

    now: Callable[[], float] = time.time
    launches: Shelf[Launch] = field(default_factory=Shelf)
    codes: Shelf[Code] = field(default_factory=Shelf)
    used_codes: Shelf[str] = field(default_factory=Shelf)
    grants: Shelf[Grant] = field(default_factory=Shelf)
    refreshes: Shelf[Grant] = field(default_factory=Shelf)
    used_refreshes: Shelf[str] = field(default_factory=Shelf)
    assertions: Shelf[bool] = field(default_factory=Shelf)
    nonces: Shelf[bool] = field(default_factory=Shelf)

    def launch(self, client_id: str, context: LaunchContext, conduct: str = "") -> str:
        """A new launch for an app at the FHIR base of a conduct; its opaque id."""
        name = token_urlsafe(32)
        until = self.now() + LAUNCH_SECONDS
        self.launches.put(name, Launch(client_id, context, conduct, until))
        return name

    def about(self, code: str | None, refresh_token: str | None) -> LaunchContext | None:
        """The context of a code or refresh token, which is not used up."""
        held = self.codes.get(code) or self.refreshes.get(refresh_token)
        return held.context if held else None

    def end_family(self, family: str) -> None:
        """Revoke every token that began with one code."""
        self.grants.drop(lambda grant: grant.family == family)
        self.refreshes.drop(lambda grant: grant.family == family)

    def keep(self, grant: Grant) -> None:
        """Keep a new token and the refresh token beside it."""
        self.grants.put(grant.access_token, grant)
        if grant.refresh_token:
            self.refreshes.put(grant.refresh_token, grant)

    def hook_grant(self, context: LaunchContext, scope: str, conduct: Conduct) -> Grant:
        """A token for one CDS Hooks call: short, without refresh."""
        token, now = token_urlsafe(32), self.now()
        grant = Grant(token, "cds-hooks", scope, scope, context, conduct, token, now, now + 300)
        self.keep(grant)
        return grant
