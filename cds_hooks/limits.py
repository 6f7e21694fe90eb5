"""How often a site may call."""

from __future__ import annotations

from collections.abc import Callable

Wait = Callable[[str], int]
"""Counts a call of a site: 0, or the seconds to wait when it has called too often."""


def no_limit(_: str) -> int:
    """Everybody may call as often as they like."""
    return 0
