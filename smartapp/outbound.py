"""Requests to EHRs: bounded in time and size, no redirects, no proxies or cookies from outside."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from smartapp.registration import origin_of

_MOST_REDIRECTS = 3
_CHUNK = 65536
_REDIRECTS = (301, 302, 303, 307, 308)


class AnswerTooLong(requests.RequestException):
    """The answer is longer than what is read."""


class Bounded(HTTPAdapter):
    """Reads an answer whole, as long as it is neither too long nor too slow."""

    def __init__(self, seconds: float, most_bytes: int, retry: Retry | None = None) -> None:
        self._deadline = time.monotonic() + seconds
        self._most_bytes = most_bytes
        super().__init__(max_retries=retry or 0, pool_maxsize=8)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send within what is left of the time."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise requests.Timeout("out of time", request=request)
        stream = options.pop("stream", False)
        reply = super().send(request, **{**options, "stream": True, "timeout": left})
        if not stream:
            self._read(reply)
        return reply

    def _read(self, reply: requests.Response) -> None:
        body = bytearray()
        # read1 gives what has come: a server that drips cannot hold us past the deadline.
        while chunk := reply.raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._most_bytes:
                reply.close()
                raise AnswerTooLong("the answer is too long", request=reply.request)
            if time.monotonic() > self._deadline:
                reply.close()
                raise requests.Timeout("out of time", request=reply.request)
        # What `requests` itself sets when it has read a body.
        reply._content = bytes(body)
        reply._content_consumed = True  # type: ignore[attr-defined]


def bound(
    session: requests.Session, seconds: float, most_bytes: int, retry: Retry | None = None
) -> None:
    """Bound every request of a session: all of them together take at most `seconds`."""
    adapter = Bounded(seconds, most_bytes, retry)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.trust_env = False


def get_json(
    address: str,
    seconds: float = 4.0,
    most_bytes: int = 2 * 1024 * 1024,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, Any]:
    """Status and JSON body (None when it is none) of an address; redirects on its origin only.

    Raises requests.RequestException when it cannot be had within time and size.
    """
    with requests.Session() as session:
        bound(session, seconds, most_bytes)
        for _ in range(_MOST_REDIRECTS + 1):
            reply = session.get(
                address,
                headers={"Accept": "application/json", **(headers or {})},
                allow_redirects=False,
            )
            if reply.status_code not in _REDIRECTS:
                return reply.status_code, _json(reply)
            following = urljoin(address, reply.headers.get("Location", ""))
            if origin_of(following) != origin_of(address):
                raise requests.TooManyRedirects("redirected to another host")
            address = following
    raise requests.TooManyRedirects("redirected too often")


def _json(reply: requests.Response) -> Any:
    try:
        return reply.json()
    except (ValueError, RecursionError):
        return None
