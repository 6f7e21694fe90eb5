"""One EHR's FHIR server, asked with one launch's token: pages pinned to it, time bounded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urljoin

import requests
from msgspec import Struct
from urllib3.util.retry import Retry

from oncology.reading.searchset import paging_of
from smartapp.opened import Reading
from smartapp.outbound import bound
from smartapp.registration import origin_of

_ACCEPT = "application/fhir+json, application/json;q=0.9"
_MOST_BYTES = 16 * 1024 * 1024
_MOST_PAGES = 20
_REFUSALS = (requests.codes.unauthorized, requests.codes.forbidden)
_ABSENT = (requests.codes.not_found, requests.codes.gone)
# An EHR that is busy is asked again, twice at the most, and never waited for longer than this.
_RETRY = Retry(
    total=2,
    connect=0,
    read=0,
    redirect=0,
    status_forcelist=(429, 502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=0.2,
    retry_after_max=2,
    raise_on_status=False,
)

Token = Callable[[str | None], str]
"""Gives the token to use; given one the EHR took no longer, another. May raise LaunchFailed."""


class Answer(Struct, frozen=True):
    """What came of one query: page bodies in order, how it went, and the EHR's status or words."""

    pages: tuple[bytes, ...]
    state: Reading
    words: str = ""
    status: int = 0


class FhirServer:
    """Asks one base URL. Nothing it is told makes it send the token anywhere else."""

    def __init__(self, base: str, token: Token, seconds: float) -> None:
        self._base = f"{base}/"
        self._origin = origin_of(base)
        self._token = token
        self._seconds = seconds
        self._lock = threading.Lock()

    def read_all(self, query: str) -> Answer:
        """Every page of a query's answer. Raises LaunchFailed when the access is over."""
        pages: list[bytes] = []
        address: str | None = urljoin(self._base, query)
        with self._session() as session:
            while address:
                if len(pages) == _MOST_PAGES:
                    return _partial(pages, Reading.PARTIAL, "There is more than OncoCue reads.")
                try:
                    reply = self._get(session, address)
                except requests.Timeout:
                    return _partial(pages, Reading.TIMED_OUT, "The EHR took too long.")
                except requests.RequestException:
                    return _partial(pages, Reading.FAILED, "The EHR could not be reached.")
                if reply.status_code != requests.codes.ok:
                    return _refused(pages, reply)
                pages.append(reply.content)
                address = self._next(reply.content, address)
                if address == "":
                    words = "The EHR points to another server for the rest."
                    return _partial(pages, Reading.PARTIAL, words)
        return Answer(tuple(pages), Reading.READ, status=requests.codes.ok)

    def create(self, kind: str, body: bytes, if_none_exist: str) -> requests.Response:
        """Create a resource. Raises requests.RequestException or LaunchFailed."""
        headers = {"Content-Type": "application/fhir+json", "Prefer": "return=minimal"}
        if if_none_exist:
            headers["If-None-Exist"] = if_none_exist
        with self._session() as session:
            return self._ask(session, "POST", urljoin(self._base, kind), body, headers)

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with requests.Session() as session:
            bound(session, self._seconds, _MOST_BYTES, _RETRY)
            yield session

    def _get(self, session: requests.Session, address: str) -> requests.Response:
        return self._ask(session, "GET", address, None, {})

    def _ask(
        self,
        session: requests.Session,
        method: str,
        address: str,
        body: bytes | None,
        headers: dict[str, str],
    ) -> requests.Response:
        """Ask with the token; one that is taken no longer is renewed once."""
        token = self._token(None)
        for attempt in (1, 2):
            reply = session.request(
                method,
                address,
                data=body,
                headers={"Accept": _ACCEPT, **headers, "Authorization": f"Bearer {token}"},
                allow_redirects=False,
            )
            if reply.status_code != requests.codes.unauthorized or attempt == 2:
                break
            token = self._token(token)
        return reply

    def _next(self, body: bytes, address: str) -> str | None:
        """The next page, on this origin and not in a circle; empty when it lies elsewhere."""
        page = paging_of(body)
        for link in page.link if page else ():
            if link.relation == "next" and link.url:
                try:
                    following = urljoin(address, link.url)
                    if following != address and origin_of(following) == self._origin:
                        return following
                except ValueError:
                    pass
                return ""
        return None


def _partial(pages: list[bytes], state: Reading, words: str) -> Answer:
    return Answer(tuple(pages), Reading.PARTIAL if pages else state, words)


def _refused(pages: list[bytes], reply: requests.Response) -> Answer:
    status = reply.status_code
    if status in _REFUSALS:
        return Answer(tuple(pages), Reading.REFUSED, f"The EHR refused it ({status}).", status)
    if status in _ABSENT:
        words = f"The EHR does not offer it ({status})."
        return Answer(tuple(pages), Reading.UNSUPPORTED, words, status)
    if status == requests.codes.too_many_requests:
        return Answer(tuple(pages), Reading.FAILED, "The EHR is too busy (429).", status)
    return Answer(tuple(pages), Reading.FAILED, f"The EHR answered with {status}.", status)
