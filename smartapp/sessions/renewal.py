"""Renewing tokens: of all requests that find a token old, in all processes, one renews it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from smartapp.launch.context import Tokens, tokens_of
from smartapp.launch.oauth import OAuth
from smartapp.launch.problems import LaunchFailed
from smartapp.sessions.session import Held, Session, Sessions

_SECONDS_BEFORE_END = 30.0
_SECONDS_OF_A_LEASE = 15.0
_SECONDS_BETWEEN_LOOKS = 0.05
_LOCKS = 64


class Renewal:
    """Gives tokens that are fresh. A refresh token is used once, by one."""

    def __init__(
        self,
        sessions: Sessions,
        oauth_of: Callable[[Session], OAuth],
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sessions = sessions
        self._oauth_of = oauth_of
        self._wait = wait
        # Within this process requests queue here, so that they do not all watch the store.
        self._locks = [threading.Lock() for _ in range(_LOCKS)]

    def fresh(self, held: Held) -> Held:
        """The session with a token that lives a while yet. Raises LaunchFailed."""
        if held.session.tokens.expires_at - self._sessions.now() > _SECONDS_BEFORE_END:
            return held
        if not held.session.tokens.refresh:
            if held.session.tokens.expires_at > self._sessions.now():
                return held
            raise self._over(held, "the token has expired and there is no refresh token")
        return self.renewed(held)

    def renewed(self, held: Held) -> Held:
        """The session with other tokens than these: renewed here, or by somebody else."""
        with self._locks[hash(held.launch) % _LOCKS]:
            deadline = self._sessions.now() + _SECONDS_OF_A_LEASE
            while True:
                now = self._sessions.look(held.launch)
                if now is None:
                    # Another request of the same page was told so first.
                    raise LaunchFailed("access-over", "ended meanwhile", held.session.site)
                if now.session.tokens != held.session.tokens:
                    return now
                if not now.session.tokens.refresh:
                    raise self._over(now, "there is no refresh token")
                if self._sessions.lease(now, _SECONDS_OF_A_LEASE):
                    return self._renew(now)
                if self._sessions.now() > deadline:
                    raise LaunchFailed("token-unreachable", "renewal hangs", held.session.site)
                self._wait(_SECONDS_BETWEEN_LOOKS)

    def _renew(self, held: Held) -> Held:
        tokens = held.session.tokens
        try:
            response = self._oauth_of(held.session).refresh(tokens.refresh)
            renewed = tokens_of(response, tokens.scope, self._sessions.now(), tokens)
        except LaunchFailed as failed:
            if failed.problem.code == "access-over":
                raise self._over(held, failed.detail) from None
            self._sessions.release(held)
            raise
        except ValueError as error:
            self._sessions.release(held)
            raise LaunchFailed("token-unusable", str(error), held.session.site) from None
        return self._kept(held, renewed)

    def _kept(self, held: Held, tokens: Tokens) -> Held:
        """Keep the new tokens; a draft noted meanwhile must not make them be lost."""
        current: Held | None = held
        while current is not None:
            session = msgspec.structs.replace(current.session, tokens=tokens)
            if self._sessions.change(current, session):
                return Held(held.launch, session, current.version + 1)
            current = self._sessions.look(held.launch)
        raise LaunchFailed("launch-over", "ended meanwhile", held.session.site)

    def _over(self, held: Held, detail: str) -> LaunchFailed:
        self._sessions.end(held.launch)
        return LaunchFailed("access-over", detail, held.session.site)
