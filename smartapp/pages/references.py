"""Where the page about the record shows a resource: each fact links there."""

from __future__ import annotations

from urllib.parse import quote

_KEPT = "/:.-_~"


def anchor(reference: str) -> str:
    """The id of a resource on the page; it stands after the # and so never leaves the browser."""
    return quote(reference, safe=_KEPT)
