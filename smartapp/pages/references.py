"""Where a page shows what a link leads to."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

_KEPT = "/:.-_~"


def anchor(reference: str) -> str:
    """The id of a resource on the page; it stands after the # and so never leaves the browser."""
    return quote(reference, safe=_KEPT)


def silent_id(launch: str, key: str) -> str:
    """Stable within a launch, and silent: neither cancer nor test stands in an address."""
    return sha256(f"{launch} {key}".encode()).hexdigest()[:12]
