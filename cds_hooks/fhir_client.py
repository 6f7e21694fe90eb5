"""Fetching what was not prefetched: in parallel, inside the time budget, same host only."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from oncology.reading.searchset import paging_of

if TYPE_CHECKING:
    import requests

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MOST_PAGES = 20
_MOST_BYTES = 16 * 1024 * 1024
_MOST_TRIES = 3
# Worth another try: the server is busy, or one behind it was not there for a moment.
_PASSING = (429, 502, 503, 504)
_SECONDS_BEFORE_RETRY = 0.05
# What to look at, for those answers where the EHR's side can mend something.
_HINTS = {
    401: ": it did not take the token of this call",
    403: ": it does not let this user or scope see it",
    404: ": it has no such resource, or does not know this search",
    429: ": it is busy",
}
_ACCEPT = "application/fhir+json, application/json;q=0.9"


class Fetched(Struct, frozen=True):
    """One query's answer: the page bodies in order, or why there are none or not all."""

    pages: tuple[bytes, ...] = ()
    problem: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every page came."""
        return not self.problem


class FhirServers(Struct, frozen=True):
    """Which FHIR servers may be asked: those configured, and loopback when developing."""

    allowed: frozenset[str] = frozenset()
    allow_loopback: bool = False

    def may_ask(self, base: str) -> bool:
        """Whether requests may go to this base URL."""
        try:
            parts = urlsplit(base)
        except ValueError:
            return False
        if parts.username or parts.password or parts.query or parts.fragment:
            return False
        if base.rstrip("/") in self.allowed:
            return parts.scheme == "https" or parts.hostname in _LOOPBACK
        return self.allow_loopback and parts.hostname in _LOOPBACK


class FhirClient:
    """Fetches queries from one FHIR server with the hook's token."""

    def __init__(self, base: str, token: str | None, budget_seconds: float) -> None:
        self._base = base.rstrip("/") + "/"
        self._deadline = time.monotonic() + budget_seconds
        self._headers = {"Accept": _ACCEPT}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def fetch(self, queries: dict[str, str]) -> dict[str, Fetched]:
        """Every query's answer by its key; the slowest decides, the deadline ends all."""
        if not queries:
            return {}
        with ThreadPoolExecutor(max_workers=len(queries)) as pool:
            waiting = {key: pool.submit(self._fetch_pages, query) for key, query in queries.items()}
            return {key: future.result() for key, future in waiting.items()}

    def _fetch_pages(self, query: str) -> Fetched:
        import requests  # noqa: PLC0415  most calls bring all their data: loaded when one does not

        pages: list[bytes] = []
        url: str | None = urljoin(self._base, query)
        with requests.Session() as session:
            session.trust_env = False
            while url:
                if len(pages) == _MOST_PAGES:
                    return Fetched(tuple(pages), "more pages than can be read")
                body, problem = self._get(session, url)
                if problem:
                    return Fetched(tuple(pages), problem)
                pages.append(body)
                url = self._next(body, url)
                if url == "":
                    return Fetched(tuple(pages), "the next page lies on another server")
        return Fetched(tuple(pages))

    def _get(self, session: requests.Session, url: str) -> tuple[bytes, str]:
        """The body at an address, or why there is none. A busy server is asked again, in time."""
        problem = "out of time"
        for _ in range(_MOST_TRIES):
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            body, problem, pause = self._try(session, url, left)
            if pause is None or pause >= self._deadline - time.monotonic():
                return body, problem
            time.sleep(pause)
        return b"", problem

    def _try(
        self, session: requests.Session, url: str, left: float
    ) -> tuple[bytes, str, float | None]:
        """One request: the body, what was wrong, and after how many seconds to ask again."""
        import requests  # noqa: PLC0415

        try:
            with session.get(
                url, headers=self._headers, timeout=left, allow_redirects=False, stream=True
            ) as reply:
                status = reply.status_code
                if status == requests.codes.ok:
                    return *self._read(reply), None
                problem = f"the FHIR server answered {status}{_HINTS.get(status, '')}"
                pause = _seconds(reply.headers.get("Retry-After")) if status in _PASSING else None
                return b"", problem, pause
        except requests.Timeout:
            return b"", "out of time", None
        except requests.RequestException:
            return b"", "the FHIR server could not be reached", None

    def _read(self, reply: requests.Response) -> tuple[bytes, str]:
        """The body, as long as it is neither too long nor too slow."""
        body = bytearray()
        for chunk in reply.iter_content(65536):
            body += chunk
            if len(body) > _MOST_BYTES:
                return b"", "the answer is too long"
            if time.monotonic() > self._deadline:
                return b"", "out of time"
        return bytes(body), ""

    def _next(self, body: bytes, url: str) -> str | None:
        """The next page on the same origin; empty when it points elsewhere, or nowhere."""
        page = paging_of(body)
        for link in page.link if page else ():
            if link.relation == "next" and link.url:
                return _pinned(self._base, url, link.url)
        return None


def _pinned(base: str, url: str, link: str) -> str:
    """The address a link on the page at `url` leads to; empty off the origin of `base`."""
    try:
        following = urljoin(url, link)
        here, there = urlsplit(base), urlsplit(following)
    except ValueError:
        return ""
    same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
    return following if same else ""


def _seconds(retry_after: str | None) -> float | None:
    """How long a busy server asks us to wait (RFC 9110 section 10.2.3).

    A date is later than any time we have, so it is not waited for.
    """
    if retry_after is None:
        return _SECONDS_BEFORE_RETRY
    return float(retry_after) if retry_after.isascii() and retry_after.isdigit() else None
