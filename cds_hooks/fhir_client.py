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
        import requests  # noqa: PLC0415

        left = self._deadline - time.monotonic()
        if left <= 0:
            return b"", "out of time"
        try:
            with session.get(
                url, headers=self._headers, timeout=left, allow_redirects=False, stream=True
            ) as reply:
                if reply.status_code != requests.codes.ok:
                    return b"", f"the FHIR server answered {reply.status_code}"
                return self._read(reply)
        except requests.Timeout:
            return b"", "out of time"
        except requests.RequestException:
            return b"", "the FHIR server could not be reached"

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
        """The next page on the same origin; empty when it points elsewhere."""
        page = paging_of(body)
        for link in page.link if page else ():
            if link.relation == "next" and link.url:
                following = urljoin(url, link.url)
                here, there = urlsplit(self._base), urlsplit(following)
                same = (here.scheme, here.netloc) == (there.scheme, there.netloc)
                return following if same else ""
        return None
