"""Sessions: an attempt to launch until it comes back, then one session for each launch."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from typing import TypeVar

import msgspec
from msgspec import Struct

from smartapp.launch.context import Context, Tokens
from smartapp.launch.discovery import Endpoints
from smartapp.launch.problems import LaunchFailed
from smartapp.launch.steps import Step
from smartapp.opened import User
from smartapp.sessions.store import Store
from smartapp.sessions.vault import Sealed, Vault

T = TypeVar("T")
# Long enough to sign in with a second factor.
_SECONDS_TO_COME_BACK = 600
_SECONDS_OF_A_SESSION = 8 * 3600
# What is over is swept out with one launch in so many.
_SWEEP = 20


class Attempt(Struct, frozen=True):
    """A launch under way: all that the callback must agree with."""

    site: str
    iss: str
    from_ehr: bool
    browser: str
    verifier: str
    nonce: str
    scopes: tuple[str, ...]
    endpoints: Endpoints
    reference: str
    steps: tuple[Step, ...] = ()


class Session(Struct, frozen=True):
    """An opened launch. `drafts`: digest of a draft sent → the reference it got.

    `kept`: what a page holds while it is being typed, by the page's name for it. `readings`: how
    often the chart was to be read anew, so that every process does.
    """

    site: str
    iss: str
    browser: str
    tokens: Tokens
    context: Context
    user: User
    endpoints: Endpoints
    reference: str
    ends_at: float
    steps: tuple[Step, ...] = ()
    drafts: dict[str, str] = {}
    kept: dict[str, str] = {}
    readings: int = 0


class Held(Struct, frozen=True):
    """A session as kept: its id in the path, and the version that a change must start from."""

    launch: str
    session: Session
    version: int


class Sessions:
    """Begins, finishes, finds and ends launches. Each belongs to the browser it began in."""

    def __init__(self, store: Store, vault: Vault, now: Callable[[], float]) -> None:
        self._store = store
        self._vault = vault
        self.now = now

    def begin(self, attempt: Attempt) -> str:
        """Keep an attempt; the `state` that leads back to it, good once."""
        if secrets.randbelow(_SWEEP) == 0:
            self._store.purge(self.now())
        state = _new_id()
        body = self._vault.seal(msgspec.json.encode(attempt))
        self._store.put(_key("state", state), body, self.now() + _SECONDS_TO_COME_BACK)
        return state

    def come_back(self, state: str, *browsers: str | None) -> Attempt:
        """The attempt of a state, which is then used up, whoever showed it.

        `browsers` are the marks in the browser's cookies, None for one that did not come: one of
        them must be that of the attempt. Raises LaunchFailed.
        """
        body = self._store.take(_key("state", state), self.now())
        attempt = self._read(body, Attempt)
        if attempt is None:
            raise LaunchFailed("state-unknown", "no attempt of this state")
        shown = [mark(browser) for browser in browsers if browser]
        if not shown:
            raise LaunchFailed("no-cookie", "no cookie came back", attempt.site)
        if not any(compare_digest(attempt.browser, each) for each in shown):
            raise LaunchFailed("other-browser", "the cookie is another browser's", attempt.site)
        return attempt

    def open(self, session: Session) -> str:
        """Keep a session; its new random id, which the attempt did not know."""
        launch = _new_id()
        body = self._vault.seal(msgspec.json.encode(session))
        self._store.put(_key("launch", launch), body, session.ends_at)
        return launch

    def find(self, launch: str, browser: str | None) -> Held:
        """The session of a path, for the browser it belongs to. Raises LaunchFailed."""
        held = self.look(launch)
        if held is None:
            raise LaunchFailed("launch-over", "no session of this id")
        if browser is None or not compare_digest(held.session.browser, mark(browser)):
            raise LaunchFailed("launch-over", "the cookie does not fit", held.session.site)
        return held

    def look(self, launch: str) -> Held | None:
        """The session of an id as it is now, without asking whose it is."""
        kept = self._store.get(_key("launch", launch), self.now())
        session = self._read(kept.body, Session) if kept else None
        return Held(launch, session, kept.version) if kept and session else None

    def change(self, held: Held, session: Session) -> bool:
        """Keep a changed session, unless somebody changed it in between; whether it was kept."""
        body = self._vault.seal(msgspec.json.encode(session))
        key = _key("launch", held.launch)
        return self._store.replace(key, body, held.version, session.ends_at)

    def lease(self, held: Held, seconds: float) -> bool:
        """Become the one who renews its tokens."""
        return self._store.lease(_key("launch", held.launch), held.version, self.now(), seconds)

    def release(self, held: Held) -> None:
        """Let another one renew."""
        self._store.release(_key("launch", held.launch))

    def end(self, launch: str) -> None:
        """Forget a session with its tokens."""
        self._store.remove(_key("launch", launch))

    def ends_at(self) -> float:
        """When a session that begins now ends, whatever happens."""
        return self.now() + _SECONDS_OF_A_SESSION

    def _read(self, body: bytes | None, kind: type[T]) -> T | None:
        """What was kept; None too when its keys are gone or it is of another release."""
        if body is None:
            return None
        try:
            return msgspec.json.decode(self._vault.open(body), type=kind)
        except (Sealed, msgspec.DecodeError):
            return None


def mark(browser: str) -> str:
    """What is kept of a browser's secret: enough to know it again."""
    return sha256(f"browser:{browser}".encode()).hexdigest()


def new_browser() -> str:
    """A secret for the cookie of a browser."""
    return _new_id()


def _new_id() -> str:
    return secrets.token_urlsafe(32)


def _key(kind: str, identifier: str) -> str:
    return sha256(f"{kind}:{identifier}".encode()).hexdigest()
