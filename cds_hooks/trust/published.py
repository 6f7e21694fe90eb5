"""Keys at an address: fetched aside, kept through outages, asked anew with back-off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import requests
import structlog
from joserfc.jwk import Key

from cds_hooks.trust.keys import KeyIndex, KeysFault, read_key_set

_LOG = structlog.get_logger("cds_hooks.trust")
_MOST_BYTES = 256 * 1024
_TIMEOUTS = (1.0, 2.0)
_SECONDS_FRESH = 600.0
_SECONDS_BETWEEN = 10.0
_LONGEST_PAUSE = 300.0
_SECONDS_TO_WAIT = 0.3


def fetch_key_set(address: str) -> bytes:
    """The body at a configured address. Raises KeysFault; redirects are not followed."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(
                address,
                headers={"Accept": "application/json"},
                timeout=_TIMEOUTS,
                allow_redirects=False,
                stream=True,
            ) as reply:
                if reply.status_code != requests.codes.ok:
                    raise KeysFault(f"the address answered {reply.status_code}")
                return _read(reply)
    except requests.RequestException as error:
        raise KeysFault(f"could not be reached ({type(error).__name__})") from None


def _read(reply: requests.Response) -> bytes:
    body = bytearray()
    for chunk in reply.iter_content(4096):
        body += chunk
        if len(body) > _MOST_BYTES:
            raise KeysFault("the key set is too long")
    return bytes(body)


class PublishedKeys:
    """The keys of one address.

    A call waits for a fetch only when it names a key not known, and then for at most
    `wait` seconds; one fetch at a time, with a pause between two that doubles while they fail.
    Keys once read stay in use until another set has been read.
    """

    def __init__(
        self,
        address: str,
        now: Callable[[], float],
        fetch: Callable[[str], bytes] = fetch_key_set,
        wait: float = _SECONDS_TO_WAIT,
    ) -> None:
        self._address = address
        self._now = now
        self._fetch = fetch
        self._wait = wait
        self._lock = threading.Lock()
        self._index: KeyIndex = {}
        self._running: threading.Event | None = None
        self._stale_at = 0.0
        self._next_try = 0.0
        self._failures = 0

    def find(self, kid: str, algorithm: str) -> Key | None:
        """The key of this id; an unknown one is looked for at the address, if it is time."""
        key = self._index.get((kid, algorithm))
        if key is not None:
            if self._now() >= self._stale_at:
                self._start()
            return key
        running = self._start()
        if running is None:
            return None
        running.wait(self._wait)
        return self._index.get((kid, algorithm))

    def refresh(self) -> None:
        """Fetch now. A failure is logged and leaves the keys as they were."""
        now = self._now()
        try:
            self._index = read_key_set(self._fetch(self._address))
        except KeysFault as fault:
            self._failures += 1
            pause = min(_SECONDS_BETWEEN * 2**self._failures, _LONGEST_PAUSE)
            known = len(self._index)
            _LOG.warning("keys_not_refreshed", address=self._address, why=str(fault), known=known)
        else:
            self._failures, pause = 0, _SECONDS_BETWEEN
            self._stale_at = now + _SECONDS_FRESH
        self._next_try = now + pause

    def _start(self) -> threading.Event | None:
        """The fetch under way, a new one, or None when it is not time for one."""
        with self._lock:
            if self._running is not None:
                return self._running
            if self._now() < self._next_try:
                return None
            self._running = done = threading.Event()
        threading.Thread(target=self._run, args=(done,), daemon=True).start()
        return done

    def _run(self, done: threading.Event) -> None:
        try:
            self.refresh()
        finally:
            with self._lock:
                self._running = None
            done.set()


def refresh_all(published: list[PublishedKeys]) -> None:
    """Fetch all at once, so that the first call finds its key; leaves no thread behind."""
    if published:
        with ThreadPoolExecutor(max_workers=min(8, len(published))) as pool:
            list(pool.map(PublishedKeys.refresh, published))
