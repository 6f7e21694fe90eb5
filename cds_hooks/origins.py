"""CORS: which pages of other origins may call from a browser. None unless they are listed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

METHODS = ("GET", "POST", "OPTIONS")
ASKED = ("Authorization", "Content-Type")
EXPOSED = ("WWW-Authenticate", "Retry-After")
MOST_SECONDS = 600

Headers = tuple[tuple[str, str], ...]


def check_origins(origins: list[str]) -> tuple[str, ...]:
    """The origins as browsers send them. Raises ValueError for one that is none, or a pattern."""
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or f"{parts.scheme}://{parts.netloc}" != origin:
            raise ValueError(f"hooks.cors_origins: {origin!r} is not like https://ehr.example.")
        if "*" in origin or not parts.hostname or "@" in parts.netloc:
            raise ValueError(f"hooks.cors_origins: {origin!r} must name one origin, no pattern.")
    return tuple(origins)


def cors_headers(origins: tuple[str, ...]) -> Callable[[str], Headers]:
    """The headers that let a page of a listed origin read an answer. Credentials never go along.

    No answer may be kept by a cache, so none needs Vary.
    """

    def headers(origin: str) -> Headers:
        if origin not in origins:
            return ()
        return (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", ", ".join(EXPOSED)),
        )

    return headers
